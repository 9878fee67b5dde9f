package access_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// value is that of a name as explanations call it.
func (n naive) value(name string) scope.Truth {
	e, err := when.Parse(name)
	if err != nil {
		panic(err)
	}
	return scope.Truth(n.of(e, ""))
}

// The first missing link of each rule that came near is really missing, and the links before it are there.
func TestTheFirstMissingLinkIsMissing(t *testing.T) {
	told := map[access.MissCode]int{}
	inWorlds(t, 40, (*world).entangleWritable, func(w *world, a *access.Authorizer, where string) {
		suspended := map[string]bool{}
		for _, x := range w.rows.Suspensions {
			suspended[x.Subject] = true
		}
		rules := slices.Concat(w.rows.Rules, w.shared.Rules)
		for _, subject := range append(w.subjects(), "nobody") {
			qs := w.imaged(access.Subject{ID: subject, Tenant: "acme"})
			for _, name := range slices.Sorted(maps.Keys(qs)) {
				q := qs[name]
				where := fmt.Sprintf("%s: %s %s %+v %+v", where, subject, name, q.old, q.next)
				x := explained(t, a, q.req, where)
				if x.Allowed {
					require.Empty(t, x.Misses, where)
					continue
				}
				require.NotEmpty(t, x.Misses, where)
				held, err := a.Roles(context.Background(), q.req.Subject)
				require.NoError(t, err)
				for _, m := range x.Misses {
					where := fmt.Sprintf("%s: %+v %v", where, m, m.Rule)
					told[m.Code]++
					assert.Positive(t, m.Links, where)
					n := naive{w: w, subject: subject, action: q.req.Action, old: q.old, new: q.next, img: map[string]string{"new": "new"}[m.Image], env: q.req.Env}
					list := q.req.Resource.Collection()
					if m.Rule != nil {
						require.Contains(t, rules, *m.Rule, where)
						assert.Equal(t, m.Code == access.MissRoleNotHeld, !slices.Contains(held, m.Rule.Role), where)
						for _, name := range m.Names {
							if !list {
								assert.Equal(t, n.value(name.Name), name.Value, where)
							}
							assert.NotEqual(t, name.Wanted, name.Value, where)
							assert.NotEqual(t, scope.Unknown, name.Wanted, where)
						}
						for _, d := range m.Denies {
							assert.Contains(t, rules, d, where)
							assert.Contains(t, held, d.Role, where)
							assert.Equal(t, access.Deny, d.Effect, where)
							assert.True(t, list || n.Value(d.When) != -1, where)
						}
					}
					switch m.Code {
					case access.MissSuspended:
						assert.True(t, suspended[m.Subject] || w.people[m.Subject].Inactive, where)
					case access.MissUnknownSubject:
						assert.NotContains(t, w.people, m.Subject, where)
					case access.MissScopeFalse, access.MissScopeUnknown, access.MissConditionFalse, access.MissConditionUnknown:
						first := m.Names[0]
						assert.Equal(t, m.Code == access.MissScopeUnknown || m.Code == access.MissConditionUnknown, first.Value == scope.Unknown, where)
						assert.Equal(t, m.Code == access.MissConditionFalse || m.Code == access.MissConditionUnknown, isCondition(first.Name) || first.Name == "approved", where)
						assert.True(t, list || n.Value(m.Rule.When) < 1, where)
					case access.MissDenyStands:
						assert.NotEmpty(t, m.Denies, where)
						assert.Empty(t, m.Names, where)
						assert.True(t, list || n.Value(m.Rule.When) == 1, where)
					case access.MissNoRule:
						for _, r := range rules {
							about := (r.Type == "customer" || r.Type == "*") && (r.Action == q.req.Action || r.Action == "*" && q.req.Action != "delete")
							e, err := when.Parse(r.When)
							require.NoError(t, err)
							hopeless := false
							e.Names(func(x when.Name) { hopeless = hopeless || x.Pin == "action" })
							assert.False(t, about && r.Effect == access.Allow && !hopeless, "%s: %s", where, r)
						}
					}
				}
			}
		}
	})
	t.Logf("%v", told)
	for _, c := range []access.MissCode{access.MissRoleNotHeld, access.MissScopeFalse, access.MissScopeUnknown, access.MissConditionFalse, access.MissConditionUnknown, access.MissDenyStands, access.MissSuspended, access.MissUnknownSubject} {
		assert.Positive(t, told[c], c)
	}
}

// Where one name is all that a rule of a role held lacks, the rule with that name settled allows.
func TestTheNamesOfAMissAreEnough(t *testing.T) {
	found := 0
	inWorlds(t, 40, (*world).entangleWritable, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			q := w.imaged(access.Subject{ID: subject, Tenant: "acme"})["view"]
			for _, m := range explained(t, a, q.req, where).Misses {
				if m.Rule == nil || m.Code == access.MissRoleNotHeld || len(m.Denies) > 0 || m.Links != 1 {
					continue
				}
				where := fmt.Sprintf("%s: %s %+v %+v", where, subject, q.old, m)
				e, err := when.Parse(m.Rule.When)
				require.NoError(t, err)
				changed := w.copied()
				rule := *m.Rule
				rule.Tenant, rule.When = "acme", "settled"
				settled := settle(restricted(e, "", everyName(e)), m.Names[0]).String()
				changed.rows.Definitions = append(changed.rows.Definitions, access.Definition{Name: "settled", Tenant: "acme", Expr: settled})
				changed.rows.Rules = append(changed.rows.Rules, rule)
				assert.True(t, changed.decides(t, q.req, where), "%s: %s", where, settled)
				found++
			}
		}
	})
	require.Positive(t, found)
}

// everyName are all names that an expression uses with its definitions written out.
func everyName(e when.Expr) map[string]bool {
	out := map[string]bool{}
	var walk func(e when.Expr, pin string)
	walk = func(e when.Expr, pin string) {
		if e.Op == when.Ref {
			if e.Name.Pin != "" {
				pin = e.Name.Pin
			}
			if e.Name.Name == "mixed" {
				for _, n := range []string{"own", "team", "office"} {
					out[leafName(n, pin)] = true
				}
			}
			out[leafName(e.Name.Name, pin)] = true
		}
		for _, k := range e.Kids {
			walk(k, pin)
		}
	}
	walk(e, "")
	return out
}

// settle puts always, or its negation, in the place of a name.
func settle(e when.Expr, n access.NameExplanation) when.Expr {
	if e.Op == when.Ref {
		if leafName(e.Name.Name, e.Name.Pin) != n.Name {
			return e
		}
		always := when.Expr{Op: when.Ref, Name: when.Name{Name: "always"}}
		if n.Wanted == scope.True {
			return always
		}
		return when.Expr{Op: when.Not, Kids: []when.Expr{always}}
	}
	out := when.Expr{Op: e.Op}
	for _, k := range e.Kids {
		out.Kids = append(out.Kids, settle(k, n))
	}
	return out
}
