package access

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Simulate answers the requests, all of one tenant, as if the change were applied. Nothing is written or recorded, the
// requests may be of any time, and the decisions run no statement: their Kinds are none.
func (a *Authorizer) Simulate(ctx context.Context, c Change, rs []Request) ([]Decision, error) {
	if a.closed.Load() {
		return nil, ErrClosed
	}
	c, err := a.canonical(c)
	if err != nil {
		return nil, err
	}
	was, err := a.standing(ctx, c)
	if err != nil {
		return nil, err
	}
	snap, err := a.changed(ctx, was, c)
	if err != nil {
		return nil, err
	}
	if len(rs) == 0 {
		return nil, nil
	}
	tenant := rs[0].Subject.Tenant
	if c.Tenant == Shared {
		if snap, err = a.compileShared(ctx, tenant, c); err != nil {
			return nil, err
		}
	} else if tenant != c.Tenant {
		return nil, invalid("tenant", tenant, fmt.Errorf("is not that of the change"))
	}
	rs = slices.Clone(rs)
	now := a.cfg.Now()
	for i := range rs {
		if err := a.prepare(&rs[i], now, false); err != nil {
			return nil, err
		}
		rs[i].Advisory = true
		if rs[i].Subject.Tenant != tenant {
			return nil, invalid("tenant", rs[i].Subject.Tenant, fmt.Errorf("differs from that of the first request: ask for one tenant at a time"))
		}
	}
	v, err := a.get(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return a.suppose(ctx, newView(snap, v.org), rs)
}

// suppose decides on a policy or at a time that is not in force: such a decision opens nothing.
func (a *Authorizer) suppose(ctx context.Context, v *view, rs []Request) ([]Decision, error) {
	ds, err := a.decideAll(ctx, v, rs, time.Time{})
	for _, d := range ds {
		d.d.supposed = true
	}
	return ds, err
}
