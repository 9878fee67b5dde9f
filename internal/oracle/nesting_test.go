package oracle

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// own ⊆ team ⊆ region ⊆ global and team ⊆ team_tree, of records and of collections; each is the wider one's equal at times
// and smaller at others.
func TestOwnInTeamInRegionInGlobal(t *testing.T) {
	chain := []string{"own", "team", "region", "global"}
	wider := map[[2]string]int{}
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		rows := access.Rows{}
		for _, s := range subjects {
			rows.Assignments = append(rows.Assignments, access.Assignment{Subject: s, Role: "a", Tenant: "acme"})
		}
		in := map[string][]bool{}
		qs = slices.DeleteFunc(qs, func(q question) bool {
			return q.Tenant != "acme" || q.Type == "payroll" || q.Old == nil || q.New != nil
		})
		for _, name := range append(chain, "team_tree") {
			rows.Rules = []access.Rule{{Role: "a", Tenant: "acme", Type: "*", Action: "*", When: name, Effect: access.Allow}}
			for _, action := range []string{"delete", "export"} {
				for _, typ := range types[:2] {
					rows.Rules = append(rows.Rules, access.Rule{Role: "a", Tenant: "acme", Type: typ, Action: action, When: name, Effect: access.Allow})
				}
			}
			_, a := w.with("acme", rows).with(access.Shared, access.Rows{}).open(t)
			in[name] = asked(t, a, qs)
			for i, q := range qs {
				list, err := a.Authorize(ctx, q.list())
				require.NoError(t, err)
				listed, err := list.Scope().Match(q.Old.view(q.Type))
				require.NoError(t, err)
				assert.Equal(t, in[name][i], listed, "%s %+v", name, q)
			}
			require.NoError(t, a.Close())
		}
		within := func(narrow, wide string) {
			for i, q := range qs {
				assert.False(t, in[narrow][i] && !in[wide][i], "%s, but not %s: %+v", narrow, wide, q)
				if in[wide][i] && !in[narrow][i] {
					wider[[2]string{narrow, wide}]++
				}
			}
		}
		for i := range chain[1:] {
			within(chain[i], chain[i+1])
		}
		within("team", "team_tree")
	})
	assert.Len(t, wider, 4, "each step is a real one: %v", wider)
}
