package access_test

import (
	"context"
	"slices"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

// What lint calls dead or shadowed decides nothing: without these rules every answer is the same.
func TestDeadAndShadowedRulesDecideNothing(t *testing.T) {
	dropped := map[access.FindingCode]int{}
	contrary := func(w *world) {
		for _, text := range []string{"own && unowned", "own && !team_tree", "team && !(region || near)", "old.own && !old.region", "action.view && action.edit"} {
			r := access.Rule{Role: pick(w.rng, "a", "b", "c"), Tenant: "acme", Type: "customer", Action: pick(w.rng, "*", "view", "edit"), When: text, Effect: access.Allow}
			w.rows.Rules = append(w.rows.Rules, r)
		}
		w.rows.Rules = append(w.rows.Rules,
			access.Rule{Role: "b", Tenant: "acme", Type: "*", Action: "edit", When: "team", Effect: access.Deny},
			access.Rule{Role: "b", Tenant: "acme", Type: "customer", Action: "edit", When: "own && mfa", Effect: access.Allow},
			access.Rule{Role: "c", Tenant: "acme", Type: "*", Action: "*", When: "near && !global", Effect: access.Deny},
		)
		w.rows.Rules = slices.CompactFunc(w.rows.Rules, func(a, b access.Rule) bool { return a == b })
	}
	inWorlds(t, 40, contrary, func(w *world, a *access.Authorizer, where string) {
		found, err := a.Lint(context.Background(), "acme")
		require.NoError(t, err, where)
		whole := w.rows.Rules
		lean := slices.DeleteFunc(slices.Clone(whole), func(r access.Rule) bool {
			i := slices.IndexFunc(found, func(f access.Finding) bool {
				decides := f.Code != access.FindingDeadCondition && f.Code != access.FindingDeadTarget && f.Code != access.FindingDeadRole && f.Code != access.FindingShadowed
				return !decides && f.Row == r.String()
			})
			if i >= 0 {
				dropped[found[i].Code]++
			}
			return i >= 0
		})
		w.rows.Rules = lean
		defer func() { w.rows.Rules = whole }()
		b := w.authorizer(t)
		with, without := w.asks(t, a, where), w.asks(t, b, where)
		for _, id := range w.subjects() {
			s := access.Subject{ID: id, Tenant: "acme"}
			env := w.env()
			for _, action := range worldActions {
				one, other := with(s, action, access.Resource{}, env), without(s, action, access.Resource{}, env)
				for i, r := range w.records {
					res := access.Resource{Record: r.view()}
					if next := w.records[(i+1)%len(w.records)]; action == "edit" && w.rng.IntN(2) == 0 {
						next.ID = r.ID
						res.New = next.view()
					}
					if action == "create" {
						res = access.Resource{New: r.view()}
					}
					require.Equal(t, with(s, action, res, env).Allowed(), without(s, action, res, env).Allowed(), "%s %s %s", where, id, action)
					require.Equal(t, matches(t, one.Scope(), r, where), matches(t, other.Scope(), r, where), "%s %s %s", where, id, action)
				}
			}
		}
	})
	require.Greater(t, dropped[access.FindingDeadCondition], 100)
	require.Greater(t, dropped[access.FindingShadowed], 20)
}

// In whatever order the rows come, the findings are the same and come in the same order.
func TestLintKnowsNoOrder(t *testing.T) {
	inWorlds(t, 10, (*world).addFieldRules, func(w *world, a *access.Authorizer, where string) {
		first, err := a.Lint(context.Background(), "acme")
		require.NoError(t, err, where)
		require.NotEmpty(t, first, where)
		w.rng.Shuffle(len(w.rows.Rules), func(i, j int) { w.rows.Rules[i], w.rows.Rules[j] = w.rows.Rules[j], w.rows.Rules[i] })
		slices.Reverse(w.rows.Assignments)
		slices.Reverse(w.rows.Inherits)
		again, err := w.authorizer(t).Lint(context.Background(), "acme")
		require.NoError(t, err, where)
		require.Equal(t, first, again, where)
	})
}
