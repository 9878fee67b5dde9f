package accessgorm

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// TestAuthorizer runs two nodes on one database: what one changes the other decides by after its next look.
func TestAuthorizer(t *testing.T) {
	dsn := file(t)
	db := open(t, dsn, quiet())
	require.NoError(t, Migrate(ctx, db))
	root := access.Subject{ID: "root", Tenant: "acme"}
	config := access.Config{
		Catalog: access.Catalog{Types: []access.Type{{Name: "deal", Schema: scope.Schema{
			SingleTenant: true, Key: []string{"id"}, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindText}},
		}}}},
		Bootstrap: []access.Subject{root}, CrossCheck: 1, Poll: 10 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	node := func() *access.Authorizer {
		s, err := New(open(t, dsn, quiet()))
		require.NoError(t, err)
		a, err := access.New(ctx, s, config)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, a.Close()) })
		return a
	}
	one, two := node(), node()
	may := func(a *access.Authorizer) bool {
		d, err := a.Authorize(ctx, access.Request{Subject: access.Subject{ID: "alice", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal"}})
		require.NoError(t, err)
		return d.Allowed()
	}
	assert.False(t, may(one))
	assert.False(t, may(two))
	_, err := one.Apply(ctx, access.Request{Subject: root}, access.Change{Tenant: "acme", Add: access.Rows{
		Rules:       []access.Rule{{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "always", Effect: access.Allow}},
		Assignments: []access.Assignment{{Subject: "alice", Role: "rep", Tenant: "acme"}},
	}})
	require.NoError(t, err)
	assert.True(t, may(one), "at once where it was changed")
	assert.Eventually(t, func() bool { return may(two) }, 5*time.Second, 5*time.Millisecond)
}
