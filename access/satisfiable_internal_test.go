package access

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func free(when.Name) scope.Truth { return scope.Unknown }

// Searching agrees with trying every world there is: whose the record is, and which conditions hold.
func TestSatisfiableAgreesWithTryingEverything(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	names := []string{"own", "team", "team_tree", "region", "unowned", "x", "y", "global"}
	var text func(depth int) string
	text = func(depth int) string {
		if depth == 0 {
			return names[rnd.IntN(len(names))]
		}
		switch rnd.IntN(3) {
		case 0:
			return "!(" + text(depth-1) + ")"
		case 1:
			return "(" + text(depth-1) + ") && (" + text(rnd.IntN(depth)) + ")"
		}
		return "(" + text(depth-1) + ") || (" + text(rnd.IntN(depth)) + ")"
	}
	count := map[scope.Truth]int{}
	for range 2000 {
		e, err := when.Parse(text(rnd.IntN(6)))
		require.NoError(t, err)
		want := scope.False
		for bits := range 1 << 7 {
			is := func(n int) scope.Truth {
				if bits>>n&1 == 1 {
					return scope.True
				}
				return scope.False
			}
			own := is(0)
			team := own.Or(is(1))
			if own == scope.True && is(4) == scope.True {
				continue
			}
			values := map[string]scope.Truth{
				"own": own, "team": team, "team_tree": team.Or(is(2)), "region": team.Or(is(3)), "unowned": is(4), "x": is(5), "y": is(6), "global": scope.True,
			}
			want = want.Or(truthOf(e, func(n when.Name) scope.Truth { return values[n.Name] }))
		}
		require.Equal(t, want, satisfiable(e, constant), "seed %d: %s", seed, e)
		count[want]++
	}
	assert.Greater(t, count[scope.False], 100, "seed %d", seed)
	assert.Greater(t, count[scope.True], 100, "seed %d", seed)
}

// Pinned names are of one image each; what is fixed stays.
func TestSatisfiable(t *testing.T) {
	for text, want := range map[string]scope.Truth{
		"old.own && !new.own":    scope.True,
		"old.own && !old.team":   scope.False,
		"old.own && new.unowned": scope.True,
		"new.own && new.unowned": scope.False,
		"own && !old.team":       scope.True,
		"!old.global":            scope.True, // unknown without an old image, but who can tell
		"!global":                scope.False,
		"x && !x":                scope.False,
	} {
		e, err := when.Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, satisfiable(e, constant), text)
	}
	assert.Equal(t, scope.Unknown, satisfiable(when.Expr{}, free), "no expression")
}

// An expression made to be hard is given up in time, and lint says nothing about what it can't tell.
func TestSatisfiableGivesUp(t *testing.T) {
	var parts []string
	for i := range 30 {
		parts = append(parts, fmt.Sprintf("(a%d || b%d)", i, i))
	}
	e, err := when.Parse(strings.Join(parts, " && ") + " && z && !z")
	require.NoError(t, err)
	assert.Equal(t, scope.Unknown, satisfiable(e, free), "what is too hard is not known, and never False")
}
