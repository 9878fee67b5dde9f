package access

import (
	"context"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is worked out for somebody on the candidate does not take the place of what the live policy keeps for him: his next
// request would have to have it worked out again.
func TestAShadowLeavesTheLiveSeatsAlone(t *testing.T) {
	type lead struct{ ID, TenantID, OwnerID string }
	a, err := MemoryAuthorizer(context.Background(), "acme", "p, r:rep, acme, lead, view, own, allow\ng, u:ann, r:rep, acme", nil, Config{
		Catalog: Catalog{Types: []Type{{Name: "lead", Model: lead{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}}}}})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close()) }()
	s, err := a.Shadow(context.Background(), "acme", Change{Tenant: "acme", Add: Rows{
		Rules: []Rule{{Role: "rep", Type: "lead", Action: "view", When: "global", Effect: Allow}}}}, ShadowOptions{})
	require.NoError(t, err)
	r := Request{Subject: Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: Resource{Type: "lead", Record: scope.Of(&lead{"1", "acme", "bob"})}}
	_, err = a.Authorize(context.Background(), r)
	require.NoError(t, err)
	v, err := a.get(context.Background(), "acme")
	require.NoError(t, err)
	ann, _ := v.snap.users.get("ann")
	seat := ann.holder.Load()
	require.NotNil(t, seat)
	require.Eventually(t, func() bool { return s.Report(context.Background()).Disagreed == 1 }, 5*time.Second, time.Millisecond)
	assert.Same(t, seat, ann.holder.Load())
}
