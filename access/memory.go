package access

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// MemoryStore is a Store that keeps policy in memory: for tests, small tools and policies that are part of a program.
type MemoryStore struct {
	mu      sync.RWMutex
	rows    map[string]Rows   // by tenant, Shared included
	changed map[string]uint64 // number of the last change, by tenant
	counter uint64
	log     []Entry
}

// NewMemoryStore returns a store that begins with these policies, each at revision 1 or, if it names one, at its own.
// Rows that name no tenant get that of their policy.
func NewMemoryStore(policies ...Policy) (*MemoryStore, error) {
	s := &MemoryStore{rows: map[string]Rows{}, changed: map[string]uint64{}}
	for _, p := range policies {
		if p.Tenant == "" {
			return nil, invalid("policy", "", fmt.Errorf("names no tenant"))
		}
		if _, twice := s.changed[p.Tenant]; twice {
			return nil, invalid("policy", p.Tenant, fmt.Errorf("is given twice"))
		}
		s.rows[p.Tenant] = p.Rows.of(p.Tenant)
		s.changed[p.Tenant] = max(p.Revision, 1)
		s.counter = max(s.counter, s.changed[p.Tenant])
	}
	return s, nil
}

// Load implements Store.
func (s *MemoryStore) Load(ctx context.Context, tenant string) (Policy, error) {
	if err := ctx.Err(); err != nil {
		return Policy{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	rows := Rows{}.plus(s.rows[tenant])
	if tenant != Shared {
		rows = rows.plus(s.rows[Shared])
	}
	return Policy{Tenant: tenant, Revision: s.stands(tenant), Rows: rows}, nil
}

// Revision implements Store.
func (s *MemoryStore) Revision(ctx context.Context, tenant string) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.stands(tenant), nil
}

func (s *MemoryStore) stands(tenant string) uint64 { return max(s.changed[tenant], s.changed[Shared]) }

// Apply implements Store.
func (s *MemoryStore) Apply(ctx context.Context, e Entry) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.stands(e.Tenant); at != e.Base {
		return 0, fmt.Errorf("%w: the change to %q was made against revision %d, it stands at %d", ErrConflict, e.Tenant, e.Base, at)
	}
	next, err := s.rows[e.Tenant].with(e.Change)
	if err != nil {
		return 0, err
	}
	s.counter++
	s.rows[e.Tenant], s.changed[e.Tenant] = next, s.counter
	s.log = append(s.log, e)
	return s.counter, nil
}

// Log returns the changes that were applied, oldest first.
func (s *MemoryStore) Log() []Entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.log)
}

// MemoryDirectory is a Directory that the host fills.
type MemoryDirectory struct {
	mu      sync.RWMutex
	tenants map[string]Organisation
	counter uint64
}

// NewMemoryDirectory returns an empty directory.
func NewMemoryDirectory() *MemoryDirectory {
	return &MemoryDirectory{tenants: map[string]Organisation{}}
}

// Set replaces a tenant's organisation by a copy of o, whose Revision is set by the directory.
func (d *MemoryDirectory) Set(tenant string, o Organisation) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counter++
	o.Revision = d.counter
	o.People = slices.Clone(o.People)
	for i := range o.People {
		o.People[i] = o.People[i].clone()
	}
	d.tenants[tenant] = o
}

// Load implements Directory.
func (d *MemoryDirectory) Load(_ context.Context, tenant string) (Organisation, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	o, ok := d.tenants[tenant]
	if !ok {
		return Organisation{}, fmt.Errorf("%w: %q", ErrUnknownTenant, tenant)
	}
	return o, nil
}

// Revision implements Directory.
func (d *MemoryDirectory) Revision(ctx context.Context, tenant string) (uint64, error) {
	o, err := d.Load(ctx, tenant)
	return o.Revision, err
}

// MemoryAuthorizer is the shortest way to an Authorizer: policy text in Casbin's CSV form (see ParseRows), definitions
// and configuration, all of one tenant.
func MemoryAuthorizer(ctx context.Context, tenant, policy string, defs []Definition, cfg Config) (*Authorizer, error) {
	rows, err := ParseRows(policy)
	if err != nil {
		return nil, err
	}
	rows.Definitions = append(rows.Definitions, defs...)
	s, err := NewMemoryStore(Policy{Tenant: tenant, Rows: rows})
	if err != nil {
		return nil, err
	}
	a, err := New(ctx, s, cfg)
	if err != nil {
		return nil, err
	}
	if _, err := a.get(ctx, tenant); err != nil {
		_ = a.Close()
		return nil, err
	}
	return a, nil
}

var _, _ = Store(&MemoryStore{}), Directory(&MemoryDirectory{})
