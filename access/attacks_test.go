package access_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// misdirected is a store that gives everybody the policy of one tenant.
type misdirected struct{ access.Store }

func (m misdirected) Load(ctx context.Context, _ string) (access.Policy, error) {
	return m.Store.Load(ctx, "acme")
}

func TestAStoreThatAnswersForAnotherTenantIsNotBelieved(t *testing.T) {
	a := over(t, misdirected{memory(t, repPolicy)})
	_, err := a.Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "ann", Tenant: "globex"}, Action: "view", Resource: access.Resource{Type: "deal"},
	})
	assert.ErrorIs(t, err, access.ErrUnavailable)
}

func TestARowOfAnotherTenantRefusesTheLoad(t *testing.T) {
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: access.Rows{Rules: []access.Rule{
		{Role: "rep", Tenant: "globex", Type: "deal", Action: "view", When: "own", Effect: access.Allow},
	}}})
	require.NoError(t, err)
	_, err = annViews(over(t, store))
	assert.ErrorIs(t, err, access.ErrUnavailable)
}

func TestARoleIsNoRightToWhomTheDirectoryDoesNotKnow(t *testing.T) {
	a := acme(t, repPolicy+"p, r:all, acme, deal, *, global, allow\ng, u:ghost, r:all, acme\n")
	assert.Equal(t, []access.ReasonCode{access.ReasonUnknownSubject}, codes(decide(t, a, "ghost", "view", of(annsDeal))))
}

func TestADenialOpensNothing(t *testing.T) {
	a := acme(t, repPolicy)
	bobs := annsDeal
	bobs.OwnerID = "bob"
	d := decide(t, a, "ann", "view", of(bobs))
	require.False(t, d.Allowed())
	out, err := field.Redact(context.Background(), d.Fields(), bobs)
	require.NoError(t, err)
	assert.Equal(t, deal{}, out)
	assert.True(t, d.Record().IsZero())
	assert.True(t, d.Scope().IsNone())
	assert.True(t, d.ScopeAfter(map[string]scope.Value{"owner_id": scope.Text("ann")}).IsNone())
	assert.Zero(t, d.Kinds())
	assert.Error(t, d.Err())
	assert.Error(t, d.Queryable("id"))
	assert.ErrorIs(t, d.Writable("stage"), access.ErrDenied)
	assert.ErrorIs(t, a.Commit(context.Background(), d, access.Outcome{}), access.ErrInvalid)
}

// A star covers what is ordinary. What is not has to be named.
func TestAStarAllowsNothingSensitive(t *testing.T) {
	purge := func(c *access.Config) {
		typ := dealType()
		typ.Actions = append(typ.Actions, access.Action{Name: "purge", Kinds: access.DeleteRows})
		c.Catalog.Types = []access.Type{typ}
	}
	for _, c := range []struct {
		policy, action string
		want           bool
	}{
		{"p, r:rep, acme, deal, *, own, allow", "view", true},
		{"p, r:rep, acme, *, *, own, allow", "edit", true},
		{"p, r:rep, acme, deal, *, own, allow", "delete", false},
		{"p, r:rep, acme, *, *, own, allow", "export", false},
		{"p, r:rep, acme, deal, *, own, allow", "purge", false}, // an action of the host's own that deletes
		{"p, r:rep, acme, deal, purge, own, allow", "purge", true},
		{"p, r:rep, acme, deal, export, own, allow\np, r:rep, acme, *, *, own, deny", "export", false},
	} {
		a := acme(t, c.policy+"\ng, u:ann, r:rep, acme", purge)
		assert.Equal(t, c.want, decide(t, a, "ann", c.action, of(annsDeal)).Allowed(), "%s: %s", c.policy, c.action)
	}
	assert.False(t, viewVault(t, "p, r:rep, acme, *, view, always, allow\ng, u:ann, r:rep, acme").Allowed(), "a sensitive type")
	assert.False(t, viewVault(t, "p, r:rep, acme, vault, view, always, allow\np, r:rep, acme, *, *, always, deny\ng, u:ann, r:rep, acme").Allowed())
}

// Programs are shared by roles whose rules say the same: not by one that allows what the other denies.
func TestAnAllowAndADenyOfOneTextAreNotOne(t *testing.T) {
	policy := `
p, r:open, acme, deal, view, own, allow
p, r:open, acme, deal, view, team, allow
p, r:shut, acme, deal, view, own, allow
p, r:shut, acme, deal, view, team, deny
g, u:bob, r:open, acme
g, u:ann, r:shut, acme
`
	for _, order := range [][]string{{"bob", "ann"}, {"ann", "bob"}} {
		a := acme(t, policy)
		for _, who := range order {
			assert.Equal(t, who == "bob", decide(t, a, who, "view", of(annsDeal)).Allowed(), "%s, in the order %v", who, order)
		}
	}
}

func TestASuspendedOperatorChangesNothing(t *testing.T) {
	rows, err := access.ParseRows("g, u:root, r:admin, acme")
	require.NoError(t, err)
	rows.Suspensions = []access.Suspension{{Subject: "root"}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, withOperators(access.Subject{ID: "root", Tenant: "acme"}))
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: access.Shared, Base: 0, Add: access.Rows{
		Rules: []access.Rule{{Role: "admin", Type: "deal", Action: "view", When: "global", Effect: access.Allow}},
	}})
	assert.ErrorIs(t, err, access.ErrDenied)
}

