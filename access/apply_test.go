package access_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const adminPolicy = `
p, r:admin, acme, policy, administer, always, allow
p, r:rep, acme, deal, view, own, allow
g, u:root, r:admin, acme
g, u:ann, r:rep, acme
`

func by(who string) access.Request {
	return access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}}
}

func TestApplyTakesEffectAtOnce(t *testing.T) {
	a := acme(t, adminPolicy)
	bobs := annsDeal
	bobs.OwnerID = "bob"
	require.False(t, decide(t, a, "bob", "view", of(bobs)).Allowed())
	give := access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}}
	rev, err := a.Apply(context.Background(), by("root"), give)
	require.NoError(t, err)
	d := decide(t, a, "bob", "view", of(bobs))
	assert.True(t, d.Allowed())
	assert.Equal(t, rev.Policy(), d.Revision().Policy())

	_, err = a.Apply(context.Background(), by("root"), give)
	assert.ErrorIs(t, err, access.ErrConflict, "made against a revision that no longer stands")
	take := access.Change{Tenant: "acme", Base: rev.Policy(), Remove: give.Add}
	_, err = a.Apply(context.Background(), by("root"), take)
	require.NoError(t, err)
	assert.False(t, decide(t, a, "bob", "view", of(bobs)).Allowed())
}

func TestApplyRefusesWhoMayNot(t *testing.T) {
	a := acme(t, adminPolicy)
	one := access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}
	for name, c := range map[string]struct {
		by     access.Request
		change access.Change
	}{
		"a rep":                       {by("ann"), access.Change{Tenant: "acme", Base: 1, Add: one}},
		"an administrator to himself": {by("root"), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Assignments: []access.Assignment{{Subject: "root", Role: "rep"}}}}},
		"a grant to himself":          {by("root"), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Grants: []access.Grant{{Subject: "root", Role: "rep", Until: noon.Add(time.Hour)}}}}},
		"another tenant":              {by("root"), access.Change{Tenant: "globex", Add: one}},
		"the shared rows":             {by("root"), access.Change{Tenant: access.Shared, Add: access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}}}}},
	} {
		_, err := a.Apply(context.Background(), c.by, c.change)
		assert.ErrorIs(t, err, access.ErrDenied, name)
	}
	p, err := a.Policy(context.Background(), "acme")
	require.NoError(t, err)
	assert.Equal(t, uint64(1), p.Revision)
}

func TestBootstrapMakesTheFirstChangeOnly(t *testing.T) {
	store, err := access.NewMemoryStore()
	require.NoError(t, err)
	root := access.Subject{ID: "root", Tenant: "acme"}
	a := over(t, store, func(c *access.Config) { c.Bootstrap = []access.Subject{root} })
	rows, err := access.ParseRows(adminPolicy)
	require.NoError(t, err)
	rev, err := a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Add: rows})
	require.NoError(t, err)
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Add: access.Rows{Assignments: []access.Assignment{{Subject: "root", Role: "rep"}}}})
	assert.ErrorIs(t, err, access.ErrDenied, "no second time by itself")
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Add: access.Rows{Assignments: []access.Assignment{{Subject: "root", Role: "rep"}}}})
	assert.Error(t, err, "nor by claiming revision 0")
}

func TestOperatorsChangeSharedRowsForEveryTenant(t *testing.T) {
	store := memory(t, "g, u:ann, r:rep, acme")
	op := access.Subject{ID: "op", Tenant: "vendor"}
	a := over(t, store, func(c *access.Config) { c.Operators = []access.Subject{op} })
	require.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	_, err := a.Apply(context.Background(), access.Request{Subject: op}, access.Change{Tenant: access.Shared, Add: access.Rows{
		Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}},
	}})
	require.NoError(t, err)
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
}

func TestASharedRowThatBreaksATenantIsRefused(t *testing.T) {
	op := access.Subject{ID: "op", Tenant: "vendor"}
	a := over(t, memory(t, "g, u:ann, r:a, acme\ng, r:a, r:b, acme"), func(c *access.Config) { c.Operators = []access.Subject{op} })
	decide(t, a, "ann", "view", of(annsDeal))
	_, err := a.Apply(context.Background(), access.Request{Subject: op}, access.Change{Tenant: access.Shared, Add: access.Rows{Inherits: []access.Inheritance{{Role: "b", Inherits: "a"}}}})
	assert.ErrorIs(t, err, access.ErrInvalid, "a circle through the tenant's own link")
	assert.ErrorContains(t, err, `"acme"`)
}

