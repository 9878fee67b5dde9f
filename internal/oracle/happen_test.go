package oracle

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// happen lets one thing happen and says what it was.
func (h *history) happen() (string, error) {
	what := h.rng.IntN(13)
	switch what {
	case 0:
		return "time", h.pass()
	case 1:
		return "people", h.people()
	case 2, 3:
		return "a simulation", h.simulate()
	case 4:
		return "a refusal", h.refusal()
	}
	c := h.draw()
	switch {
	case what == 5:
		c = h.turnover(h.regulars[0].qs[0].Tenant, "sue")
	case h.tried != nil:
		c = h.reworded(*h.tried)
	}
	h.tried = nil
	if c.Add.Len()+c.Remove.Len() == 0 {
		return "nothing", nil
	}
	var err error
	if c.Base, err = h.place.store.Revision(ctx, c.Tenant); err != nil {
		return "", err
	}
	h.changes++
	if err := h.make(c); errors.Is(err, access.ErrInvalid) {
		h.refused++
		return "a refusal", nil
	} else if err != nil {
		return "", fmt.Errorf("%+v: %w", c, err)
	}
	h.rows[c.Tenant], h.made = after(h.rows[c.Tenant], c), append(h.made, c)
	return kind(c), nil
}

// make has one of the nodes make the change, mostly the main one.
func (h *history) make(c access.Change) error {
	if !h.chance(4) {
		_, err := apply(h.main, c)
		return err
	}
	rev, err := apply(h.other, c)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		if t == c.Tenant || c.Tenant == access.Shared {
			err = errors.Join(err, h.place.tell(h.main, t), h.stood(h.other, t, rev))
		}
	}
	return err
}

// stood holds that a node stands at least where its own change left the policy.
func (h *history) stood(a *access.Authorizer, tenant string, rev access.Revision) error {
	d, err := h.place.glance(a, tenant, access.Revision{})
	if err == nil && d.Revision().Policy() < rev.Policy() {
		err = fmt.Errorf("the change is revision %s, the node that made it decides on %s", rev, d.Revision())
	}
	return err
}

// pass lets time go by. At times the clock is set back, or shows the wrong time for a moment, in which somebody asks.
func (h *history) pass() error {
	was := h.now
	h.now = h.now.Add(pick(h.world, time.Second, 20*time.Minute, 3*time.Hour, -2*time.Hour, 5*time.Hour))
	h.place.at(h.now)
	if h.now.After(h.seen) {
		h.seen = h.now
	}
	if h.now.Sub(was) < 5*time.Hour {
		return nil
	}
	for _, a := range []*access.Authorizer{h.main, h.other} {
		if _, err := h.place.glance(a, tenants[0], access.Revision{}); err != nil {
			return err
		}
	}
	h.now = was
	h.place.at(h.now)
	return nil
}

// draw draws a change that matters to the regulars, if one is soon found, and at times any.
func (h *history) draw() (c access.Change) {
	what, any := h.rng.IntN(drafts), h.chance(4)
	for range 12 {
		if c = h.changeAbout(h.about(), what); any || h.matters(c) {
			break
		}
	}
	return c
}

// matters reports whether the answer of a regular would be another after the change.
func (h *history) matters(c access.Change) bool {
	then := h.supposing(c)
	return slices.ContainsFunc(h.regulars, func(r regular) bool {
		t := r.qs[0].Tenant
		if c.Tenant != t && c.Tenant != access.Shared {
			return false
		}
		m := then.model(t)
		for i, q := range r.qs {
			if q.Env.Time = h.now; m.allows(q) != r.right[i] {
				return true
			}
		}
		return false
	})
}

// people move in one tenant.
func (h *history) people() error {
	t := pick(h.world, tenants...)
	h.orgs[t] = h.organisation(h.orgs[t].Unlisted)
	if err := h.place.people(t, h.orgs[t]); err != nil {
		return err
	}
	return h.place.tell(h.main, t)
}

// simulate asks what would be if a change were made, which it is not.
func (h *history) simulate() error {
	c := h.draw()
	if c.Add.Len()+c.Remove.Len() == 0 {
		return nil
	}
	tenant := c.Tenant
	if tenant == access.Shared {
		tenant = pick(h.world, tenants...)
	}
	var err error
	if c.Base, err = h.place.store.Revision(ctx, c.Tenant); err != nil {
		return err
	}
	qs, rs := h.requests(tenant)
	ds, err := h.main.Simulate(ctx, c, rs)
	if errors.Is(err, access.ErrInvalid) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%+v: %w", c, err)
	}
	h.tried = &c
	m := h.supposing(c).model(tenant)
	m.seen = time.Time{} // what would be may be asked of any time
	for i, d := range ds {
		if right := m.allows(qs[i]); d.Allowed() != right {
			return &disagreement{qs[i], fmt.Sprintf("the model says it would be %v, simulated it is %v: %+v", right, d.Allowed(), c)}
		}
	}
	return nil
}

// supposing is the world with the change made.
func (w *world) supposing(c access.Change) *world {
	return w.with(c.Tenant, after(w.rows[c.Tenant], c))
}

// refusal is a change by somebody who may not make it, or made against policy as it was.
func (h *history) refusal() error {
	c := h.draw()
	if c.Add.Len()+c.Remove.Len() == 0 {
		return nil
	}
	tenant := c.Tenant
	if tenant == access.Shared {
		tenant = pick(h.world, tenants...)
	}
	base, err := h.place.store.Revision(ctx, c.Tenant)
	if err != nil {
		return err
	}
	who, want := access.Subject{ID: "ann", Tenant: tenant}, access.ErrDenied
	if c.Base = base; h.chance(2) && base > 0 {
		who, want, c.Base = access.Subject{ID: root, Tenant: tenant}, access.ErrConflict, base-1
		if c.Tenant == access.Shared {
			who.Tenant = tenants[0]
		}
	}
	if _, err := h.main.Apply(ctx, access.Request{Subject: who}, c); !errors.Is(err, want) && !errors.Is(err, access.ErrInvalid) {
		return fmt.Errorf("%w was expected of %+v: %w", want, c, err)
	}
	return nil
}

// kind names what a change does to the rows of one kind, or that it does several things at once.
func kind(c access.Change) string {
	var kinds []string
	add := func(what string, added, removed int) {
		if added+removed > 0 {
			kinds = append(kinds, map[[2]bool]string{{true, false}: "+", {false, true}: "-", {true, true}: "±"}[[2]bool{added > 0, removed > 0}]+what)
		}
	}
	add("rule", len(c.Add.Rules), len(c.Remove.Rules))
	add("assignment", len(c.Add.Assignments), len(c.Remove.Assignments))
	add("grant", len(c.Add.Grants), len(c.Remove.Grants))
	add("link", len(c.Add.Inherits), len(c.Remove.Inherits))
	add("suspension", len(c.Add.Suspensions), len(c.Remove.Suspensions))
	add("definition", len(c.Add.Definitions), len(c.Remove.Definitions))
	if len(kinds) == 1 {
		return kinds[0]
	}
	return "several things"
}

// reworded is the change with other conditions in the rules that it adds, as somebody makes it who tried it before.
func (w *world) reworded(c access.Change) access.Change {
	rules := c.Add.Rules
	c.Add.Rules = nil
	for _, r := range rules {
		insert(&c.Add.Rules, w.rows[c.Tenant].Rules, w.worded(r))
	}
	return c
}
