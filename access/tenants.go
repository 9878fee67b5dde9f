package access

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"golang.org/x/sync/singleflight"
)

// engine is what compiling a policy needs of the configuration.
type engine struct {
	cat     *catalog
	stock   vocabulary
	maskers *field.Maskers
}

// view is a tenant's policy and organisation as one: a decision reads nothing else.
type view struct {
	snap   *snapshot
	org    *organisation // nil without a Directory
	number uint64        // no other view of this process has the same; 0 until it is in force
}

var views atomic.Uint64

func newView(s *snapshot, o *organisation) *view { return &view{s, o, views.Add(1)} }

// tenant holds the last good view. Readers load the pointer and take no lock.
type tenant struct {
	name    string
	view    atomic.Pointer[view]
	looked  [parts]atomic.Pointer[time.Time] // when each part was last known to be current
	checked atomic.Pointer[time.Time]        // when the view was last known to be current: the earlier of looked
	stale   atomic.Bool                      // as watch saw it last: older than MaxStale
	failed  atomic.Pointer[failure]          // the last look that failed
	loading chan struct{}                    // holds one token while somebody loads
}

func newTenant(name string) *tenant {
	return &tenant{name: name, loading: make(chan struct{}, 1)}
}

// age is how long ago the view was known to be current, by the wall and by the process's own clock, whichever says
// more: one may be set back, the other stands still while a machine sleeps.
func (t *tenant) age() time.Duration {
	now, at := time.Now(), *t.checked.Load()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}

// tenants keeps what was loaded, and keeps it current.
type tenants struct {
	engine
	store  Store
	cfg    *Config
	life   context.Context // ends with Close
	byID   registry
	group  singleflight.Group
	work   sync.WaitGroup // goroutines that Close waits for
	places chan struct{}  // one for each look under way
	tick   atomic.Int64   // the decisions' clock as watch read it last, in nanoseconds of Unix time
	firsts failures       // first loads that failed
	loaded chan struct{}  // holds one token while a policy waits to be looked through
}

// get returns the tenant's view, loading it when it is asked for first.
func (ts *tenants) get(ctx context.Context, name string) (*view, error) {
	if t := ts.byID.find(name); t != nil {
		if v := t.view.Load(); v != nil && t.checked.Load() != nil {
			if age := t.age(); age > ts.cfg.MaxStale {
				return nil, fmt.Errorf("%w: the policy of %q was last checked %v ago, MaxStale is %v", ErrStale, name, age.Round(time.Millisecond), ts.cfg.MaxStale)
			}
			return v, nil
		}
	}
	return ts.first(ctx, name)
}

// first loads a tenant. It is put on the list before it is read, so that whoever changes its policy meanwhile finds it
// there and has it read again. The load serves all who wait for it, so it does not end with the first one's context.
func (ts *tenants) first(ctx context.Context, name string) (*view, error) {
	loaded := ts.group.DoChan(name, func() (any, error) {
		within, cancel := context.WithTimeoutCause(ts.life, ts.cfg.MaxStale, errSlow)
		defer cancel()
		t := ts.byID.add(newTenant(name))
		err := ts.refresh(within, t)
		v := t.view.Load()
		if err != nil || !v.known() {
			ts.byID.remove(t) // nothing is kept for a name that anybody may make up
		}
		ts.firsts.note(t, err)
		return v, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-loaded:
		if r.Err == nil {
			return r.Val.(*view), nil
		}
		if errors.Is(r.Err, ErrUnknownTenant) {
			return nil, r.Err
		}
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, outside(r.Err))
	}
}

// known reports whether anything but shared rows says that the tenant exists.
func (v *view) known() bool { return v.org != nil || v.snap.own > 0 }

// refresh makes the tenant's view current. On an error the last good view stays; but policy that was read is in force
// although the directory could not be. A tenant that the directory does not know any more is forgotten.
func (ts *tenants) refresh(ctx context.Context, t *tenant) error {
	return ts.refreshParts(ctx, t, bothParts)
}

