package scope

import (
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBranchesOfTheStockScopes(t *testing.T) {
	alice := Subject{ID: "7", Tenant: "acme", Teams: []string{"11", "2"}}
	p := must(Or(Team().Resolve(alice, leads), Eq("stage", Text("a"))).Within(leads, "acme"))
	p = And(p, Not(Eq("closed", Bool(true))))
	common, of, ok := p.Branches()
	require.True(t, ok)
	assert.Equal(t, `(tenant is "acme" and not closed = true)`, common.String())
	require.Len(t, of, 4)
	assert.Equal(t, []Value{Int(2), Int(11)}, of[2].Values)

	common, of, ok = Or(Eq("team", Int(1)), In("team", Int(2), Int(1)), And(Eq("owner", Int(7)), IsNull("stage"))).Branches()
	require.True(t, ok)
	assert.True(t, common.IsAll())
	assert.Equal(t, []Branch{{"team", []Value{Int(1), Int(2)}, All()}, {"owner", []Value{Int(7)}, IsNull("stage")}}, of)
}

func TestWhatHasNoBranches(t *testing.T) {
	for _, p := range []Predicate{
		{}, None(), All(), Eq("owner", Int(7)), And(Eq("owner", Int(7)), Eq("team", Int(1))),
		Or(Eq("owner", Int(7)), IsNull("team")), Or(Eq("owner", Int(7)), Predicate{}), Not(Or(Eq("owner", Int(7)), Eq("team", Int(1)))),
		Or(Eq("owner", Int(7)), Compare("team", Lt, Int(1))), Or(Eq("owner", Int(7)), Exists("tickets", All())),
		Or(Eq("owner", Int(7)), Under("team", places, "1")), // its kind is known once it is completed
	} {
		common, of, ok := p.Branches()
		assert.False(t, ok, p.String())
		assert.Empty(t, of)
		assert.True(t, same(p, common))
	}
}

// The branches are the predicate: on random rows, NULLs among them, a row is selected by both or neither.
func TestBranchesSelectWhatThePredicateDoes(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	found := 0
	for range 5 {
		w.fill(t, r)
		for range 400 {
			p := must(And(Or(randomLed(r), randomLed(r), randomLed(r)), Not(randomLeaf(r, leads.Attrs[r.Intn(len(leads.Attrs))]))).Within(leads, "acme"))
			common, of, ok := p.Branches()
			if !ok {
				continue
			}
			found++
			any := None()
			for _, b := range of {
				any = Or(any, b.Predicate())
			}
			require.Equal(t, w.inGo(t, p), w.inGo(t, And(common, any)), "seed %d: %s", seed, p)
		}
	}
	assert.NotZero(t, found, "seed %d", seed)
}

// randomLed draws what a scope's alternatives look like.
func randomLed(r *rand.Rand) Predicate {
	led := []Predicate{
		Is("owner", Int(7)), In("team", Int(1), Int(11)), Eq("stage", Text("a")), Is("deputy", Text("7"), Text("a")),
		Under("region", places, "1"), Under("team", places, "11", "2"), Under("team", places, "99"),
	}
	p := led[r.Intn(len(led))]
	switch r.Intn(4) {
	case 0:
		p = And(p, randomPredicate(r, 1))
	case 1:
		p = And(randomPredicate(r, 1), Or(p, led[r.Intn(len(led))]))
	}
	return p
}
