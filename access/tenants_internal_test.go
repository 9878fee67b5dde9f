package access

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Without a directory only rows of its own tell that a tenant exists; shared rows fit every name.
func TestMadeUpTenantsAreNotKept(t *testing.T) {
	shared, err := ParseRows("p, r:rep, *, deal, view, always, allow")
	require.NoError(t, err)
	store, err := NewMemoryStore(Policy{Tenant: Shared, Rows: shared})
	require.NoError(t, err)
	a, err := New(context.Background(), store, Config{Catalog: Catalog{Types: []Type{{
		Name: "deal", Schema: scope.Schema{SingleTenant: true, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}}},
	}}}})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	for i := range 1000 {
		_, err := a.Authorize(context.Background(), Request{
			Subject: Subject{ID: "x", Tenant: fmt.Sprint("made-up-", i)}, Action: "view", Resource: Resource{Type: "deal"},
		})
		require.NoError(t, err)
	}
	assert.Empty(t, a.byID.all(), "tenants that nobody knows would be kept and polled for ever")
}