// refreshParts is refresh for a part of the view.
func (ts *tenants) refreshParts(ctx context.Context, t *tenant, due dueParts) (err error) {
	select {
	case t.loading <- struct{}{}:
		defer func() { <-t.loading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	asked := time.Now()
	defer func() { t.note(ctx, asked, err) }()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the store or the directory panicked: %v", p)
		}
	}()
	now, next := t.view.Load(), view{}
	if now != nil {
		next = *now
	}
	if due[policyPart] {
		if err := ts.refreshPolicy(ctx, t.name, &next); err != nil {
			return err
		}
	}
	if due[peoplePart] {
		err = ts.refreshOrganisation(ctx, t.name, &next)
	}
	if errors.Is(err, ErrUnknownTenant) {
		ts.byID.remove(t)
		return err
	}
	if err == nil || now != nil {
		if now == nil || next.snap != now.snap || next.org != now.org {
			t.view.Store(newView(next.snap, next.org))
			ts.lintSoon()
		}
	}
	if err == nil {
		t.current(asked, due)
		t.stale.Store(t.age() > ts.cfg.MaxStale)
	}
	return err
}

// refreshPolicy reads the policy if it changed. What is older than this node has seen, or holds, is no answer.
func (ts *tenants) refreshPolicy(ctx context.Context, name string, v *view) error {
	least := uint64(0)
	if v.snap != nil {
		rev, err := ts.store.Revision(ctx, name)
		if err != nil {
			return err
		}
		if rev == v.snap.revision {
			return nil
		}
		least = max(rev, v.snap.revision)
	}
	p, err := ts.store.Load(ctx, name)
	if err != nil {
		return err
	}
	if p.Tenant != name {
		return fmt.Errorf("the store answered with the policy of %q when asked for %q", p.Tenant, name)
	}
	if p.Revision < least {
		return fmt.Errorf("the store answered with revision %d of %q after revision %d was seen: is it a replica that lags, or a restored backup?", p.Revision, name, least)
	}
	snap, err := ts.compile(p)
	if err == nil {
		v.snap = snap
	}
	return err
}

func (ts *tenants) refreshOrganisation(ctx context.Context, name string, v *view) error {
	if ts.cfg.Directory == nil {
		return nil
	}
	least := uint64(0)
	if v.org != nil {
		rev, err := ts.cfg.Directory.Revision(ctx, name)
		if err != nil {
			return err
		}
		if rev == v.org.revision {
			return nil
		}
		least = max(rev, v.org.revision)
	}
	o, err := ts.cfg.Directory.Load(ctx, name)
	if err != nil {
		return err
	}
	if o.Revision < least {
		return fmt.Errorf("the directory answered with revision %d of %q after revision %d was seen", o.Revision, name, least)
	}
	org, err := compileOrganisation(o)
	if err == nil {
		v.org = org
	}
	return err
}

// watch keeps what a quick decision reads instead of a clock, whose reading costs more than the decision: how old each
// tenant's view is, and what time it is.
func (ts *tenants) watch() {
	tick := time.NewTicker(max(min(ts.cfg.MaxStale/8, time.Second), time.Millisecond))
	defer tick.Stop()
	for {
		ts.tick.Store(ts.cfg.Now().UnixNano())
		for _, t := range ts.byID.all() {
			if t.checked.Load() != nil {
				t.stale.Store(t.age() > ts.cfg.MaxStale)
			}
		}
		select {
		case <-ts.life.Done():
			return
		case <-tick.C:
		}
	}
}

// maxLooks bounds how many tenants are read at once.
const maxLooks = 64

// look refreshes one tenant within MaxStale/2, and logs why it could not.
func (ts *tenants) look(ctx context.Context, t *tenant) error { return ts.lookAt(ctx, t, bothParts) }

// lookAt is look for a part of the view.
func (ts *tenants) lookAt(ctx context.Context, t *tenant, due dueParts) error {
	select {
	case ts.places <- struct{}{}:
		defer func() { <-ts.places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	within, cancel := context.WithTimeoutCause(ctx, ts.cfg.MaxStale/2, errSlow)
	defer cancel()
	err := ts.refreshParts(within, t, due)
	if err != nil && ts.life.Err() == nil {
		ts.cfg.Logger.Error("access: the policy was not refreshed, the last good one stays until MaxStale", "tenant", t.name, "error", err)
	}
	return err
}

// lookAll refreshes every loaded tenant and waits for it.
func (ts *tenants) lookAll(ctx context.Context) error {
	var mu sync.Mutex
	var errs []error
	var done sync.WaitGroup
	for _, t := range ts.byID.all() {
		done.Add(1)
		go func() {
			defer done.Done()
			if err := ts.look(ctx, t); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("tenant %q: %w", t.name, err))
			}
		}()
	}
	done.Wait()
	return errors.Join(errs...)
}
