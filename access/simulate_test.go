package access_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each definition names the one before it twice: written out, the last one would be 2^40 names long.
func TestDefinitionsThatDoubleAreRefusedAtOnce(t *testing.T) {
	defs := []access.Definition{{Name: "d0", Expr: "own"}}
	for i := 1; i <= 40; i++ {
		defs = append(defs, access.Definition{Name: fmt.Sprintf("d%d", i), Expr: fmt.Sprintf("d%d || !d%d", i-1, i-1)})
	}
	a, answer := acme(t, adminPolicy), make(chan error, 1)
	go func() {
		_, err := a.Simulate(context.Background(), add(access.Rows{Definitions: defs}), nil)
		answer <- err
	}()
	assert.ErrorIs(t, soon(t, answer, "an answer about doubling definitions"), access.ErrInvalid)
}

func TestASimulatedDecisionRunsNoStatement(t *testing.T) {
	ds, err := acme(t, adminPolicy).Simulate(context.Background(), add(access.Rows{
		Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "global", Effect: access.Allow}},
	}), []access.Request{request("ann", "view", access.Resource{})})
	require.NoError(t, err)
	require.True(t, ds[0].Allowed())
	assert.Zero(t, ds[0].Kinds(), "it would read every record of the tenant on rules that nobody wrote")
}

func TestAChangeOfSharedRowsIsSimulatedOnATenant(t *testing.T) {
	a := acme(t, repPolicy)
	may := request("ann", "delete", of(annsDeal))
	ds, err := a.Simulate(context.Background(), access.Change{Tenant: access.Shared, Add: access.Rows{
		Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "delete", When: "own", Effect: access.Allow}},
	}}, []access.Request{may})
	require.NoError(t, err)
	assert.True(t, ds[0].Allowed())
	assert.False(t, decide(t, a, "ann", "delete", of(annsDeal)).Allowed(), "nothing was written")
}

// Programs are shared by what their rules say: those of a change that was only tried must not be found once another one
// is made in its stead.
func TestWhatWasSimulatedIsForgotten(t *testing.T) {
	exportIf := func(when string) access.Change {
		return add(access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "export", When: when, Effect: access.Allow}}})
	}
	anns, foreign := of(annsDeal), of(deal{ID: 8, TenantID: "acme", OwnerID: "max"})
	a := acme(t, adminPolicy, func(c *access.Config) { c.CrossCheck = 0 })
	require.False(t, decide(t, a, "ann", "export", foreign).Allowed())
	ds, err := a.Simulate(context.Background(), exportIf("!unowned"), []access.Request{request("ann", "export", foreign)})
	require.NoError(t, err)
	require.True(t, ds[0].Allowed(), "so it would be")
	assert.False(t, decide(t, a, "ann", "export", foreign).Allowed(), "nothing is written")
	_, err = a.Apply(context.Background(), by("root"), exportIf("own && !unowned"))
	require.NoError(t, err)
	assert.False(t, decide(t, a, "ann", "export", foreign).Allowed(), "what was written is narrower")
	assert.True(t, decide(t, a, "ann", "export", anns).Allowed())
}