// What is wrong with a row is said when it is written, and nothing is stored.
func TestApplyRefusesWhatIsWrong(t *testing.T) {
	a := acme(t, adminPolicy)
	rule := access.Rule{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}
	bad := func(f func(*access.Rule)) access.Rows {
		r := rule
		f(&r)
		return access.Rows{Rules: []access.Rule{r}}
	}
	fieldRule := func(f string, when, level string) access.Rows {
		return access.Rows{Fields: []access.FieldRule{{Role: "rep", Type: "deal", Field: f, When: when, Level: level}}}
	}
	define := func(d access.Definition) access.Rows { return access.Rows{Definitions: []access.Definition{d}} }
	for name, rows := range map[string]access.Rows{
		"nothing":                   {},
		"effect in capitals":        bad(func(r *access.Rule) { r.Effect = "Deny" }),
		"effect with a blank":       bad(func(r *access.Rule) { r.Effect = " deny" }),
		"blank effect":              bad(func(r *access.Rule) { r.Effect = "" }),
		"unknown type":              bad(func(r *access.Rule) { r.Type = "lead" }),
		"unknown action":            bad(func(r *access.Rule) { r.Action = "fly" }),
		"unknown name":              bad(func(r *access.Rule) { r.When = "mine" }),
		"blank when":                bad(func(r *access.Rule) { r.When = "" }),
		"when that does not parse":  bad(func(r *access.Rule) { r.When = "own ||" }),
		"when with a comment":       bad(func(r *access.Rule) { r.When = "own // && office_hours" }),
		"when with a call":          bad(func(r *access.Rule) { r.When = "own()" }),
		"unknown action name":       bad(func(r *access.Rule) { r.When = "own && action.fly" }),
		"pinned condition":          bad(func(r *access.Rule) { r.When = "old.office_hours" }),
		"when over 100 bytes":       bad(func(r *access.Rule) { r.When = strings.Repeat("own || ", 20) + "own" }),
		"scope the type lacks":      bad(func(r *access.Rule) { r.When = "created" }),
		"blank role":                bad(func(r *access.Rule) { r.Role = "" }),
		"role with a comma":         bad(func(r *access.Rule) { r.Role = "a,b" }),
		"role over 98 bytes":        bad(func(r *access.Rule) { r.Role = strings.Repeat("x", 99) }),
		"another tenant's row":      bad(func(r *access.Rule) { r.Tenant = "globex" }),
		"unknown field":             fieldRule("colour", "own", "read"),
		"unknown level":             fieldRule("phone", "own", "see"),
		"unknown masker":            fieldRule("phone", "own", "mask:blur"),
		"pinned name in field rule": fieldRule("phone", "old.own", "read"),
		"assignment of nobody":      {Assignments: []access.Assignment{{Subject: "", Role: "rep"}}},
		"grant without an end":      {Grants: []access.Grant{{Subject: "bob", Role: "rep"}}},
		"grant that ends before":    {Grants: []access.Grant{{Subject: "bob", Role: "rep", From: noon, Until: noon}}},
		"a circle of roles":         {Inherits: []access.Inheritance{{Role: "rep", Inherits: "a"}, {Role: "a", Inherits: "rep"}}},
		"a definition of nothing":   define(access.Definition{Name: "x"}),
		"two meanings":              define(access.Definition{Name: "x", Expr: "own", Scope: &scope.Criterion{Attr: "stage", Op: "null"}}),
		"a stock name":              define(access.Definition{Name: "own", Expr: "global"}),
		"a reserved name":           define(access.Definition{Name: "old", Expr: "own"}),
		"a Go keyword":              define(access.Definition{Name: "import", Expr: "own"}),
		"a definition of itself":    define(access.Definition{Name: "x", Expr: "own && x"}),
		"a bad condition":           define(access.Definition{Name: "x", Condition: &condition.Spec{Daily: &condition.Daily{Zone: "Mars", From: "1", To: "2"}}}),
		"a second office_hours":     define(access.Definition{Name: "office_hours", Expr: "own"}),
	} {
		_, err := a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 1, Add: rows})
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
	p, err := a.Policy(context.Background(), "acme")
	require.NoError(t, err)
	assert.Equal(t, uint64(1), p.Revision)
}

func TestRoleDepth(t *testing.T) {
	a := acme(t, adminPolicy)
	chain := func(n int) access.Rows {
		var rows access.Rows
		for i := range n {
			rows.Inherits = append(rows.Inherits, access.Inheritance{Role: "r" + string(rune('A'+i)), Inherits: "r" + string(rune('A'+i+1))})
		}
		return rows
	}
	_, err := a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 1, Add: chain(40)})
	assert.ErrorIs(t, err, access.ErrInvalid, "deeper than the bound is refused, not cut")
	deep := chain(31)
	deep.Rules = []access.Rule{{Role: "r" + string(rune('A'+31)), Type: "deal", Action: "*", When: "always", Effect: access.Deny}}
	deep.Assignments = []access.Assignment{{Subject: "ann", Role: "rA"}}
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 1, Add: deep})
	require.NoError(t, err)
	assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "a deny 31 roles down still denies")
}

func TestAWrongWhenIsNamed(t *testing.T) {
	a := acme(t, adminPolicy)
	_, err := a.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "mine", Effect: access.Allow}}}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "p, r:rep, acme, deal, view, mine, allow")
	assert.Contains(t, err.Error(), `"mine" is not known`)
}

func TestSimulateChangesNothing(t *testing.T) {
	a := acme(t, adminPolicy)
	bobs := annsDeal
	bobs.OwnerID = "bob"
	ds, err := a.Simulate(context.Background(), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}},
		[]access.Request{request("bob", "view", of(bobs)), request("bob", "view", of(annsDeal))})
	require.NoError(t, err)
	assert.True(t, ds[0].Allowed())
	assert.False(t, ds[1].Allowed())
	assert.False(t, decide(t, a, "bob", "view", of(bobs)).Allowed())
	assert.ErrorIs(t, a.Commit(context.Background(), ds[0], access.Outcome{}), access.ErrInvalid, "a simulated decision cannot be acted on")
}

// No decision made after a revocation was acknowledged still allows.
func TestNoAllowAfterAnAcknowledgedRevoke(t *testing.T) {
	a := acme(t, adminPolicy)
	var done sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		done.Add(1)
		go func() {
			defer done.Done()
			for {
				select {
				case <-stop:
					return
				default:
					_, err := a.Authorize(context.Background(), request("ann", "view", of(annsDeal)))
					assert.NoError(t, err)
				}
			}
		}()
	}
	rows := access.Rows{Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}}}
	base := uint64(1)
	for i := range 100 {
		c := access.Change{Tenant: "acme", Base: base}
		if i%2 == 0 {
			c.Remove = rows
		} else {
			c.Add = rows
		}
		rev, err := a.Apply(context.Background(), by("root"), c)
		require.NoError(t, err)
		base = rev.Policy()
		require.Equal(t, i%2 == 1, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	}
	close(stop)
	done.Wait()
}
