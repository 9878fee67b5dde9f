package scope_test

import (
	"testing"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
)

func TestImplies(t *testing.T) {
	own := scope.Is("owner_id", scope.Text("ann"))
	team := scope.Or(own, scope.In("team_id", scope.Int(1), scope.Int(2)))
	open := scope.Eq("stage", scope.Text("open"))
	for _, c := range []struct {
		name string
		p, q scope.Predicate
		want bool
	}{
		{"own is in team", own, team, true},
		{"team is not in own", team, own, false},
		{"a conjunction is in its member", scope.And(own, open), own, true},
		{"and in what its member is in", scope.And(open, own), team, true},
		{"a member is not in the conjunction", own, scope.And(own, open), false},
		{"each disjunct must", scope.Or(scope.And(own, open), scope.And(open, team)), team, true},
		{"both conjuncts are implied", scope.And(own, open), scope.And(team, open), true},
		{"everything is in all", team, scope.All(), true},
		{"none is in everything", scope.None(), own, true},
		{"unknown selects nothing", scope.Predicate{}, own, true},
		{"nothing but none is in unknown", own, scope.Predicate{}, false},
		{"all is not in own", scope.All(), own, false},
		{"a negation is itself", scope.Not(own), scope.Not(own), true},
		{"a negation is no other", scope.Not(team), own, false},
	} {
		assert.Equal(t, c.want, c.p.Implies(c.q), c.name)
	}
}
