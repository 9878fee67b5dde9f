package scope

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// superiors are people with ids that look like one another, or like nobody's.
var superiors = map[string]string{"7": "x", "8": "7", "9": "8", "a": "7", "A": "a", "0": "7", "07": "8", uuidA: "9", "x": ""}

var bosses = mustTree(func() (nodes []orgtree.Node) {
	for id, superior := range superiors {
		nodes = append(nodes, orgtree.Node{ID: id, Parent: superior})
	}
	return nodes
}()...)

// isLedBy climbs from each of a lead's owners to their superiors.
func isLedBy(subject string, lead map[string]any, levels int) bool {
	for _, attr := range []string{"owner", "deputy"} {
		owner := fmt.Sprint(lead[attr])
		if lead[attr] == nil || attr == "owner" && owner == "0" || owner == "" {
			continue
		}
		for above, climbed := superiors[owner], 1; above != "" && climbed <= levels; above, climbed = superiors[above], climbed+1 {
			if above == subject {
				return true
			}
		}
	}
	return false
}

func TestReportsAgreeWithClimbing(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	onEveryDatabase(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewSource(seed))
		selected := map[int]int{}
		for range 10 {
			w.fill(t, r)
			for id := range superiors {
				for _, levels := range []int{1, 2, 3, AllLevels} {
					scope := Reports(levels)
					require.NoError(t, scope.Check(leads))
					p := must(scope.Resolve(Subject{ID: id, Tenant: "acme", Reporting: bosses}, leads).Within(leads, "acme"))
					want := []int{}
					for _, l := range w.leads {
						if l["tenant"] == "acme" && isLedBy(id, l, levels) {
							want = append(want, l["id"].(int))
						}
					}
					selected[levels] += len(want)
					require.Equal(t, want, w.inGo(t, p), "seed %d: %s", seed, p)
					require.Equal(t, want, w.inSQL(t, p), "seed %d: %s", seed, p)
					require.Equal(t, w.inGo(t, Not(p)), w.inSQL(t, Not(p)), "seed %d: not %s", seed, p)
				}
			}
		}
		assert.Less(t, selected[1], selected[2])
		assert.Less(t, selected[2], selected[AllLevels])
	})
}

// What nobody owns is nobody's report's: False, so that a negation holds; also if nobody's superior is known.
func TestNobodyReportsAnUnownedRecord(t *testing.T) {
	for _, tree := range []ReportingTree{nil, bosses, (*orgtree.Tree)(nil)} {
		for _, r := range []map[string]any{{"owner": nil, "deputy": nil}, {"owner": 0, "deputy": ""}} {
			answer, err := Reports(AllLevels).Resolve(Subject{ID: "7", Reporting: tree}, leads).Eval(FromMap(r))
			assert.NoError(t, err)
			assert.Equal(t, False, answer)
		}
	}
}

func TestReportsWithoutWhatTheyNeed(t *testing.T) {
	eights := FromMap(map[string]any{"owner": 8, "deputy": nil})
	answer := func(r Resolver, tree ReportingTree, id string) Truth {
		t.Helper()
		out, err := r.Resolve(Subject{ID: id, Reporting: tree}, leads).Eval(eights)
		require.NoError(t, err)
		return out
	}
	assert.Equal(t, True, answer(Reports(1), bosses, "7"))
	assert.Equal(t, False, answer(Reports(1), bosses, "8"), "his own")
	assert.Equal(t, False, answer(Reports(1), bosses, ""))
	assert.Equal(t, False, answer(Reports(1), bosses, "nobody"))
	assert.Equal(t, Unknown, answer(Reports(1), nil, "7"), "nobody's superior is known")
	for _, levels := range []int{0, -1} {
		assert.ErrorContains(t, Reports(levels).Check(leads), "say 1 for direct reports")
		assert.Equal(t, Unknown, answer(Reports(levels), bosses, "7"), "a forgotten Check opens nothing")
	}
}
