package casbinx

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNew_needsFunctions(t *testing.T) {
	for _, f := range []Functions{{}, {CoversType: plain.CoversType}, {CoversAction: plain.CoversAction}} {
		_, err := New(nil, f)
		assert.ErrorContains(t, err, "both required")
	}
}

func TestNew_duplicatesCountOnce(t *testing.T) {
	e, err := New([][]string{allowAll("r:rep"), allowAll("r:rep"), line("g", "u:alice", "r:rep", "acme"), line("g", "u:alice", "r:rep", "acme")}, plain)
	require.NoError(t, err)
	rows, err := e.GetPolicy()
	require.NoError(t, err)
	assert.Len(t, rows, 1)
	ok, err := Enforce(e, "u:alice", "acme", "deal", "view", yes)
	require.NoError(t, err)
	assert.True(t, ok)
}

func TestNew_fieldRulesDecideNothing(t *testing.T) {
	e, err := New([][]string{line("p2", "r:rep", "acme", "deal", "phone", "always", "read"), line("g", "u:alice", "r:rep", "acme")}, plain)
	require.NoError(t, err)
	ok, err := Enforce(e, "u:alice", "acme", "deal", "phone", yes)
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestEnforce_nilArguments(t *testing.T) {
	e, err := New(nil, plain)
	require.NoError(t, err)
	ok, err := Enforce(nil, "u:alice", "acme", "deal", "view", yes)
	assert.Error(t, err)
	assert.False(t, ok)
	ok, err = Enforce(e, "u:alice", "acme", "deal", "view", nil)
	assert.Error(t, err)
	assert.False(t, ok)
}

func TestEnforce_onlyThroughKept(t *testing.T) {
	e, err := New([][]string{allowAll("r:rep"), line("g", "u:alice", "r:rep", "acme")}, plain)
	require.NoError(t, err)
	for _, k := range []any{nil, true, "always", yes} {
		ok, err := e.Enforce("u:alice", "acme", "deal", "view", k)
		assert.ErrorContains(t, err, "ask through Enforce", "%v", k)
		assert.False(t, ok)
	}
}

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		truth       int8
		allow, deny bool
		reason      string
	}{
		{1, true, true, "true applies to both"},
		{0, false, true, "unknown never helps the subject"},
		{-1, false, false, "false applies to neither"},
		{2, false, true, "a value that is none of the three is unknown"},
		{-2, false, true, "a value that is none of the three is unknown"},
	} {
		k := &kept{truths{"w": c.truth}}
		allow, err := holds(k, "w", "allow")
		require.NoError(t, err)
		deny, err := holds(k, "w", "deny")
		require.NoError(t, err)
		assert.Equal(t, c.allow, allow, c.reason)
		assert.Equal(t, c.deny, deny, c.reason)
	}
	for _, args := range [][]any{{}, {&kept{yes}}, {&kept{yes}, 1.0, "allow"}, {&kept{yes}, "w", "allow", "x"}, {nil, "w", "allow"}} {
		_, err := holds(args...)
		assert.Error(t, err, "%v", args)
	}
}

// TestEnforce_randomWorlds compares Casbin with the semantics written out by hand.
func TestEnforce_randomWorlds(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	for range 60 {
		var rows [][]string
		role := func() string { return "r:" + strconv.Itoa(rnd.IntN(6)) }
		for range rnd.IntN(15) {
			rows = append(rows, line("p", role(), "acme", pick("deal", "lead", "*"), pick("view", "edit", "*"), pick("x", "y", "z"), pick("allow", "allow", "deny")))
		}
		for range rnd.IntN(5) {
			rows = append(rows, line("g", pick("u:alice", "u:bob"), role(), "acme"))
		}
		for range rnd.IntN(5) {
			a, b := rnd.IntN(6), rnd.IntN(6)
			if a != b {
				rows = append(rows, line("g", fmt.Sprint("r:", min(a, b)), fmt.Sprint("r:", max(a, b)), "acme"))
			}
		}
		e, err := New(rows, plain)
		require.NoError(t, err)
		k := truths{"x": int8(rnd.IntN(3) - 1), "y": int8(rnd.IntN(3) - 1), "z": int8(rnd.IntN(3) - 1)}
		for _, sub := range []string{"u:alice", "u:bob", "u:mallory"} {
			for _, obj := range []string{"deal", "lead"} {
				for _, act := range []string{"view", "edit"} {
					got, err := Enforce(e, sub, "acme", obj, act, k)
					require.NoError(t, err)
					require.Equal(t, naive(rows, sub, obj, act, k), got, "seed %d: %s %s %s %v\n%q", seed, sub, act, obj, k, rows)
				}
			}
		}
	}
}

// naive decides by brute force over the rows.
func naive(rows [][]string, sub, obj, act string, k truths) bool {
	has := map[string]bool{sub: true}
	for range rows {
		for _, l := range rows {
			if l[0] == "g" && has[l[1]] {
				has[l[2]] = true
			}
		}
	}
	allowed := false
	for _, l := range rows {
		if l[0] != "p" || !has[l[1]] || l[3] != "*" && l[3] != obj || l[4] != "*" && l[4] != act {
			continue
		}
		switch v := k[l[5]]; {
		case l[6] == "deny" && v >= 0:
			return false
		case l[6] == "allow" && v > 0:
			allowed = true
		}
	}
	return allowed
}

func TestEnforce_concurrently(t *testing.T) {
	e, err := New(append(chain(10), allowAll("r:10")), plain)
	require.NoError(t, err)
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 50 {
				ok, err := Enforce(e, "u:alice", "acme", "deal", "view", yes)
				assert.NoError(t, err)
				assert.True(t, ok)
				ok, err = Enforce(e, fmt.Sprint("u:", i), "acme", "deal", "view", yes)
				assert.NoError(t, err)
				assert.False(t, ok)
			}
		}()
	}
	group.Wait()
}
