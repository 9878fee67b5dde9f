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

// What was compiled for a change that was only supposed is not taken for what another change says.
func TestWhatWasSupposedIsNotInForceAfterAnotherChange(t *testing.T) {
	a := acme(t, adminPolicy)
	allow := func(when string) access.Change {
		return add(access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "export", When: when, Effect: access.Allow}}})
	}
	list := request("ann", "export", access.Resource{})
	d, err := a.Authorize(context.Background(), list)
	require.NoError(t, err)
	require.False(t, d.Allowed())
	ds, err := a.Simulate(context.Background(), allow("global && office_hours"), []access.Request{list})
	require.NoError(t, err)
	require.True(t, ds[0].Allowed())
	_, err = a.Apply(context.Background(), by("root"), allow("unowned && !office_hours"))
	require.NoError(t, err)
	d, err = a.Authorize(context.Background(), list)
	require.NoError(t, err)
	assert.False(t, d.Allowed(), "it is office hours: %s", d.Scope())
}
