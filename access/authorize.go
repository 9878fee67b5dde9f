package access

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxSkew is how far Env.Time may lie from the Authorizer's clock.
const maxSkew = time.Minute

// Authorize decides one request, in the order that the package comment states. A denial is a value: its Decision says
// so and why. An error means that the question could not be decided; the Decision is then the zero one, which is
// denied, so that a caller who drops the error lets nobody in.
func (a *Authorizer) Authorize(ctx context.Context, r Request) (d Decision, err error) {
	if a.tryQuick(ctx, &r, &d.q) {
		if a.shadows.byTenant.Load() != nil {
			a.shadow(d)
		}
		return d, nil
	}
	ds, err := a.AuthorizeAll(ctx, []Request{r})
	if err != nil {
		return Decision{}, err
	}
	return ds[0], nil
}

// AuthorizeAll decides several requests of one tenant on one policy, fetching what they need of related rows in one
// query a type. On an error there are no decisions at all.
func (a *Authorizer) AuthorizeAll(ctx context.Context, rs []Request) ([]Decision, error) {
	if a.closed.Load() {
		return nil, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := a.cfg.Now()
	rs = slices.Clone(rs)
	for i := range rs {
		if err := a.prepare(&rs[i], now, true); err != nil {
			return nil, err
		}
		if rs[i].Subject.Tenant != rs[0].Subject.Tenant {
			return nil, invalid("tenant", rs[i].Subject.Tenant, fmt.Errorf("differs from that of the first request: ask for one tenant at a time"))
		}
	}
	if len(rs) == 0 {
		return nil, nil
	}
	v, err := a.get(ctx, rs[0].Subject.Tenant)
	if errors.Is(err, ErrUnknownTenant) {
		return a.record(ctx, denyAll(a, rs, ReasonUnknownTenant))
	}
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		if r.AtLeast.newerThan(v) {
			if err := a.catchUp(ctx, r.Subject.Tenant, r.AtLeast); err != nil {
				return nil, err
			}
			if v, err = a.get(ctx, r.Subject.Tenant); err != nil {
				return nil, err
			}
		}
	}
	ds, err := a.decideAll(ctx, v, rs, a.see(now))
	if err != nil {
		return nil, err
	}
	if err := a.crossCheck(v, ds); err != nil {
		return nil, err
	}
	if ds, err = a.record(ctx, ds); err != nil {
		return nil, err
	}
	a.shadow(ds...)
	return ds, nil
}

// prepare checks a request and fills in its time.
func (a *Authorizer) prepare(r *Request, now time.Time, strictTime bool) error {
	if err := r.Subject.check(); err != nil {
		return err
	}
	t := a.cat.types[r.Resource.Type]
	if t == nil {
		return invalid("type", r.Resource.Type, fmt.Errorf("is not in the catalog"))
	}
	act, ok := t.actions[r.Action]
	if !ok {
		return invalid("action", r.Action, fmt.Errorf("is no action of the type %q", t.Name))
	}
	if err := t.checkResource(act.Action, &r.Resource); err != nil {
		return err
	}
	if r.Action == unmask && strings.TrimSpace(r.Purpose) == "" {
		return invalid("purpose", r.Purpose, fmt.Errorf("is blank: %s asks for one", unmask))
	}
	if r.Env.Time.IsZero() {
		r.Env.Time = now
	} else if skew := r.Env.Time.Sub(now); strictTime && (skew > maxSkew || skew < -maxSkew) {
		return invalid("time", r.Env.Time.Format(time.RFC3339), fmt.Errorf("is %v off the clock; Explain and Simulate take any time", skew))
	}
	return nil
}

// unmask shows a masked value in clear: of one record at a time, with a purpose.
const unmask = "unmask"

// checkResource checks that the resource is given in a form that fits the action.
func (t *typeInfo) checkResource(act Action, res *Resource) error {
	wrong := func(format string, args ...any) error {
		return invalid("resource", t.Name, fmt.Errorf(format, args...))
	}
	if err := checkRecordID(res.ID); err != nil {
		return invalid("record id", res.ID, err)
	}
	exists := res.ID != "" || !res.Record.IsZero()
	switch {
	case res.ID != "" && !res.Record.IsZero():
		return wrong("give either ID or Record")
	case exists && act.Kinds == CreateRows:
		return wrong("%s makes a record: give it as New", act.Name)
	case !exists && !res.New.IsZero() && act.Kinds != 0 && act.Kinds&CreateRows == 0:
		return wrong("%s is about a record that exists: give it as Record or ID, beside New", act.Name)
	case act.Name == unmask && !exists:
		return wrong("%s is asked for one record at a time", unmask)
	case res.Set != nil && !res.Collection():
		return wrong("Set states what a bulk write sets: give it without ID, Record and New")
	}
	for name := range res.Set {
		if _, ok := t.Schema.Attr(name); !ok && !t.hasField(name) {
			return wrong("Set names %q, which is no attribute or field of the type", name)
		}
	}
	res.Set = maps.Clone(res.Set)
	return nil
}

// catchUp makes the tenant's policy at least as new as r, or fails.
func (a *Authorizer) catchUp(ctx context.Context, name string, r Revision) error {
	if t := a.byID.find(name); t != nil {
		if err := a.refresh(ctx, t); err != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
		}
	}
	v, err := a.get(ctx, name)
	if err != nil {
		return err
	}
	if r.newerThan(v) {
		return fmt.Errorf("%w: the store stands at %s, the request asks for %s at least", ErrStale, v.revision(), r)
	}
	return nil
}