// Two nodes check their changes against the same revision: the store decides which of them it takes.
func TestOfTwoChangesTheStoreTakesOne(t *testing.T) {
	store := memory(t, repPolicy)
	entry := func(who string) access.Entry {
		rows := assignment(who, "rep")
		rows.Assignments[0].Tenant = "acme"
		return access.Entry{Change: add(rows)}
	}
	_, err := store.Apply(context.Background(), entry("max"))
	require.NoError(t, err)
	_, err = store.Apply(context.Background(), entry("root"))
	assert.ErrorIs(t, err, access.ErrConflict)
}

func TestAnExplainedDecisionIsNotActedOn(t *testing.T) {
	a := acme(t, repPolicy)
	x, err := a.Explain(context.Background(), request("ann", "view", access.Resource{}))
	require.NoError(t, err)
	require.True(t, x.Decision.Allowed())
	assert.Zero(t, x.Decision.Kinds())
	assert.ErrorIs(t, a.Commit(context.Background(), x.Decision, access.Outcome{}), access.ErrInvalid)
}

// Neither of the two lends the other what he has.
func TestWhoActsForAnotherNeedsWhatBothMayDo(t *testing.T) {
	a := acme(t, repPolicy)
	for _, pair := range [][2]string{{"ann", "max"}, {"max", "ann"}} {
		for action, about := range map[string]access.Resource{"view": of(annsDeal), "edit": move(annsDeal, annsDeal)} {
			r := request(pair[0], action, about)
			r.Subject.Actor = pair[1]
			d, err := a.Authorize(context.Background(), r)
			require.NoError(t, err)
			assert.False(t, d.Allowed(), "%s for %s: %s", pair[1], pair[0], action)
		}
	}
}

// A definition is compiled anew from the store; the node that does it may not have looked at the tenant for long.
func TestARevokedAdministratorDefinesNothing(t *testing.T) {
	store := memory(t, adminPolicy+"g, u:bob, r:admin, acme\n")
	one, two := over(t, store), over(t, store, func(c *access.Config) { c.Poll, c.MaxStale = time.Hour, 2*time.Hour })
	require.False(t, decide(t, two, "bob", "view", access.Resource{}).Allowed())
	rev, err := one.Apply(context.Background(), by("root"), remove(assignment("bob", "admin")))
	require.NoError(t, err)
	c := add(access.Rows{Definitions: []access.Definition{{Name: "anything", Expr: "global"}}})
	c.Base = rev.Policy()
	_, err = two.Apply(context.Background(), by("bob"), c)
	assert.ErrorIs(t, err, access.ErrDenied)
}

// What is known of the rows related to the record's team says nothing of those of the team that it is moved to.
func TestRelatedRowsDoNotMoveWithTheRecord(t *testing.T) {
	rows, err := access.ParseRows("p, r:rep, acme, deal, edit, own && sponsored, allow\np2, r:rep, acme, deal, *, always, edit\ng, u:ann, r:rep, acme")
	require.NoError(t, err)
	rows.Definitions = []access.Definition{{Name: "sponsored", Scope: &scope.Criterion{Has: "sponsors"}}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) {
		typ := dealType()
		typ.Schema.Relations = []scope.Relation{{Name: "sponsors", Table: "sponsors", Local: "team_id", Foreign: "team_id", Tenant: "tenant_id",
			Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}}}}
		c.Catalog.Types = []access.Type{typ}
		c.Loader = &rowsOf{tickets: map[int64]bool{annsDeal.ID: true}}
	})
	won, moved := annsDeal, annsDeal
	won.Stage, moved.TeamID = "won", "t2"
	assert.True(t, decide(t, a, "ann", "edit", move(annsDeal, won)).Allowed())
	assert.False(t, decide(t, a, "ann", "edit", move(annsDeal, moved)).Allowed())
}

func TestADecisionIsCommittedWhereItWasMade(t *testing.T) {
	for name, how := range map[string]option{"the quick way": quickly, "the long way": func(*access.Config) {}} {
		lax, strict := acme(t, "p, r:rep, acme, deal, view, global, allow\ng, u:ann, r:rep, acme", how), acme(t, repPolicy, how)
		for range 2 {
			d := decide(t, lax, "ann", "view", of(annsDeal))
			require.True(t, d.Allowed())
			assert.NoError(t, lax.Commit(context.Background(), d, access.Outcome{}), name)
			assert.ErrorIs(t, strict.Commit(context.Background(), d, access.Outcome{}), access.ErrInvalid, name)
		}
	}
}

// The number that an older directory gives is older too: it must not bring back who left.
func TestWhoLeftDoesNotComeBackWithAnOlderDirectory(t *testing.T) {
	mem := people(t)
	was, err := mem.Load(context.Background(), "acme")
	require.NoError(t, err)
	dir := &interposed{Directory: mem}
	a := over(t, memory(t, repPolicy), served(dir), polling(time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	mem.Set("acme", annLeft)
	eventuallyDenied(t, a, "she left")
	var asked atomic.Int32
	dir.onRevision(func(context.Context, string) (uint64, error) { return was.Revision, nil })
	dir.onLoad(func(context.Context, string) (access.Organisation, error) {
		asked.Add(1)
		return was, nil
	})
	require.Eventually(t, func() bool {
		d, err := annViews(a)
		assert.NoError(t, err)
		assert.False(t, d.Allowed(), "she came back")
		return asked.Load() >= 3
	}, patience, time.Millisecond, "the older directory is asked again and again, and not believed")
}
