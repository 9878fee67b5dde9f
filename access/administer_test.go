package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var operator = access.Subject{ID: "op", Tenant: "vendor"}

func withOperators(s ...access.Subject) option {
	return func(c *access.Config) { c.Operators = s }
}

// add is a first change of acme's policy.
func add(rows access.Rows) access.Change { return access.Change{Tenant: "acme", Base: 1, Add: rows} }

func remove(rows access.Rows) access.Change {
	return access.Change{Tenant: "acme", Base: 1, Remove: rows}
}

func assignment(subject, role string) access.Rows {
	return access.Rows{Assignments: []access.Assignment{{Subject: subject, Role: role}}}
}

func TestARevokedAdministratorIsRefusedByANodeThatHasNotLooked(t *testing.T) {
	store := memory(t, adminPolicy+"g, u:bob, r:admin, acme\n")
	one, two := over(t, store), over(t, store, func(c *access.Config) { c.Poll, c.MaxStale = time.Hour, 2*time.Hour })
	require.False(t, decide(t, two, "bob", "view", access.Resource{}).Allowed())
	rev, err := one.Apply(context.Background(), by("root"), remove(assignment("bob", "admin")))
	require.NoError(t, err)
	c := add(assignment("max", "admin"))
	c.Base = rev.Policy()
	_, err = two.Apply(context.Background(), by("bob"), c)
	assert.ErrorIs(t, err, access.ErrDenied, "who may change a policy is decided on the policy that is changed")
}

func TestNobodyChangesWhatHisOwnRightsRestOn(t *testing.T) {
	policy := adminPolicy + `
p, r:super, acme, deal, *, global, allow
p, r:super, acme, deal, export, global, allow
p, r:restricted, acme, deal, *, always, deny
g, u:root, r:restricted, acme
`
	for name, c := range map[string]access.Change{
		"his role inherits another": add(access.Rows{Inherits: []access.Inheritance{{Role: "admin", Inherits: "super"}}}),
		"a rule for his role":       add(access.Rows{Rules: []access.Rule{{Role: "admin", Type: "deal", Action: "export", When: "global", Effect: access.Allow}}}),
		"a field rule for his role": add(access.Rows{Fields: []access.FieldRule{{Role: "admin", Type: "deal", Field: "*", When: "global", Level: "edit"}}}),
		"takes a deny off his role": remove(access.Rows{Rules: []access.Rule{{Role: "restricted", Type: "deal", Action: "*", When: "always", Effect: access.Deny}}}),
		"leaves the role it is on":  remove(assignment("root", "restricted")),
	} {
		_, err := acme(t, policy).Apply(context.Background(), by("root"), c)
		assert.ErrorIs(t, err, access.ErrDenied, name)
	}
}

func TestAnOperatorMustBeActive(t *testing.T) {
	for who, why := range map[string]string{"eve": "the directory says that she left", "ghost": "the directory does not know him"} {
		a := over(t, memory(t, "g, u:ann, r:rep, acme"), withOperators(access.Subject{ID: who, Tenant: "acme"}))
		_, err := a.Apply(context.Background(), by(who), access.Change{Tenant: access.Shared, Add: access.Rows{
			Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "global", Effect: access.Allow}},
		}})
		assert.ErrorIs(t, err, access.ErrDenied, why)
	}
}

func TestBootstrapWorksBesideSharedRows(t *testing.T) {
	shared, err := access.ParseRows("p, r:rep, *, deal, view, own, allow")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: access.Shared, Rows: shared})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.Bootstrap = []access.Subject{{ID: "root", Tenant: "acme"}} })
	rows, err := access.ParseRows(adminPolicy)
	require.NoError(t, err)
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 0, Add: rows})
	require.ErrorIs(t, err, access.ErrConflict, "the shared rows have moved the tenant to revision 1")
	_, err = a.Apply(context.Background(), by("root"), add(rows))
	assert.NoError(t, err, "the tenant has no row of its own yet")
}

func TestTheChangeLogNamesTheActor(t *testing.T) {
	store := memory(t, adminPolicy+"g, u:bob, r:admin, acme\n")
	r := by("root")
	r.Subject.Actor = "bob"
	_, err := over(t, store).Apply(context.Background(), r, add(assignment("max", "rep")))
	require.NoError(t, err)
	require.Len(t, store.Log(), 1)
	assert.Equal(t, []string{"root", "bob"}, []string{store.Log()[0].By, store.Log()[0].Actor})
}

// fallsAfterApply is a store that is down as soon as it has stored a change.
type fallsAfterApply struct{ *failing }

func (f fallsAfterApply) Apply(ctx context.Context, e access.Entry) (uint64, error) {
	defer f.set(true)
	return f.failing.Apply(ctx, e)
}

func TestASharedChangeThatIsStoredButNotInForceIsAnErrorThatSaysSo(t *testing.T) {
	a := over(t, fallsAfterApply{&failing{Store: memory(t, adminPolicy)}}, withOperators(operator))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	rev, err := a.Apply(context.Background(), access.Request{Subject: operator}, access.Change{Tenant: access.Shared, Add: access.Rows{
		Rules: []access.Rule{{Role: "rep", Type: "*", Action: "*", When: "always", Effect: access.Deny}},
	}})
	require.ErrorContains(t, err, "stored as revision 2")
	assert.NotErrorIs(t, err, access.ErrConflict)
	assert.Equal(t, uint64(2), rev.Policy())
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "not in force here, so no success")
}

func TestAStoredChangeIsInForceThoughTheStoreFellBehindIt(t *testing.T) {
	for name, c := range map[string]access.Change{
		"an assignment": remove(assignment("ann", "rep")),
		"a definition and a rule that uses it": add(access.Rows{
			Definitions: []access.Definition{{Name: "everything", Expr: "always"}},
			Rules:       []access.Rule{{Role: "rep", Type: "deal", Action: "*", When: "everything", Effect: access.Deny}},
		}),
	} {
		a := over(t, fallsAfterApply{&failing{Store: memory(t, adminPolicy)}})
		require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), name)
		rev, err := a.Apply(context.Background(), by("root"), c)
		require.NoError(t, err, name)
		d := decide(t, a, "ann", "view", of(annsDeal))
		assert.False(t, d.Allowed(), name)
		assert.Equal(t, rev.Policy(), d.Revision().Policy(), name)
	}
}
