package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the caller passed in or was handed out is his to change: none of it is what decisions are made from.

func TestAPolicyReadIsACopy(t *testing.T) {
	rows, err := access.ParseRows("p, r:rep, acme, deal, view, open_deals, allow\ng, u:ann, r:rep, acme")
	require.NoError(t, err)
	given := &scope.Criterion{Attr: "stage", Op: "eq", Values: []string{"open"}}
	rows.Definitions = []access.Definition{{Name: "open_deals", Scope: given}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store)
	won := annsDeal
	won.Stage = "won"
	require.False(t, decide(t, a, "ann", "view", of(won)).Allowed())

	edited, err := a.Policy(context.Background(), "acme")
	require.NoError(t, err)
	edited.Rows.Definitions[0].Scope.Values[0] = "won"
	given.Values[0] = "won"
	assert.False(t, decide(t, a, "ann", "view", of(won)).Allowed(), "the policy in force followed an edit that was never applied")
	stored, err := a.Policy(context.Background(), "acme")
	require.NoError(t, err)
	assert.Equal(t, []string{"open"}, stored.Rows.Definitions[0].Scope.Values, "so did the store")
}

func TestTypesAreCopies(t *testing.T) {
	a := acme(t, repPolicy)
	bobs := annsDeal
	bobs.OwnerID, bobs.Stage = "bob", "ann"
	require.False(t, decide(t, a, "ann", "view", of(bobs)).Allowed())
	for _, typ := range a.Types() {
		if typ.Name == "deal" {
			typ.Schema.Owner[0] = "stage"
		}
	}
	assert.False(t, decide(t, a, "ann", "view", of(bobs)).Allowed(), "the stage became the owner")
}

func TestOperatorsAreCopied(t *testing.T) {
	given := []access.Subject{operator}
	a := over(t, memory(t, "g, u:ann, r:a, acme"), func(c *access.Config) { c.Operators = given })
	given[0] = access.Subject{ID: "ann", Tenant: "acme"}
	_, err := a.Apply(context.Background(), by("ann"), access.Change{Tenant: access.Shared, Add: access.Rows{
		Rules: []access.Rule{{Role: "a", Type: "deal", Action: "view", When: "global", Effect: access.Allow}},
	}})
	assert.ErrorIs(t, err, access.ErrDenied, "the slice was changed after New")
}

func TestPeopleAreCopied(t *testing.T) {
	dir := access.NewMemoryDirectory()
	given := access.Organisation{People: []access.Person{{ID: "ann", Inactive: true}}}
	dir.Set("acme", given)
	a := over(t, memory(t, repPolicy), served(dir))
	require.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	given.People[0].Inactive = false
	assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "the host prepares the next Set")
}

func TestADecisionKeepsTheSetItWasAskedAbout(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, transfer, old.own && new.own, allow\np2, r:rep, acme, deal, *, always, edit\ng, u:ann, r:rep, acme")
	set := map[string]scope.Value{"owner_id": scope.Text("ann")}
	d := decide(t, a, "ann", "transfer", access.Resource{Set: set})
	require.True(t, d.Allowed())
	before := d.Scope().String()
	set["owner_id"] = scope.Text("bob")
	assert.Equal(t, before, d.Scope().String())
}

func TestADecisionKeepsTheRecordItWasAskedAbout(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, edit, global, allow\np2, r:rep, acme, deal, *, always, edit\ng, u:ann, r:rep, acme")
	record := map[string]any{
		"id": int64(7), "tenant_id": "acme", "owner_id": "ann", "team_id": "t", "region_id": "r", "stage": "", "phone": "", "amount": int64(0),
	}
	d := decide(t, a, "ann", "edit", access.Resource{Record: scope.FromMap(record)})
	record["id"] = int64(8)
	assert.Contains(t, d.Scope().String(), "id = 7", "the statement would write another record than the one decided on")
}
