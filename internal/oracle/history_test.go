package oracle

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// history is a world to which things happen, one after the other. Between any two the same people ask the same again, so
// that whatever was worked out for them before is there to go wrong; and others ask who never did.
type history struct {
	*world
	*balance
	place       *place
	main, other *access.Authorizer
	regulars    []regular
	drawer      drawer
	casbins     map[string]casbin // by tenant, as things stand
	tried       *access.Change    // simulated, but not made yet
	began       map[string]access.Rows
	made        []access.Change
	met         []condition.Env // in which questions were asked
}

// regular are questions that are asked again and again, with what was right the last time.
type regular struct {
	qs    []question
	right []bool
}

const events = 16

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
	h.seen, h.began = h.now, map[string]access.Rows{}
	for t, rows := range h.rows {
		h.began[t] = rows
	}
	for node, poll := range map[**access.Authorizer]time.Duration{&h.main: never, &h.other: 5 * time.Millisecond} {
		if *node, err = h.place.node(poll); err != nil {
			return err
		}
		defer func() { _ = (*node).Close() }()
	}
	for range 8 {
		h.regulars = append(h.regulars, regular{qs: h.asks(4)})
	}
	for i := range h.regulars[0].qs {
		h.regulars[0].qs[i].Subject = "sue" // may come back
	}
	for i := range events {
		what := "the beginning"
		if i > 0 {
			if what, err = h.happen(); err != nil {
				return h.report(err)
			}
		}
		if err := h.everybody(i, what); err != nil {
			return h.report(fmt.Errorf("after %s: %w", what, err))
		}
	}
	return nil
}

// everybody asks: first what was decided before the event what it says now, then the regulars, then others.
func (h *history) everybody(i int, what string) error {
	h.casbins = map[string]casbin{}
	if err := h.drawer.check(); err != nil {
		return err
	}
	for n := range h.regulars {
		r := &h.regulars[n]
		for k := range r.qs {
			r.qs[k].Env.Time = h.now
		}
		right, err := h.inquire(r.qs, true, i%5 == 4 && h.now.Equal(h.seen))
		if err != nil {
			return err
		}
		h.move(what, r.right, right)
		r.right = right
		if err := h.drawer.keep(h.main, h.model(r.qs[0].Tenant), r.qs); err != nil {
			return err
		}
	}
	for range 2 {
		qs := h.asks(6)
		for range 2 { // once more in other circumstances, with all that was made ready for the first
			if _, err := h.inquire(qs, i%3 == 1, false); err != nil {
				return err
			}
			elsewhere := h.env()
			for i := range qs {
				qs[i].Env = elsewhere
			}
		}
	}
	return nil
}

// inquire asks the questions of the node that made the changes, and if so of the one that polls and of one that has just
// started. It returns what was right.
func (h *history) inquire(qs []question, heard, anew bool) ([]bool, error) {
	h.met = append(h.met, qs[0].Env)
	m := h.model(qs[0].Tenant)
	c, err := h.casbin(qs[0].Tenant, m)
	if err != nil {
		return nil, err
	}
	nodes := map[string]answers{}
	main, err := ask(h.main, qs)
	if err != nil {
		return nil, err
	}
	nodes["the node that made the changes"] = main
	stands, err := h.place.stands(qs[0].Tenant)
	if err != nil {
		return nil, err
	}
	if main.revision != stands.String() {
		return nil, &disagreement{qs[0], fmt.Sprintf("decided on the revision %s, the store stands at %s", main.revision, stands)}
	}
	if heard {
		if nodes["the node that polls"], err = h.heard(qs, main.revision); err != nil {
			return nil, err
		}
	}
	if anew {
		again, err := h.place.node(never, func(c *access.Config) { c.CrossCheck = 1 })
		if err != nil {
			return nil, err
		}
		defer func() { _ = again.Close() }()
		if nodes["the node that has just started and asks Casbin each time"], err = ask(again, qs); err != nil {
			return nil, err
		}
	}
	right, err := judge(m, c, qs, nodes)
	if err != nil {
		return nil, err
	}
	for i, q := range qs {
		h.count(m, q, right[i])
	}
	return right, nil
}

// casbin is Casbin over the rows as the store gives them back, which are those that were written.
func (h *history) casbin(tenant string, m model) (casbin, error) {
	if c := h.casbins[tenant]; c != nil {
		return c, nil
	}
	stored, err := h.place.store.Load(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if want, got := lines(m.rows), lines(stored.Rows); !reflect.DeepEqual(want, got) {
		return nil, fmt.Errorf("the store has rows\n%q\nbut these were written\n%q", got, want)
	}
	h.casbins[tenant], err = enforcer(stored.Rows, tenant, h.now, h.seen)
	return h.casbins[tenant], err
}

// heard asks the node that polls, once it stands where the first one does.
func (h *history) heard(qs []question, revision string) (answers, error) {
	for until := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Microsecond) {
		got, err := ask(h.other, qs)
		if err == nil && got.revision != revision && time.Now().After(until) {
			err = &disagreement{qs[0], fmt.Sprintf("the node that polls stands at %s, the store at %s", got.revision, revision)}
		}
		if err != nil || got.revision == revision {
			return got, err
		}
	}
}

// about is a question that a change is to bear on.
func (h *history) about() question { return pick(h.world, pick(h.world, h.regulars...).qs...) }

// requests are those of the regulars of a tenant.
func (h *history) requests(tenant string) (qs []question, rs []access.Request) {
	for _, r := range h.regulars {
		if r.qs[0].Tenant == tenant {
			qs = slices.Concat(qs, r.qs)
		}
	}
	for i := range qs {
		qs[i].Env.Time = h.now
		rs = append(rs, qs[i].request())
	}
	return qs, rs
}
