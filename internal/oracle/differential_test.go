package oracle

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Worlds are small and soon forgotten: what they leave is collected seldom.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// Every decision is the model's and Casbin's: on the node that made a change, on one that heard of it, on one that has
// just started; alone, with others, and in a collection; by who asks first and by who asked before and after each event.
func TestDifferential(t *testing.T) {
	want := number64(t, "CRMACCESS_DECISIONS", uint64(decisions))
	base := seed(t)
	fresh := database(t)
	total, failed := newBalance(), error(nil)
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
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("CRMACCESS_SEED=%d: %w", h.seed, err))
				}
				mu.Unlock()
			}
		}()
	}
	all.Wait()
	require.NoError(t, failed)
	t.Log(total)
	assert.Empty(t, total.faults(), "the worlds ask too little")
}

// seed is where a test's random worlds begin.
func seed(t *testing.T) uint64 {
	n := number64(t, "CRMACCESS_SEED", rand.Uint64())
	t.Logf("CRMACCESS_SEED=%d", n)
	return n
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

func plain(rows access.Rows, o organisation) model { return model{rows: rows, org: o} }
