package oracle

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accessgorm"
)

var ctx = context.Background()

// place is where Authorizers of one world live: their store, their directory and the clock.
type place struct {
	store access.Store
	dir   *access.MemoryDirectory // nil: none
	clock atomic.Pointer[time.Time]
}

// settle writes the world into a store.
func (w *world) settle(store access.Store) (*place, error) {
	p := &place{store: store}
	if err := p.follow(w); err != nil {
		return nil, err
	}
	for _, tenant := range sorted(w.rows) {
		base, err := store.Revision(ctx, tenant)
		if err != nil {
			return nil, err
		}
		if _, err := store.Apply(ctx, access.Entry{Change: access.Change{Tenant: tenant, Base: base, Add: w.rows[tenant]}, By: root, ByTenant: tenant, At: w.now}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *place) at(now time.Time) { p.clock.Store(&now) }

// people tells the directory who is in a tenant now.
func (p *place) people(tenant string, o organisation) error {
	if o.Unlisted {
		return nil
	}
	listed, err := o.listed()
	if err != nil {
		return err
	}
	if p.dir == nil {
		p.dir = access.NewMemoryDirectory()
	}
	p.dir.Set(tenant, listed)
	return nil
}

// follow takes over the world's time and people.
func (p *place) follow(w *world) error {
	p.at(w.now)
	for _, tenant := range sorted(w.orgs) {
		if err := p.people(tenant, w.orgs[tenant]); err != nil {
			return err
		}
	}
	return nil
}

// node starts an Authorizer that looks for changes so often.
func (p *place) node(poll time.Duration, more ...func(*access.Config)) (*access.Authorizer, error) {
	cfg := access.Config{
		Catalog: catalog(), Now: func() time.Time { return *p.clock.Load() }, Poll: poll, MaxStale: 10 * time.Minute,
		Operators: []access.Subject{{ID: root, Tenant: tenants[0]}}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if p.dir != nil {
		cfg.Directory = p.dir
	}
	for _, set := range more {
		set(&cfg)
	}
	return access.New(ctx, p.store, cfg)
}

// stands is the revision at which policy and people of a tenant stand.
func (p *place) stands(tenant string) (access.Revision, error) {
	policy, err := p.store.Revision(ctx, tenant)
	if err != nil {
		return access.Revision{}, err
	}
	people := uint64(0)
	if p.dir != nil {
		if people, err = p.dir.Revision(ctx, tenant); err != nil {
			return access.Revision{}, err
		}
	}
	return access.ParseRevision(fmt.Sprintf("%d.%d", policy, people))
}

// tell has a node look for what changed in a tenant: a request must not be answered from older policy or people.
func (p *place) tell(a *access.Authorizer, tenant string) error {
	least, err := p.stands(tenant)
	if err != nil {
		return err
	}
	_, err = p.glance(a, tenant, least)
	return err
}

// glance has root ask something.
func (p *place) glance(a *access.Authorizer, tenant string, least access.Revision) (access.Decision, error) {
	return a.Authorize(ctx, access.Request{Subject: access.Subject{ID: root, Tenant: tenant}, Action: "view", Resource: access.Resource{Type: "deal"}, AtLeast: least})
}

const never = 5 * time.Minute // as a poll: whoever changes policy need not be told

// apply makes a change as root.
func apply(a *access.Authorizer, c access.Change) (access.Revision, error) {
	by := c.Tenant
	if by == access.Shared {
		by = tenants[0]
	}
	return a.Apply(ctx, access.Request{Subject: access.Subject{ID: root, Tenant: by}}, c)
}

func memory() access.Store {
	s, err := access.NewMemoryStore()
	if err != nil {
		panic(err)
	}
	return s
}

// database opens stores on a fresh SQLite database each.
func database(t testing.TB) func() (access.Store, func(), error) {
	dir, n := t.TempDir(), atomic.Int64{}
	return func() (access.Store, func(), error) {
		dsn := filepath.Join(dir, fmt.Sprintf("%d.db", n.Add(1))) + "?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)&_pragma=journal_mode(MEMORY)"
		db, err := gorm.Open(sqlite.Open(dsn), &gorm.Config{Logger: logger.Discard})
		if err != nil {
			return nil, nil, err
		}
		pool, err := db.DB()
		if err != nil {
			return nil, nil, err
		}
		done := func() { _ = pool.Close() }
		if err := accessgorm.Migrate(ctx, db); err != nil {
			return nil, done, err
		}
		s, err := accessgorm.New(db)
		return s, done, err
	}
}
