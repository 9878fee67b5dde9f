package access

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// An hour that was seen is remembered even if every decision in it was a quick one whose time the host gave: a clock set
// back then revives no grant.
func TestAClockSetBackRevivesNothingAfterQuickDecisions(t *testing.T) {
	ctx := context.Background()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var clock atomic.Pointer[time.Time]
	set := func(at time.Time) { clock.Store(&at) }
	set(noon)
	grant := Grant{Subject: "bob", Role: "rep", Tenant: "acme", From: noon.Add(-time.Hour), Until: noon.Add(30 * time.Minute)}
	s, err := NewMemoryStore(Policy{Tenant: "acme", Rows: Rows{
		Rules:       []Rule{{Role: "rep", Tenant: "acme", Type: "note", Action: "view", When: "always", Effect: Allow}},
		Assignments: []Assignment{{Subject: "ann", Role: "rep", Tenant: "acme"}},
		Grants:      []Grant{grant},
	}})
	require.NoError(t, err)
	a, err := New(ctx, s, Config{
		Catalog: Catalog{Types: []Type{{Name: "note", Schema: scope.Schema{SingleTenant: true, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}}}}}},
		Now:     func() time.Time { return *clock.Load() },
	})
	require.NoError(t, err)
	defer func() { _ = a.Close() }()
	ask := func(who string, at time.Time) Decision {
		d, err := a.Authorize(ctx, Request{Subject: Subject{ID: who, Tenant: "acme"}, Action: "view", Resource: Resource{Type: "note"}, Env: condition.Env{Time: at}})
		require.NoError(t, err)
		return d
	}
	require.True(t, ask("ann", noon).Allowed())
	later := noon.Add(time.Hour)
	set(later)
	require.Eventually(t, func() bool { return a.tick.Load() == later.UnixNano() }, 10*time.Second, time.Millisecond)
	d := ask("ann", later)
	require.True(t, d.Allowed())
	require.Nil(t, d.d, "decided the quick way")
	set(noon.Add(10 * time.Minute))
	require.False(t, ask("bob", time.Time{}).Allowed(), "the grant was over an hour ago")
}
