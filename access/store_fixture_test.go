package access_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

func memory(t *testing.T, policy string) *access.MemoryStore {
	t.Helper()
	rows, err := access.ParseRows(policy)
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	return store
}

// failing is a store whose database comes and goes.
type failing struct {
	access.Store
	fail bool
	down atomic.Int32 // 0: as fail says, 1: down, 2: up
}

func (f *failing) set(down bool) {
	f.down.Store(2)
	if down {
		f.down.Store(1)
	}
}

func (f *failing) broken() error {
	if f.down.Load() == 1 || f.down.Load() == 0 && f.fail {
		return errors.New("connection refused")
	}
	return nil
}

func (f *failing) Load(ctx context.Context, tenant string) (access.Policy, error) {
	if err := f.broken(); err != nil {
		return access.Policy{}, err
	}
	return f.Store.Load(ctx, tenant)
}

func (f *failing) Revision(ctx context.Context, tenant string) (uint64, error) {
	if err := f.broken(); err != nil {
		return 0, err
	}
	return f.Store.Revision(ctx, tenant)
}

// swapping is a store whose rows somebody replaces behind its back.
type swapping struct {
	access.Store
	mu    sync.Mutex
	asked atomic.Int32
}

func (s *swapping) swap(to access.Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Store = to
}

func (s *swapping) now() access.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store
}

func (s *swapping) Load(ctx context.Context, tenant string) (access.Policy, error) {
	s.asked.Add(1)
	return s.now().Load(ctx, tenant)
}

func (s *swapping) Revision(ctx context.Context, tenant string) (uint64, error) {
	return s.now().Revision(ctx, tenant)
}
