package access

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
)

// Shadow is a candidate policy beside the live one of a tenant. Each decision of the tenant is made on both, after it was
// answered and by another goroutine: nothing that the candidate says, fails at or takes long for reaches an answer. Each
// way in which they disagree is logged once, and counted for the report.
type Shadow struct {
	a      *Authorizer
	tenant string
	change Change
	opts   ShadowOptions

	queue   chan shadowed
	life    context.Context
	end     context.CancelFunc
	worked  chan struct{} // closed when the goroutine has ended
	dropped atomic.Uint64

	seats  *seats // of the candidate; used by the goroutine alone
	seated *candidate

	mu        sync.Mutex
	counts    shadowCounts
	found     disagreements
	candidate *candidate
}

// ShadowOptions is what Shadow may be told. The zero value is fine.
type ShadowOptions struct {
	// Queue is how many decisions may wait to be made again; 0 means 1024. While it is full, decisions are left out
	// and counted.
	Queue int
	// Max is how many different disagreements are kept and logged; 0 means 1000. Others are counted.
	Max int
}

const (
	defaultShadowQueue = 1024
	defaultShadowMax   = 1000
)

// Shadow begins to make every decision of the tenant on its policy with the change applied, too. The change is of the
// tenant's rows or of Shared ones, and is applied anew to the live policy whenever that moves: Change.Base is not looked
// at. One that is invalid, or does not apply to the policy as it stands, is an error. One that later does not apply any more is no
// error of anybody's: the report says so, and the shadow goes on when it applies again.
//
// A tenant has one shadow at a time. It runs until Stop or Close. The candidate costs the memory of the tenant's policy,
// and each decision the copy of the attributes and related rows that its record holds. Config.Loader is asked, from the
// shadow's goroutine, for what only the candidate's rules look at. Shadow does not ask who may see what it reports.
func (a *Authorizer) Shadow(ctx context.Context, tenant string, c Change, o ShadowOptions) (*Shadow, error) {
	if a.closed.Load() {
		return nil, ErrClosed
	}
	if o.Queue < 0 || o.Max < 0 {
		return nil, invalid("options", "Queue, Max", fmt.Errorf("are negative"))
	}
	if o.Queue == 0 {
		o.Queue = defaultShadowQueue
	}
	if o.Max == 0 {
		o.Max = defaultShadowMax
	}
	c, err := a.canonical(c)
	if err != nil {
		return nil, err
	}
	if tenant == Shared || c.Tenant != tenant && c.Tenant != Shared {
		return nil, invalid("tenant", tenant, fmt.Errorf("is not that of the change, or names none: try shared rows on one tenant at a time"))
	}
	v, err := a.get(ctx, tenant)
	if err != nil {
		return nil, err
	}
	life, end := context.WithCancel(a.life)
	s := &Shadow{
		a: a, tenant: tenant, change: c, opts: o, queue: make(chan shadowed, o.Queue), life: life, end: end,
		worked: make(chan struct{}), found: disagreements{max: o.Max}, counts: shadowCounts{since: a.cfg.Now()},
	}
	if _, err := s.apply(ctx, v.snap); err != nil {
		end()
		return nil, err
	}
	if err := a.shadows.add(s); err != nil {
		end()
		return nil, err
	}
	go s.run()
	return s, nil
}

// Stop ends the shadow and waits for the decision that it is just making again. The report stays. Stop may be called
// twice, and concurrently.
func (s *Shadow) Stop() {
	s.a.shadows.remove(s)
	s.end()
	<-s.worked
}

// shadows are those of all tenants. Decisions look for theirs without a lock.
type shadows struct {
	mu       sync.Mutex
	byTenant atomic.Pointer[map[string]*Shadow] // nil: none, so that decisions pay for one look
	closed   bool
}

func (x *shadows) of(tenant string) *Shadow {
	if m := x.byTenant.Load(); m != nil {
		return (*m)[tenant]
	}
	return nil
}

func (x *shadows) add(s *Shadow) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return ErrClosed
	}
	if x.of(s.tenant) != nil {
		return invalid("tenant", s.tenant, fmt.Errorf("has a shadow already: stop that one first"))
	}
	x.edit(func(m map[string]*Shadow) { m[s.tenant] = s })
	return nil
}

func (x *shadows) remove(s *Shadow) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.of(s.tenant) == s {
		x.edit(func(m map[string]*Shadow) { delete(m, s.tenant) })
	}
}

func (x *shadows) edit(change func(map[string]*Shadow)) {
	next := map[string]*Shadow{}
	if m := x.byTenant.Load(); m != nil {
		maps.Copy(next, *m)
	}
	change(next)
	if len(next) == 0 {
		x.byTenant.Store(nil)
		return
	}
	x.byTenant.Store(&next)
}

// close stops all.
func (x *shadows) close() {
	x.mu.Lock()
	x.closed = true
	var all map[string]*Shadow
	if m := x.byTenant.Load(); m != nil {
		all = *m
	}
	x.mu.Unlock()
	for _, s := range all {
		s.Stop()
	}
}
