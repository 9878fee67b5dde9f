package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// randomExpr is an expression over n atoms.
func randomExpr(rng *rand.Rand, n, depth int) expr {
	if depth == 0 || rng.IntN(4) == 0 {
		return expr{op: when.Ref, atom: rng.IntN(n+2) - 2}
	}
	out := expr{op: []when.Op{when.And, when.Or, when.Not}[rng.IntN(3)]}
	kids := 1
	if out.op != when.Not {
		kids = 2 + rng.IntN(2)
	}
	for range kids {
		out.kids = append(out.kids, randomExpr(rng, n, depth-1))
	}
	return out
}

// The minimal sets are those that trying every set finds.
func TestMinimalSetsAreThoseOfBruteForce(t *testing.T) {
	const atoms = 7
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	found := 0
	for range 3000 {
		c := clauses{allow: randomExpr(rng, atoms, 3)}
		for range rng.IntN(3) {
			c.denies = append(c.denies, clause{expr: randomExpr(rng, atoms, 2)})
		}
		can := make([]answers, atoms)
		for i := range can {
			can[i] = []answers{{yes: true}, {no: true}, {}, {true, true}}[rng.IntN(4)]
		}
		enough := func(set int) bool {
			only := make([]answers, atoms)
			for i := range only {
				if set&(1<<i) != 0 {
					only[i] = can[i]
				}
			}
			return c.hold(only)
		}
		var want []string
		for set := range 1 << atoms {
			if !enough(set) {
				continue
			}
			minimal := true
			var members []int
			for i := range atoms {
				if set&(1<<i) != 0 {
					members = append(members, i)
					minimal = minimal && !enough(set&^(1<<i))
				}
			}
			if minimal {
				want = append(want, fmt.Sprint(members))
			}
		}
		m := &minimalSets{can: can}
		var got []string
		for _, s := range m.of(c) {
			got = append(got, fmt.Sprint(s))
		}
		require.False(t, m.cut)
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, strings.Join(want, " "), strings.Join(got, " "), "%+v %+v", c, can)
		found += len(got)
	}
	assert.Greater(t, found, 1000)
}

// Of (a0 || b0) && (a1 || b1) && … there are 2¹² minimal sets: some are kept, each of them minimal, and it is said that
// there are more.
func TestMinimalSetsThatExplodeAreCut(t *testing.T) {
	c := clauses{allow: expr{op: when.And}}
	m := &minimalSets{}
	for i := range 12 {
		c.allow.kids = append(c.allow.kids, expr{op: when.Or, kids: []expr{{op: when.Ref, atom: 2 * i}, {op: when.Ref, atom: 2*i + 1}}})
		m.can = append(m.can, answers{yes: true}, answers{yes: true})
	}
	sets := m.of(c)
	assert.Len(t, sets, maxSets)
	assert.True(t, m.cut)
	for _, s := range sets {
		assert.Len(t, s, 12)
		assert.Equal(t, s, m.shrink(c, s))
	}
}

// A set that is not minimal, because a smaller one was cut, is shrunk.
func TestMinimalSetsShrink(t *testing.T) {
	c := clauses{allow: expr{op: when.Or, kids: []expr{{op: when.Ref, atom: 0}, {op: when.Ref, atom: 1}}}}
	m := &minimalSets{can: []answers{{yes: true}, {yes: true}}}
	assert.Equal(t, []int{1}, m.shrink(c, []int{0, 1}))
}

// (a0 || … || a39) && a35 rests on a35 alone. The first sets that are kept of the disjunction are others.
func TestMinimalSetsAreMinimalAlsoWhenCut(t *testing.T) {
	m := &minimalSets{}
	any := expr{op: when.Or}
	for i := range 40 {
		any.kids = append(any.kids, expr{op: when.Ref, atom: i})
		m.can = append(m.can, answers{yes: true})
	}
	sets := m.of(clauses{allow: expr{op: when.And, kids: []expr{any, {op: when.Ref, atom: 35}}}})
	assert.Equal(t, [][]int{{35}}, sets)
	assert.True(t, m.cut)
}
