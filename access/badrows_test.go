package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// badRows have one invalid row each, and what an error must say for somebody to find it.
var badRows = map[string]struct {
	rows  access.Rows
	names []string
}{
	"a rule": {access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: "Deny"}}},
		[]string{"p, r:rep, acme, deal, view, own, Deny"}},
	"a rule of an unknown name": {access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "onw", Effect: access.Allow}}},
		[]string{"p, r:rep, acme, deal, view, onw, allow", `"onw"`}},
	"a field rule": {access.Rows{Fields: []access.FieldRule{{Role: "rep", Type: "deal", Field: "phone", When: "own", Level: "reed"}}},
		[]string{"p2, r:rep, acme, deal, phone, own, reed"}},
	"an assignment": {access.Rows{Assignments: []access.Assignment{{Subject: "ann ", Role: "rep"}}}, []string{"g, u:ann , r:rep, acme"}},
	"an inheritance": {access.Rows{Inherits: []access.Inheritance{{Role: "mgr", Inherits: "a,b"}}},
		[]string{"g, r:mgr, r:a,b, acme"}},
	"a circle": {access.Rows{Inherits: []access.Inheritance{{Role: "mgr", Inherits: "rep"}, {Role: "rep", Inherits: "mgr"}}},
		[]string{"inheritance", "mgr", "rep", "circle"}},
	"a grant": {access.Rows{Grants: []access.Grant{{Subject: "bob", Role: "rep", From: noon, Until: noon}}}, []string{"grant", "bob rep"}},
	"a definition": {access.Rows{Definitions: []access.Definition{{Name: "mine", Expr: "mine"}}},
		[]string{"definition", `"mine"`, "uses itself"}},
	"a definition of nothing": {access.Rows{Definitions: []access.Definition{{Name: "mine", Expr: "own", Scope: &scope.Criterion{Attr: "stage", Op: "null"}}}},
		[]string{"definition", `"mine"`}},
	"a suspension": {access.Rows{Suspensions: []access.Suspension{{Subject: "eve\x00"}}}, []string{"suspension", "eve"}},
	"a role":       {access.Rows{Roles: []access.RoleInfo{{Name: "rep", Purpose: "sells\x00"}}}, []string{"role", `"rep"`, "purpose"}},
	"a role twice": {access.Rows{Roles: []access.RoleInfo{{Name: "rep", Purpose: "sells"}, {Name: "rep", Purpose: "buys"}}},
		[]string{"role", `"rep"`, "twice"}},
	"too many roles": {manyRoles, []string{`subject "max"`, "1001 roles", "at most 1000"}},
}

// manyRoles are one more than a subject may have, none of which has a rule.
var manyRoles = func() (out access.Rows) {
	for i := range 1001 {
		out.Assignments = append(out.Assignments, access.Assignment{Subject: "max", Role: fmt.Sprint("many", i)})
	}
	return out
}()

// A row that somebody put into the database by hand refuses the whole load, wherever it stands among good ones; the last
// good policy stays in force, and health says which row it is.
func TestAnInvalidRowAnywhereRefusesTheLoad(t *testing.T) {
	good, err := access.ParseRows(repPolicy + "p, r:rep, acme, deal, claim, own, allow\n")
	require.NoError(t, err)
	for name, bad := range badRows {
		t.Run(name, func(t *testing.T) {
			store := &swapping{Store: memory(t, repPolicy)}
			a := over(t, store, polling(time.Millisecond))
			require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
			rows := bad.rows
			rows.Rules = append(append([]access.Rule{}, good.Rules...), bad.rows.Rules...)
			rows.Assignments = append(append([]access.Assignment{}, good.Assignments...), bad.rows.Assignments...)
			tampered, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Revision: 5, Rows: rows})
			require.NoError(t, err)
			store.swap(tampered)

			x := eventuallyHealth(t, a, "the load is refused", func(x access.TenantHealth) bool { return x.Failing })
			for _, part := range bad.names {
				assert.Contains(t, x.LastError, strings.ReplaceAll(part, "\x00", `\x00`))
			}
			assert.False(t, health(t, a).OK)
			assert.EqualValues(t, 1, x.Policy)
			assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
			assert.False(t, decide(t, a, "ann", "claim", of(annsDeal)).Allowed(), "no part of the refused policy is in force")
			_, err = a.Lint(context.Background(), "acme")
			assert.ErrorIs(t, err, access.ErrInvalid)

			_, err = annViews(over(t, tampered))
			assert.ErrorIs(t, err, access.ErrUnavailable, "there is no last good policy to start on")
			_, err = over(t, memory(t, adminPolicy)).Apply(context.Background(), by("root"), add(bad.rows))
			assert.ErrorIs(t, err, access.ErrInvalid, "nor can it be written")
		})
	}
}

func TestTheLastGoodPolicyStaysUntilMaxStale(t *testing.T) {
	store := &swapping{Store: memory(t, repPolicy)}
	a := over(t, store, staleAfter(300*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	tampered, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Revision: 5, Rows: badRows["a rule"].rows})
	require.NoError(t, err)
	store.swap(tampered)
	require.Eventually(t, func() bool {
		d, err := annViews(a)
		if err == nil {
			assert.True(t, d.Allowed(), "until then the last good policy decides")
			return false
		}
		return assert.ErrorIs(t, err, access.ErrStale)
	}, patience, time.Millisecond, "and then nothing does")
	x := health(t, a).Tenants[0]
	assert.True(t, x.Stale)
	assert.Contains(t, x.LastError, "p, r:rep, acme, deal, view, own, Deny")
	mended, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Revision: 6, Rows: access.Rows{Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}}}})
	require.NoError(t, err)
	store.swap(mended)
	eventuallyDenied(t, a, "the mended policy is in force")
	assert.True(t, health(t, a).OK)
}

