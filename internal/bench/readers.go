package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

const (
	readerRounds = 8
	readerTurn   = time.Second
	changeRate   = 100 // a second
)

// readers compares decisions while rules, assignments and role links change with decisions left in peace. One processor
// is left to whoever makes the changes.
func readers(*lab) ([]result, error) {
	w := generate(medium, 1)
	s, err := memoryStore(w)
	if err != nil {
		return nil, err
	}
	a, err := open(w, s, directory(w))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := warm(a, w); err != nil {
		return nil, err
	}
	b := &bench{world: w, library: a}
	changes := newChanges(b, s)
	var slower, quiet times
	made := 0
	for range readerRounds {
		alone, _, err := b.reads(nil)
		if err != nil {
			return nil, err
		}
		disturbed, n, err := b.reads(changes)
		if err != nil {
			return nil, err
		}
		quiet, slower, made = append(quiet, alone), append(slower, disturbed), made+n
	}
	rate := float64(made) / (readerRounds * readerTurn.Seconds())
	out := measured("readers/10k", slower.over(quiet), "x of undisturbed").atMost(1.3).
		noting("%s ns, undisturbed %s ns", number(slower.median()), number(quiet.median()))
	return []result{out, result{Name: "readers/changes", Value: rate, Unit: " a second"}.atLeast(0.9 * changeRate)}, nil
}

// changes are made one after the other: each sort of row is added, then removed, in one tenant after the other.
type changes struct {
	editors []*editor
	next    int
}

func newChanges(b *bench, s access.Store) *changes {
	c := &changes{}
	for _, tenant := range b.names {
		c.editors = append(c.editors, newEditor(b.world, b.library, s, tenant))
	}
	return c
}

func (c *changes) make() error {
	i := c.next / 2
	e := c.editors[i%len(c.editors)]
	k := e.kinds[i/len(c.editors)%len(e.kinds)]
	c.next++
	return e.apply(k.row, c.next%2 == 1)
}

// reads asks for one turn, with changes or without, and returns nanoseconds a decision and how many changes were made.
func (b *bench) reads(c *changes) (ns float64, made int, err error) {
	stop := make(chan struct{})
	var done sync.WaitGroup
	if c != nil {
		done.Add(1)
		go func() {
			defer done.Done()
			began := time.Now()
			for err == nil {
				due := began.Add(time.Duration(made+1) * time.Second / changeRate) // the late are made up for
				select {
				case <-stop:
					return
				case <-time.After(time.Until(due)):
					if err = c.make(); err == nil {
						made++
					}
				}
			}
		}()
	}
	each := make([]float64, max(1, runtime.GOMAXPROCS(0)-1))
	var asking sync.WaitGroup
	for i := range each {
		asking.Add(1)
		go func() {
			defer asking.Done()
			each[i] = b.asksFor(readerTurn)
		}()
	}
	asking.Wait()
	close(stop)
	done.Wait()
	if err != nil {
		err = fmt.Errorf("change %d: %w", made+1, err)
	}
	return spreadOf(each).Median, made, err
}

// asksFor asks for that long and returns nanoseconds of processor time a decision.
func (b *bench) asksFor(d time.Duration) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	n, before := 0, ofThread()
	for end := passed() + d; passed() < end; n += 256 {
		b.asksLibrary(n, 256)
	}
	return float64(ofThread()-before) / float64(n)
}
