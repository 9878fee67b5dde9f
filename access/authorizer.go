package access

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// Authorizer decides. Make one with New and share it: all methods may be called concurrently.
type Authorizer struct {
	*tenants
	latest   atomic.Int64 // the latest decision time seen, in Unix nanoseconds
	closed   atomic.Bool
	mayQuick bool   // nothing watches over decisions that quick ones would pass by
	number   uint64 // drawn by lot, for the ids of decisions
	stop     context.CancelFunc

	compared comparisons
	shadows  shadows
}

// New checks the configuration and returns an Authorizer over the store. Tenants are loaded when they are first asked
// about; from then on a goroutine looks for changes every Config.Poll until Close. ctx bounds New alone.
func New(ctx context.Context, s Store, cfg Config) (*Authorizer, error) {
	if s == nil || isNilPointer(s) {
		return nil, invalid("store", "", fmt.Errorf("is nil"))
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	cat, err := compileCatalog(cfg.Catalog)
	if err != nil {
		return nil, err
	}
	stock, err := stockNames(&cfg)
	if err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a := &Authorizer{stop: stop, tenants: &tenants{
		engine: engine{cat, stock, cfg.Maskers}, store: s, cfg: &cfg, life: life, places: make(chan struct{}, maxLooks),
		loaded: make(chan struct{}, 1),
	}}
	a.mayQuick, a.number = cfg.CrossCheck <= 0 && cfg.Audit == nil, rand.Uint64()
	a.tick.Store(cfg.Now().UnixNano())
	for _, task := range []func(){a.poll, a.watch, a.lintLoaded} {
		a.work.Add(1)
		go func() {
			defer a.work.Done()
			task()
		}()
	}
	return a, nil
}

// Close ends the polling and waits for it. From then on every method answers ErrClosed. It may be called twice.
func (a *Authorizer) Close() error {
	a.closed.Store(true)
	a.stop()
	a.shadows.close()
	a.work.Wait()
	return nil
}

// Types are the Catalog's types by name, with what was taken from their models filled in.
func (a *Authorizer) Types() []Type { return a.cat.complete() }

// Policy returns a tenant's policy as the store has it now. Pass Shared for the shared rows.
func (a *Authorizer) Policy(ctx context.Context, tenant string) (Policy, error) {
	if a.closed.Load() {
		return Policy{}, ErrClosed
	}
	return a.store.Load(ctx, tenant)
}

// Roles returns the subject's roles now, the inherited ones included, sorted.
func (a *Authorizer) Roles(ctx context.Context, s Subject) ([]string, error) {
	if a.closed.Load() {
		return nil, ErrClosed
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	v, err := a.get(ctx, s.Tenant)
	if err != nil {
		return nil, err
	}
	now := a.cfg.Now()
	h, err := v.holder(s.ID, now, a.see(now))
	if err != nil {
		return nil, err
	}
	return slices.Clone(h.set.roles), nil
}

// see takes note of a decision time and returns the latest one ever seen.
func (a *Authorizer) see(t time.Time) time.Time { return time.Unix(0, a.seen(t.UnixNano())) }

func (a *Authorizer) seen(n int64) int64 {
	for {
		last := a.latest.Load()
		if n <= last {
			return last
		}
		if a.latest.CompareAndSwap(last, n) {
			return n
		}
	}
}
