package accesscasbin_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/casbin/casbin/v2/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesscasbin"
)

func TestStore_version(t *testing.T) {
	var version, reads atomic.Uint64
	version.Store(5)
	s := store(t, adapter{func(m model.Model) error {
		reads.Add(1)
		return lines(csv)(m)
	}}, accesscasbin.Options{Version: func(context.Context) (uint64, error) { return version.Load(), nil }})
	for range 10 {
		rev, err := s.Revision(ctx, "acme")
		require.NoError(t, err)
		assert.EqualValues(t, 5, rev)
	}
	assert.Zero(t, reads.Load(), "nothing is read to learn the number")
	version.Store(6)
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 6, p.Revision)
}

// Rows that change while they are read are read again; a number that never rests is an error.
func TestStore_versionMovesDuringALoad(t *testing.T) {
	var version atomic.Uint64
	moves := 2
	s := store(t, adapter{func(m model.Model) error {
		text := csv
		if moves > 0 {
			moves--
			version.Add(1)
			text = strings.Split(csv, "p2")[0] // half of it
		}
		return lines(text)(m)
	}}, accesscasbin.Options{Version: func(context.Context) (uint64, error) { return version.Load(), nil }})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 2, p.Revision)
	assert.Len(t, p.Rows.Fields, 1, "none of the halves")

	moves = 1 << 20
	p, err = s.Load(ctx, "acme")
	assert.ErrorContains(t, err, "moved")
	assert.Zero(t, p)

	broken := errors.New("no such table")
	s = store(t, adapter{lines(csv)}, accesscasbin.Options{Version: func(context.Context) (uint64, error) { return 0, broken }})
	_, err = s.Load(ctx, "acme")
	assert.ErrorIs(t, err, broken)
	_, err = s.Revision(ctx, "acme")
	assert.ErrorIs(t, err, broken)
	s = store(t, adapter{lines(csv)}, accesscasbin.Options{Version: func(context.Context) (uint64, error) { panic("boom") }})
	_, err = s.Load(ctx, "acme")
	assert.ErrorContains(t, err, "boom")
}

// Many who look at once never meet in the adapter, share readings, and never take older rows for newer ones.
func TestStore_concurrently(t *testing.T) {
	var inside, reads, state atomic.Int64
	s := store(t, adapter{func(m model.Model) error {
		if !assert.EqualValues(t, 1, inside.Add(1), "one at a time") {
			return errors.New("not alone")
		}
		defer inside.Add(-1)
		reads.Add(1)
		return m.AddPolicy("g", "g", []string{"u:ann", "r:role" + strings.Repeat("x", int(state.Load())), "acme"})
	}}, accesscasbin.Options{})
	type seen struct {
		revision uint64
		state    int
	}
	var mu sync.Mutex
	byState := map[int]uint64{}
	var work sync.WaitGroup
	for range 8 {
		work.Add(1)
		go func() {
			defer work.Done()
			last := seen{}
			for range 60 {
				asked := int(state.Load())
				p, err := s.Load(ctx, "acme")
				if !assert.NoError(t, err) {
					return
				}
				now := seen{p.Revision, len(p.Rows.Assignments[0].Role) - len("role")}
				assert.GreaterOrEqual(t, now.state, asked, "no older than the question")
				assert.GreaterOrEqual(t, now.revision, last.revision)
				last = now
				mu.Lock()
				if rev, known := byState[now.state]; known {
					assert.Equal(t, rev, now.revision)
				}
				byState[now.state] = now.revision
				mu.Unlock()
				if state.Load() < 40 {
					state.Add(1)
				}
			}
		}()
	}
	work.Wait()
	assert.Less(t, reads.Load(), int64(8*60), "readings are shared")
	highest := uint64(0)
	for i := range 60 {
		if rev, ok := byState[i]; ok {
			assert.Greater(t, rev, highest, "state %d", i)
			highest = rev
		}
	}
}

// Who asks does not wait longer for a hanging adapter than he wants to, nor hold up others once it answers.
func TestStore_aHangingAdapter(t *testing.T) {
	entered, release := make(chan struct{}, 9), make(chan struct{})
	s := store(t, adapter{func(m model.Model) error {
		entered <- struct{}{}
		<-release
		return lines(csv)(m)
	}}, accesscasbin.Options{})
	impatient, cancel := context.WithCancel(ctx)
	answer := make(chan error)
	go func() {
		_, err := s.Load(impatient, "acme")
		answer <- err
	}()
	<-entered
	cancel()
	assert.ErrorIs(t, <-answer, context.Canceled)
	close(release)
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Positive(t, p.Rows.Len())
	_, err = s.Revision(impatient, "acme")
	assert.ErrorIs(t, err, context.Canceled)
}

// waiter is a context that tells when somebody begins to wait for it.
type waiter struct {
	context.Context
	waiting chan struct{}
}

func (w waiter) Done() <-chan struct{} {
	close(w.waiting)
	return w.Context.Done()
}

// A reading that had begun before the question is no answer to it: a revocation in between would be overlooked.
func TestStore_aReadingUnderWay(t *testing.T) {
	entered, release := make(chan struct{}, 9), make(chan struct{}, 9)
	var text atomic.Value
	text.Store(csv)
	s := store(t, adapter{func(m model.Model) error {
		now := text.Load().(string)
		entered <- struct{}{}
		<-release
		return lines(now)(m)
	}}, accesscasbin.Options{})
	first, second := make(chan access.Policy), make(chan access.Policy)
	load := func(ctx context.Context, into chan access.Policy) {
		p, err := s.Load(ctx, "acme")
		assert.NoError(t, err)
		into <- p
	}
	go load(ctx, first)
	<-entered
	text.Store(strings.Replace(csv, "g,  u:ann,  r:rep,  acme", "", 1))
	waits := waiter{ctx, make(chan struct{})}
	go load(waits, second)
	<-waits.waiting
	for range 3 { // the reading, the look whether the adapter hides rows, the next reading
		release <- struct{}{}
	}
	before, after := <-first, <-second
	assert.Len(t, before.Rows.Assignments, 1)
	assert.Empty(t, after.Rows.Assignments)
	assert.Greater(t, after.Revision, before.Revision)
}

func TestStore_whoHasGoneCostsNoReading(t *testing.T) {
	var reads atomic.Int64
	s := store(t, adapter{func(m model.Model) error {
		reads.Add(1)
		return lines("")(m)
	}}, accesscasbin.Options{})
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for range 20 {
		_, err := s.Load(gone, "acme")
		assert.ErrorIs(t, err, context.Canceled)
		runtime.Gosched()
	}
	_, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 1, reads.Load())
}

// Adapters that put rows into the model by hand may put them in twice, and panic where the model has no place for them.
func TestStore_anAdapterThatFillsTheModelByHand(t *testing.T) {
	times := 1
	s := store(t, adapter{func(m model.Model) error {
		for range times {
			m["g"]["g"].Policy = append(m["g"]["g"].Policy, []string{"u:ann", "r:rep", "acme"})
		}
		return nil
	}}, accesscasbin.Options{})
	once, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	times = 3
	thrice, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, once, thrice)
}
