package accesscasbin

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/casbin/casbin/v2/persist"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// NewStore returns a store that reads policy from a Casbin adapter whose rows follow [access.Model], and writes nothing.
// It does no I/O. The adapter is called by one goroutine at a time, and only to load everything; give the store one of
// its own, because loading changes what an adapter reports of its filter.
//
// What the store answers is complete or an error: a row of another shape, of whatever tenant, refuses the load and is
// named, and so does an adapter that hides rows which its model does not take.
func NewStore(adapter persist.Adapter, o Options) (access.Store, error) {
	if adapter == nil || reflect.ValueOf(adapter).Kind() == reflect.Pointer && reflect.ValueOf(adapter).IsNil() {
		return nil, errors.New("accesscasbin: NewStore takes an adapter, got nil")
	}
	s := &store{reader: reader{adapter: adapter, version: o.Version}}
	for _, d := range o.Definitions {
		s.definitions = append(s.definitions, clone(d))
	}
	return s, nil
}

type store struct {
	definitions []access.Definition

	mu      sync.Mutex
	next    *reading // that nobody has begun
	running bool
	reader  reader // used by the one goroutine that runs
}

// Load implements access.Store.
func (s *store) Load(ctx context.Context, tenant string) (access.Policy, error) {
	if err := checkTenant(tenant); err != nil {
		return access.Policy{}, &access.InvalidError{What: "tenant", Value: tenant, Err: err}
	}
	r, err := s.read(ctx)
	if err != nil {
		return access.Policy{}, err
	}
	p := access.Policy{Tenant: tenant, Revision: r.revision(tenant)}
	lines := r.lines[tenant]
	if tenant != access.Shared {
		lines = slices.Concat(lines, r.lines[access.Shared])
	}
	for _, line := range lines {
		if err := p.Rows.AddLine(line...); err != nil {
			return access.Policy{}, err
		}
	}
	p.Rows.Definitions = definitions(s.definitions, tenant)
	return p, nil
}

// Revision implements access.Store.
func (s *store) Revision(ctx context.Context, tenant string) (uint64, error) {
	if err := checkTenant(tenant); err != nil {
		return 0, &access.InvalidError{What: "tenant", Value: tenant, Err: err}
	}
	if s.reader.version != nil {
		return s.reader.version(ctx)
	}
	r, err := s.read(ctx)
	if err != nil {
		return 0, err
	}
	return r.revision(tenant), nil
}

// Apply implements access.Store: it always answers [ErrReadOnly].
func (s *store) Apply(context.Context, access.Entry) (uint64, error) { return 0, ErrReadOnly }

func checkTenant(tenant string) error {
	if tenant == access.Shared {
		return nil
	}
	return access.CheckID(tenant)
}

// reading is one pass over all rows, and those who wait for it.
type reading struct {
	done chan struct{}
	contents
	err error
}

// read returns a reading that began after read was called. All who ask while one is under way share the next, so that
// the adapter is called by one at a time, and once for many tenants that are looked at together. An adapter cannot be
// interrupted: who will not wait any longer leaves it to itself.
func (s *store) read(ctx context.Context) (*reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.next == nil {
		s.next = &reading{done: make(chan struct{})}
	}
	r := s.next
	if !s.running {
		s.running = true
		go s.run()
	}
	s.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("accesscasbin: the adapter has not answered: %w", ctx.Err())
	case <-r.done:
		return r, r.err
	}
}

// run makes readings until none is wanted.
func (s *store) run() {
	for {
		s.mu.Lock()
		r := s.next
		s.next = nil
		s.running = r != nil
		s.mu.Unlock()
		if r == nil {
			return
		}
		r.contents, r.err = s.reader.read()
		close(r.done)
	}
}
