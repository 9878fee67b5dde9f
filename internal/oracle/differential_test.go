package oracle

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// Every decision is the model's and Casbin's: on the node that made a change, on one that heard of it, on one that has
// just started; alone, with others, and in a collection.
func TestDifferential(t *testing.T) {
	want := number64(t, "CRMACCESS_DECISIONS", uint64(decisions))
	base := number64(t, "CRMACCESS_SEED", rand.Uint64())
	t.Logf("seed %d", base)
	fresh := database(t)
	total, failed := newBalance(), error(nil)
	var changes, refused int
	var next atomic.Uint64
	var mu sync.Mutex
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Add(1)
		go func() {
			defer all.Done()
			for {
				mu.Lock()
				done := uint64(total.questions) >= max(want, uint64(decisions)) || failed != nil
				mu.Unlock()
				if done {
					return
				}
				h := &history{world: newWorld(base + next.Add(1) - 1), balance: newBalance()}
				err := h.play(fresh)
				mu.Lock()
				total.add(h.balance)
				changes, refused = changes+h.changes, refused+h.refused
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("CRMACCESS_SEED=%d: %w", h.seed, err))
				}
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	require.NoError(t, failed)
	t.Logf("%s\n%d changes, %d of them refused", total, changes, refused)
	assert.Empty(t, total.faults(), "the worlds ask too little")
	assert.Less(t, refused, changes/4)
}

func number64(t *testing.T, variable string, otherwise uint64) uint64 {
	s := os.Getenv(variable)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 64)
	require.NoError(t, err, variable)
	return n
}

// history is a world to which things happen.
type history struct {
	*world
	*balance
	place            *place
	main, other      *access.Authorizer
	began            map[string]access.Rows
	made             []access.Change
	met              []condition.Env // in which questions were asked
	changes, refused int
}

const steps = 6

func (h *history) play(fresh func() (access.Store, func(), error)) (err error) {
	store := memory()
	if h.seed%8 == 0 {
		var done func()
		if store, done, err = fresh(); err != nil {
			return err
		}
		defer done()
	}
	if h.place, err = h.settle(store); err != nil {
		return err
	}
	h.began = map[string]access.Rows{}
	for t, rows := range h.rows {
		h.began[t] = rows
	}
	for node, poll := range map[**access.Authorizer]time.Duration{&h.main: never, &h.other: 5 * time.Millisecond} {
		if *node, err = h.place.node(poll); err != nil {
			return err
		}
		defer func() { _ = (*node).Close() }()
	}
	for step := range steps {
		if step > 0 {
			if err := h.happen(); err != nil {
				return err
			}
		}
		for range 3 {
			qs := h.asks(20)
			for range 2 { // once more in other circumstances, with all that was made ready for the first
				if err := h.inquire(qs, step); err != nil {
					return h.report(err)
				}
				elsewhere := h.env()
				for i := range qs {
					qs[i].Env = elsewhere
				}
			}
		}
	}
	return nil
}

// happen lets time pass, people move and policy change.
func (h *history) happen() error {
	h.pass()
	if err := h.place.follow(h.world); err != nil {
		return err
	}
	for _, t := range tenants {
		if err := h.place.tell(h.main, t); err != nil {
			return err
		}
	}
	c := h.change()
	if c.Add.Len()+c.Remove.Len() == 0 {
		return nil
	}
	var err error
	if c.Base, err = h.place.store.Revision(ctx, c.Tenant); err != nil {
		return err
	}
	h.changes++
	switch _, err := apply(h.main, c); {
	case errors.Is(err, access.ErrInvalid):
		h.refused++
	case err != nil:
		return fmt.Errorf("%+v: %w", c, err)
	default:
		h.rows[c.Tenant], h.made = after(h.rows[c.Tenant], c), append(h.made, c)
	}
	return nil
}

// inquire asks the questions everywhere.
func (h *history) inquire(qs []question, step int) error {
	h.met = append(h.met, qs[0].Env)
	q, m := qs[0], h.model(qs[0].Tenant)
	stored, err := h.place.store.Load(ctx, q.Tenant)
	if err != nil {
		return err
	}
	if want, got := lines(m.rows), lines(stored.Rows); !reflect.DeepEqual(want, got) {
		return fmt.Errorf("the store has rows\n%q\nbut these were written\n%q", got, want)
	}
	c, err := enforcer(stored.Rows, q.Tenant, h.now)
	if err != nil {
		return err
	}
	nodes := map[string]answers{}
	if nodes["the node that made the changes"], err = ask(h.main, qs); err != nil {
		return err
	}
	if step%2 == 1 {
		if nodes["the node that polls"], err = h.heard(qs, nodes["the node that made the changes"].revision); err != nil {
			return err
		}
	}
	if step%3 == 2 {
		again, err := h.place.node(never)
		if err != nil {
			return err
		}
		nodes["the node that has just started"], err = ask(again, qs)
		if err = errors.Join(err, again.Close()); err != nil {
			return err
		}
	}
	right, err := judge(m, c, qs, nodes)
	if err != nil {
		return err
	}
	for i, q := range qs {
		h.count(m, q, right[i])
	}
	return nil
}

// heard asks the node that polls, once it stands where the first one does.
func (h *history) heard(qs []question, revision string) (answers, error) {
	for until := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Microsecond) {
		got, err := ask(h.other, qs)
		if err != nil || got.revision == revision || time.Now().After(until) {
			return got, err
		}
	}
}

// report makes a case of a disagreement as small as it can be made.
func (h *history) report(err error) error {
	var d *disagreement
	if !errors.As(err, &d) {
		return err
	}
	wrong := func(s suspect) error { return s.differs(plain) }
	candidates := h.suspects(d.q)
	i := slices.IndexFunc(candidates, func(s suspect) bool { return wrong(s) != nil })
	if i < 0 {
		return fmt.Errorf("%w\nIt takes the whole history to see it. The question:\n%s", err, suspect{Question: d.q})
	}
	s := candidates[i]
	s = s.shrunk(wrong)
	if os.Getenv("CRMACCESS_KEEP") != "" {
		name := filepath.Join("testdata", fmt.Sprintf("%d.csv", h.seed))
		err = errors.Join(err, os.MkdirAll("testdata", 0o755), os.WriteFile(name, []byte(s.String()), 0o644))
	}
	return fmt.Errorf("%w\nThe same with as little as it takes: %w\n%s", err, wrong(s), s)
}

// suspects are what may be enough to see it: the rows as they stand, or the changes as well; with all that was asked
// before, or one of it.
func (h *history) suspects(q question) []suspect {
	t := q.Tenant
	now := suspect{Rows: joined(h.rows[t], h.rows[access.Shared]), Org: h.orgs[t], Question: q}
	then := now
	then.Rows = joined(h.began[t], h.began[access.Shared])
	for _, c := range h.made {
		if c.Tenant == t || c.Tenant == access.Shared {
			then.Changes = append(then.Changes, c)
		}
	}
	var out []suspect
	for _, s := range []suspect{now, then} {
		out = append(out, s)
		s.Before = h.met
		out = append(out, s)
		for i := range h.met {
			s.Before = h.met[i : i+1]
			out = append(out, s)
		}
	}
	return out
}

func plain(rows access.Rows, o organisation) model { return model{rows, o} }
