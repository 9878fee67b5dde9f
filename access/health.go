package access

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// Health is how current the policies are that this Authorizer decides by.
type Health struct {
	OK         bool              `json:"ok"` // nothing below is stale or failing; false: degraded
	Tenants    []TenantHealth    `json:"tenants,omitempty"`
	Conditions []ConditionHealth `json:"conditions,omitempty"` // those of the host's own that failed, by name
}

// TenantHealth is how current one tenant's policy and organisation are. Of a tenant that could not be loaded at all,
// Loaded is false and revisions and age are zero; it is told of until it loads, or MaxStale after the last attempt.
type TenantHealth struct {
	Tenant    string        `json:"tenant"`
	Loaded    bool          `json:"loaded"`
	Policy    uint64        `json:"policy"`               // revision in force
	Directory uint64        `json:"directory"`            // revision in force; 0 without a Directory
	Age       time.Duration `json:"age"`                  // since both were last known to be current
	Stale     bool          `json:"stale"`                // Age is above MaxStale: every decision is ErrStale
	Failing   bool          `json:"failing"`              // the last check failed; the last good policy is in force
	LastError string        `json:"last_error,omitempty"` // of the last check that failed, also when all is well again
	LastFail  time.Time     `json:"last_fail"`            // when that was, by the machine's clock
}

// Health reports on the tenants that are loaded, by name. It does no I/O and waits for nobody, so a probe may call it
// often. LastError is the store's or the directory's own text, its passwords and connection strings blanked; it may
// name rows of the policy, so show it to those who run the service and not to its users. The only errors are ErrClosed
// and that of ctx.
func (a *Authorizer) Health(ctx context.Context) (Health, error) {
	if a.closed.Load() {
		return Health{}, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return Health{}, err
	}
	loaded := a.byID.all()
	out := Health{OK: true, Tenants: a.firsts.since(a.cfg.MaxStale, loaded)}
	for _, t := range loaded {
		if h, ok := t.health(a.cfg.MaxStale); ok {
			out.Tenants = append(out.Tenants, h)
		}
	}
	slices.SortFunc(out.Tenants, func(x, y TenantHealth) int { return cmp.Compare(x.Tenant, y.Tenant) })
	for _, h := range out.Tenants {
		out.OK = out.OK && h.Loaded && !h.Stale && !h.Failing
	}
	for _, name := range sortedKeys(a.stock) {
		if c := a.stock[name].custom; c != nil && c.failed.Load() > 0 {
			h := c.health()
			out.Conditions, out.OK = append(out.Conditions, h), out.OK && !h.Failing
		}
	}
	return out, nil
}

// health is not ok for a tenant that is still being read for the first time.
func (t *tenant) health(maxStale time.Duration) (h TenantHealth, ok bool) {
	v, checked := t.view.Load(), t.checked.Load()
	if v == nil || checked == nil {
		return h, false
	}
	r := v.revision()
	h = TenantHealth{Tenant: t.name, Loaded: true, Policy: r.policy, Directory: r.directory, Age: t.age()}
	h.Stale = h.Age > maxStale
	if f := t.failed.Load(); f != nil {
		h.LastError, h.LastFail, h.Failing = f.text, f.at.Round(0), f.at.After(*checked)
	}
	return h, true
}

// failure is a look that failed.
type failure struct {
	at   time.Time // when it was begun
	text string
}

func newFailure(at time.Time, err error) *failure { return &failure{at, withoutSecrets(err.Error())} }

// errSlow is the cause of a look's own deadline.
var errSlow = errors.New("access: the store or the directory did not answer in time")

// note keeps why a look failed. That the caller gave up says nothing about the store.
func (t *tenant) note(ctx context.Context, at time.Time, err error) {
	if err == nil || ctx.Err() != nil && context.Cause(ctx) != errSlow {
		return
	}
	t.failed.Store(newFailure(at, err))
}

// maxFirsts bounds the names kept of tenants that could not be loaded: anybody may make some up.
const maxFirsts = 20

// failures are the first loads that failed.
type failures struct {
	mu     sync.Mutex
	byName map[string]*failure
}

// note takes down how a first load ended. That a tenant is unknown is an answer.
func (f *failures) note(t *tenant, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.byName, t.name)
	if err == nil || errors.Is(err, ErrUnknownTenant) {
		return
	}
	if f.byName == nil {
		f.byName = map[string]*failure{}
	}
	for len(f.byName) >= maxFirsts {
		delete(f.byName, f.oldest())
	}
	f.byName[t.name] = newFailure(time.Now(), err)
}

func (f *failures) oldest() string {
	return slices.MinFunc(slices.Collect(maps.Keys(f.byName)), func(x, y string) int { return f.byName[x].at.Compare(f.byName[y].at) })
}

// since are those of the last d, but for tenants that are loaded.
func (f *failures) since(d time.Duration, loaded map[string]*tenant) []TenantHealth {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []TenantHealth
	for name, x := range f.byName {
		switch {
		case time.Since(x.at) > d:
			delete(f.byName, name)
		case loaded[name] == nil || loaded[name].checked.Load() == nil:
			out = append(out, TenantHealth{Tenant: name, Failing: true, LastError: x.text, LastFail: x.at.Round(0)})
		}
	}
	return out
}