// limits are changes at a limit, and one beyond it.
func TestLimitsAreRefusedWhenWritten(t *testing.T) {
	chain := func(roles int) (out access.Rows) {
		for i := 1; i < roles; i++ {
			out.Inherits = append(out.Inherits, access.Inheritance{Role: fmt.Sprint("c", i), Inherits: fmt.Sprint("c", i+1)})
		}
		return out
	}
	assigned := func(n int) (out access.Rows) {
		for i := range n {
			out.Assignments = append(out.Assignments, access.Assignment{Subject: "max", Role: fmt.Sprint("many", i)})
		}
		return out
	}
	inherited := func(n int) (out access.Rows) {
		out.Assignments = []access.Assignment{{Subject: "max", Role: "top"}}
		for i := range n - 1 {
			out.Inherits = append(out.Inherits, access.Inheritance{Role: "top", Inherits: fmt.Sprint("low", i)})
		}
		return out
	}
	granted := func(n int, step time.Duration) access.Rows {
		out := assigned(500)
		for i := range n - 500 {
			from := noon.Add(time.Duration(i) * step)
			out.Grants = append(out.Grants, access.Grant{Subject: "max", Role: fmt.Sprint("granted", i), From: from, Until: from.Add(time.Hour)})
		}
		return out
	}
	names := func(n int) access.Rows {
		var parts []string
		out := access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "edit", When: "long", Effect: access.Allow}}}
		for i := range n {
			name := fmt.Sprint("name", i)
			parts = append(parts, name)
			out.Definitions = append(out.Definitions, access.Definition{Name: name, Scope: &scope.Criterion{Attr: "stage", Op: "eq", Values: []string{name}}})
		}
		half := len(parts) / 2
		out.Definitions = append(out.Definitions,
			access.Definition{Name: "first_half", Expr: strings.Join(parts[:half], " || ")},
			access.Definition{Name: "long", Expr: "first_half || " + strings.Join(parts[half:], " || ")})
		return out
	}
	split := func(n int) access.Rows { // the rule alone is beyond the limit, each of its definitions is within it
		out := names(n)
		out.Rules[0].When = "first_half || second_half"
		last := &out.Definitions[len(out.Definitions)-1]
		last.Name, last.Expr = "second_half", strings.TrimPrefix(last.Expr, "first_half || ")
		return out
	}
	for name, c := range map[string]struct {
		within, beyond access.Rows
		says           []string
	}{
		"roles assigned":               {assigned(1000), assigned(1001), []string{`subject "max"`, "1001 roles", "at most 1000"}},
		"roles inherited":              {inherited(1000), inherited(1001), []string{`subject "max"`, "1001 roles", "at most 1000"}},
		"roles granted at once":        {granted(1000, 0), granted(1001, 0), []string{`subject "max"`, "1001 roles", "at most 1000"}},
		"roles granted one by one":     {granted(1010, time.Hour), granted(1010, time.Second), []string{`subject "max"`, "roles", "at most 1000"}},
		"role depth":                   {chain(32), chain(33), []string{`role "c1"`, "33 roles deep", "at most 32"}},
		"names with definitions":       {names(64), names(65), []string{`"long"`, "65 names", "at most 64"}},
		"names of a rule's when alone": {split(64), split(65), []string{"first_half || second_half", "65 names", "at most 64"}},
	} {
		t.Run(name, func(t *testing.T) {
			store := memory(t, adminPolicy)
			a := over(t, store)
			_, err := a.Apply(context.Background(), by("root"), add(c.beyond))
			var invalid *access.InvalidError
			require.ErrorAs(t, err, &invalid)
			for _, part := range c.says {
				assert.ErrorContains(t, err, part)
			}
			p, err := a.Policy(context.Background(), "acme")
			require.NoError(t, err)
			assert.EqualValues(t, 1, p.Revision, "nothing is stored")
			_, err = a.Simulate(context.Background(), add(c.beyond), nil)
			assert.ErrorIs(t, err, access.ErrInvalid)

			_, err = a.Apply(context.Background(), by("root"), add(c.within))
			require.NoError(t, err, "the limit itself is allowed")
			for _, id := range []string{"max", "ann"} {
				_, err = a.Authorize(context.Background(), request(id, "edit", of(annsDeal)))
				require.NoError(t, err)
			}
		})
	}
}

// Roles that a shared row adds count for the subjects of every tenant that is loaded.
func TestTheLimitOnRolesCountsSharedLinks(t *testing.T) {
	var many access.Rows
	many.Assignments = []access.Assignment{{Subject: "max", Role: "rep"}}
	for i := range 999 {
		many.Assignments = append(many.Assignments, access.Assignment{Subject: "max", Role: fmt.Sprint("many", i)})
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: many})
	require.NoError(t, err)
	a := over(t, store, withOperators(access.Subject{ID: "root", Tenant: "acme"}))
	decide(t, a, "max", "view", access.Resource{})
	_, err = a.Apply(context.Background(), by("root"), access.Change{Tenant: access.Shared, Base: 0, Add: access.Rows{
		Inherits: []access.Inheritance{{Role: "rep", Inherits: "base"}},
	}})
	require.ErrorIs(t, err, access.ErrInvalid)
	assert.ErrorContains(t, err, `subject "max": has 1001 roles`)
	assert.False(t, errors.Is(err, access.ErrConflict))
}
