package main

import (
	"context"
	"fmt"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// editor changes one tenant's policy so that it shows: one user gains and loses an action that nobody else has.
type editor struct {
	a      *access.Authorizer
	store  access.Store
	tenant string
	ask    access.Request
	kinds  []kind
}

// kind is one sort of row whose presence opens the action to the user.
type kind struct {
	name string
	row  access.Rows
}

func newEditor(w *world, a *access.Authorizer, s access.Store, tenant string) *editor {
	who := w.policies[tenant].Rows.Assignments[0]
	e := &editor{a: a, store: s, tenant: tenant}
	e.ask = access.Request{
		Subject: access.Subject{ID: who.Subject, Tenant: tenant}, Action: claim, Env: condition.Env{Time: noon},
		Resource: access.Resource{Type: claimType, Record: scope.Of(&customer{ID: 1, TenantID: tenant})},
	}
	e.kinds = []kind{
		{"rule", access.Rows{Rules: []access.Rule{{Role: who.Role, Tenant: tenant, Type: claimType, Action: claim, When: "global", Effect: access.Allow}}}},
		{"assignment", access.Rows{Assignments: []access.Assignment{{Subject: who.Subject, Role: claimRole, Tenant: tenant}}}},
		{"link", access.Rows{Inherits: []access.Inheritance{{Role: who.Role, Inherits: claimRole, Tenant: tenant}}}},
	}
	return e
}

// apply adds the row, or removes it.
func (e *editor) apply(row access.Rows, add bool) error {
	ctx := context.Background()
	rev, err := e.store.Revision(ctx, e.tenant)
	if err != nil {
		return err
	}
	c := access.Change{Tenant: e.tenant, Base: rev, Remove: row}
	if add {
		c.Add, c.Remove = row, access.Rows{}
	}
	by := access.Request{Subject: access.Subject{ID: root, Tenant: e.tenant}, Env: condition.Env{Time: noon}}
	_, err = e.a.Apply(ctx, by, c)
	return err
}

// until asks until the answer is the one given, at most a minute.
func (e *editor) until(allowed bool) error {
	for began := time.Now(); time.Since(began) < time.Minute; {
		d, err := e.a.Authorize(context.Background(), e.ask)
		if err != nil {
			return err
		}
		if d.Allowed() == allowed {
			return nil
		}
	}
	return fmt.Errorf("a change was acknowledged a minute ago, and decisions do not follow it")
}

// change measures from a change's acknowledgement by the store until a decision follows it, the store's own time left
// out. As it asks without a pause, processor time goes on while it waits.
func change(*lab) ([]result, error) {
	var out []result
	for _, at := range []struct {
		name  string
		shape shape
		bars  []float64 // µs, by kind
	}{
		{"20-sets", medium, []float64{50, 50, 5000}},
		{"1000-sets", worst, []float64{1000, 1000, 5000}},
	} {
		w := generate(at.shape, 1)
		m, err := memoryStore(w)
		if err != nil {
			return nil, err
		}
		store := &clocked{MemoryStore: m}
		a, err := open(w, store, directory(w))
		if err != nil {
			return nil, err
		}
		if err := warm(a, w); err != nil {
			return nil, err
		}
		e := newEditor(w, a, store, w.names[0])
		for i, k := range e.kinds {
			visible, whole, err := e.measure(store, k.row)
			if err != nil {
				return nil, err
			}
			out = append(out, measured("change/"+at.name+"/"+k.name, spreadOf(visible), " µs").atMost(at.bars[i]).
				noting("all of Apply %s µs", number(whole.median())))
		}
		if err := a.Close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const (
	changesMeasured = 60
	changesTime     = 10 * time.Second
)

// measure adds and removes the row again and again. It returns microseconds: until decisions follow, and of all of
// Apply, the checks before the store is asked and the store included.
func (e *editor) measure(store *clocked, row access.Rows) (visible, whole times, err error) {
	if err := e.until(false); err != nil {
		return nil, nil, err
	}
	for began, i := time.Now(), 0; i < changesMeasured && (i < 4 || time.Since(began) < changesTime); i++ {
		add := i%2 == 0
		start := ofProcess()
		if err := e.apply(row, add); err != nil {
			return nil, nil, err
		}
		whole = append(whole, micros(ofProcess()-start))
		if err := e.until(add); err != nil {
			return nil, nil, err
		}
		visible = append(visible, micros(store.since(ofProcess())))
	}
	if len(visible)%2 == 1 { // leave the policy as it was
		err = e.apply(row, false)
	}
	return visible, whole, err
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
