package casbinx

import (
	"fmt"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/stretchr/testify/require"
)

// truths is a Kept that looks values up; what it does not hold is unknown.
type truths map[string]int8

func (t truths) Value(when string) int8 { return t[when] }

// plain covers by equality and "*".
var plain = Functions{
	CoversType:   func(pattern, typ, _ string) bool { return pattern == "*" || pattern == typ },
	CoversAction: func(pattern, _, action, _ string) bool { return pattern == "*" || pattern == action },
}

var yes = truths{"always": 1}

func line(values ...string) []string { return values }

// bare is a Casbin enforcer of the same model that takes rows as Casbin takes them, with its default role manager.
func bare(t *testing.T, lines ...[]string) *casbin.Enforcer {
	t.Helper()
	m, err := model.NewModelFromString(Model())
	require.NoError(t, err)
	e, err := casbin.NewEnforcer(m)
	require.NoError(t, err)
	addFunctions(e, plain)
	for _, l := range lines {
		if l[0] == "g" {
			_, err = e.AddNamedGroupingPolicy("g", l[1:])
		} else {
			_, err = e.AddNamedPolicy(l[0], l[1:])
		}
		require.NoError(t, err)
	}
	return e
}

// chain gives u:alice the first of n roles, each inheriting the next.
func chain(n int) [][]string {
	lines := [][]string{line("g", "u:alice", "r:1", "acme")}
	for i := 1; i < n; i++ {
		lines = append(lines, line("g", fmt.Sprintf("r:%d", i), fmt.Sprintf("r:%d", i+1), "acme"))
	}
	return lines
}
