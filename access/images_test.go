package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ownEditor = "p, r:rep, acme, deal, edit, own, allow\np2, r:rep, acme, deal, *, always, edit\ng, u:ann, r:rep, acme"

func TestAWriteIsDecidedOnTheRecordAsItStands(t *testing.T) {
	next := scope.Of(&deal{OwnerID: "ann", TenantID: "acme", Stage: "won"})
	for name, policy := range map[string]string{"some fields": repPolicy, "all fields": ownEditor} {
		_, err := acme(t, policy).Authorize(context.Background(), request("ann", "edit", access.Resource{New: next}))
		assert.ErrorIs(t, err, access.ErrInvalid, "%s: the new image alone says what its author likes", name)
	}
	bobs := annsDeal
	bobs.OwnerID = "bob"
	d := decide(t, acme(t, ownEditor), "ann", "edit", access.Resource{Record: scope.Of(&bobs), New: next})
	assert.False(t, d.Allowed(), "the record is Bob's")
}

func TestACreateIsGivenAsNew(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, create, own, allow\np2, r:rep, acme, deal, stage, always, edit\ng, u:ann, r:rep, acme")
	d := decide(t, a, "ann", "create", access.Resource{New: scope.Of(&annsDeal)})
	assert.Equal(t, []access.ReasonCode{access.ReasonFieldNotWritable}, codes(d))
	_, err := a.Authorize(context.Background(), request("ann", "create", of(annsDeal)))
	assert.ErrorIs(t, err, access.ErrInvalid, "as Record its fields would pass untested")
}

func TestAWriteKeepsTheKey(t *testing.T) {
	next := annsDeal
	next.ID = 8
	d := decide(t, acme(t, ownEditor), "ann", "edit", move(annsDeal, next))
	assert.False(t, d.Allowed(), "8 is Bob's deal: the host saves the new image by its primary key")
}

func TestABulkWriteStaysInTheTenant(t *testing.T) {
	d := decide(t, acme(t, ownEditor), "ann", "edit", access.Resource{Set: map[string]scope.Value{"tenant_id": scope.Text("globex")}})
	assert.False(t, d.Allowed())
	assert.True(t, d.Scope().IsNone())
}

func TestABulkWriteSetsWhatTheTypeHasAndTheRulesOpen(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, edit, old.own && new.own, allow\np2, r:rep, acme, deal, *, always, read\ng, u:ann, r:rep, acme")
	for _, name := range []string{"OWNER_ID", "deal.owner_id", "nonsense", ""} {
		_, err := a.Authorize(context.Background(), request("ann", "edit", access.Resource{Set: map[string]scope.Value{name: scope.Text("bob")}}))
		assert.ErrorIs(t, err, access.ErrInvalid, "the host's SQL may know %q, the rules do not", name)
	}
	for _, name := range []string{"phone", "owner_id"} {
		d := decide(t, a, "ann", "edit", access.Resource{Set: map[string]scope.Value{name: scope.Text("ann")}})
		assert.False(t, d.Allowed(), "%s is read-only", name)
	}
}

func TestAnActionThatCreatesAndReadsSelectsWhatItCreated(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, register, new.own, allow\np2, r:rep, acme, deal, *, always, edit\ng, u:ann, r:rep, acme", func(c *access.Config) {
		typ := dealType()
		typ.Actions = append(typ.Actions, access.Action{Name: "register", Kinds: access.CreateRows | access.ReadRows})
		c.Catalog.Types = []access.Type{typ}
	})
	d := decide(t, a, "ann", "register", access.Resource{New: scope.Of(&annsDeal)})
	require.True(t, d.Allowed())
	in, err := d.Scope().Match(scope.Of(&annsDeal))
	require.NoError(t, err)
	assert.True(t, in, "what was allowed lies in the scope of the decision")
}
