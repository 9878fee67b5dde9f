package access_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

// A ground alone suffices and is minimal: other Authorizers decide so on worlds that have nothing but the ground, and on
// worlds that have all of it but one member.
func TestAGroundSufficesAndNothingInItIsNeedless(t *testing.T) {
	checked, members := 0, 0
	inWorlds(t, 25, (*world).entangleWritable, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			qs := w.questions(subject, w.env())
			for _, name := range slices.Sorted(maps.Keys(qs)) {
				r := qs[name]
				x := explained(t, a, r, where+name)
				if !x.Allowed {
					require.Empty(t, x.Grounds, where+name)
					continue
				}
				require.NotEmpty(t, x.Grounds, where+name)
				if r.Resource.Set != nil {
					continue // a ground answers for one of the two images: see the test of writes
				}
				for _, g := range x.Grounds[:min(len(x.Grounds), 3)] {
					where := fmt.Sprintf("%s: %s: %+v", where, name, g)
					keep := facts(g)
					require.True(t, w.only(&g.Rule, keep).decides(t, r, where), where)
					require.True(t, w.only(&g.Rule, keep).along(subject, g.Path, -1).decides(t, r, where), where)
					require.False(t, w.only(nil, keep).decides(t, r, where), "the rule is needless: %s", where)
					for i := range g.Path {
						require.False(t, w.only(&g.Rule, keep).along(subject, g.Path, i).decides(t, r, where), "step %d is needless: %s", i, where)
						members++
					}
					for _, n := range slices.Sorted(maps.Keys(keep)) {
						delete(keep, n)
						require.False(t, w.only(&g.Rule, keep).decides(t, r, where), "%s is needless: %s", n, where)
						keep[n] = true
						members++
					}
					checked++
				}
			}
		}
	})
	t.Logf("%d grounds, %d members", checked, members)
	require.Positive(t, checked)
}

// Of a write each ground answers for one image, and so does Casbin on the values that the ground knows of.
func TestAGroundOfAWriteSufficesOnItsImage(t *testing.T) {
	checked := 0
	inWorlds(t, 60, (*world).entangleWritable, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			env := w.env()
			old := w.records[w.rng.IntN(len(w.records))]
			next, _ := w.change(old)
			r := access.Request{Subject: access.Subject{ID: subject, Tenant: "acme"}, Action: "edit", Env: env,
				Resource: access.Resource{Type: "customer", Record: old.view(), New: next.view()}}
			x := explained(t, a, r, where)
			images := map[string]bool{}
			for i, g := range x.Grounds {
				images[g.Image] = true
				if i%4 > 0 {
					continue
				}
				where := fmt.Sprintf("%s: %s edits %+v to %+v: %+v", where, subject, old, next, g)
				n := naive{w: w, subject: subject, action: "edit", old: &old, new: &next, img: map[string]string{"record": "old", "new": "new"}[g.Image], env: env, keep: facts(g)}
				alone := w.copied()
				alone.rows.Rules, alone.shared.Rules = slices.Clone(alone.rows.Rules), slices.Clone(alone.shared.Rules)
				other := func(r access.Rule) bool { return r.Effect == access.Allow && r != g.Rule }
				alone.rows.Rules, alone.shared.Rules = slices.DeleteFunc(alone.rows.Rules, other), slices.DeleteFunc(alone.shared.Rules, other)
				casbin := alone.enforcer(t)
				require.True(t, casbin(n, "customer"), where)
				for _, name := range slices.Sorted(maps.Keys(n.keep)) {
					delete(n.keep, name)
					require.False(t, casbin(n, "customer"), "%s is needless: %s", name, where)
					n.keep[name] = true
				}
				checked++
			}
			if x.Allowed {
				require.Equal(t, map[string]bool{"record": true, "new": true}, images, where)
			}
		}
	})
	require.Positive(t, checked)
}

// Every rule that is true of the record stands in a ground, and no other.
func TestGroundsLeaveNoRuleOut(t *testing.T) {
	checked := 0
	inWorlds(t, 60, (*world).entangle, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			env := w.env()
			for _, rec := range w.records {
				r := access.Request{Subject: access.Subject{ID: subject, Tenant: "acme"}, Action: "view", Env: env, Resource: access.Resource{Type: "customer", Record: rec.view()}}
				x := explained(t, a, r, where)
				if !x.Allowed || x.MoreGrounds {
					continue
				}
				roles, err := a.Roles(context.Background(), r.Subject)
				require.NoError(t, err)
				n := naive{w: w, subject: subject, action: "view", old: &rec, img: "old", env: env}
				want := map[string]bool{}
				for _, rule := range slices.Concat(w.rows.Rules, w.shared.Rules) {
					about := (rule.Type == "customer" || rule.Type == "*") && (rule.Action == "view" || rule.Action == "*")
					if about && rule.Effect == access.Allow && slices.Contains(roles, rule.Role) && n.Value(rule.When) > 0 {
						want[rule.String()] = true
					}
				}
				got := map[string]bool{}
				for _, g := range x.Grounds {
					got[g.Rule.String()] = true
				}
				require.Equal(t, want, got, "%s: %s %+v", where, subject, rec)
				checked++
			}
		}
	})
	require.Positive(t, checked)
}
