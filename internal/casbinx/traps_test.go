package casbinx

import (
	"fmt"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	defaultrolemanager "github.com/casbin/casbin/v2/rbac/default-role-manager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each test shows what Casbin does and then what this package does instead.

func allowAll(role string) []string {
	return line("p", role, "acme", "*", "*", "always", "allow")
}

func TestTrap_unknownEffectDeniesNothing(t *testing.T) {
	for _, eft := range []string{"Deny", " deny", "deny ", "DENY", "no"} {
		rows := [][]string{
			allowAll("r:rep"),
			line("p", "r:rep", "acme", "deal", "view", "always", eft),
			line("g", "u:alice", "r:rep", "acme"),
		}
		ok, err := bare(t, rows...).Enforce("u:alice", "acme", "deal", "view", &kept{yes})
		require.NoError(t, err)
		require.True(t, ok, "Casbin takes %q for no effect at all", eft)

		_, err = New(rows, plain)
		assert.ErrorContains(t, err, "neither allow nor deny", "%q", eft)
	}
}

func TestTrap_noRowsAllowABlankQuestion(t *testing.T) {
	e := bare(t)
	ok, err := e.Enforce("", "", "", "", &kept{yes})
	require.NoError(t, err)
	require.True(t, ok, "Casbin runs the matcher once with blank values")

	e, err = New(nil, plain)
	require.NoError(t, err)
	for _, q := range [][4]string{{}, {"", "acme", "deal", "view"}, {"u:alice", "", "deal", "view"}, {"u:alice", "acme", " ", "view"}, {"u:alice", "acme", "deal", "\t"}} {
		ok, err = Enforce(e, q[0], q[1], q[2], q[3], yes)
		assert.ErrorContains(t, err, "is blank", "%q", q)
		assert.False(t, ok)
	}
	ok, err = Enforce(e, "u:alice", "acme", "deal", "view", yes)
	assert.NoError(t, err)
	assert.False(t, ok, "no rows allow nothing")
}

func TestTrap_deepDenyIsIgnored(t *testing.T) {
	rows := append(chain(12), allowAll("r:1"), line("p", "r:12", "acme", "deal", "view", "always", "deny"))
	ok, err := bare(t, rows...).Enforce("u:alice", "acme", "deal", "view", &kept{yes})
	require.NoError(t, err)
	require.True(t, ok, "Casbin follows ten links and loses the deny behind the eleventh")

	e, err := New(rows, plain)
	require.NoError(t, err)
	ok, err = Enforce(e, "u:alice", "acme", "deal", "view", yes)
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestTrap_depthBound(t *testing.T) {
	last := fmt.Sprintf("r:%d", MaxDepth)
	e, err := New(append(chain(MaxDepth), allowAll(last)), plain)
	require.NoError(t, err, "an assignment and %d inherited roles", MaxDepth-1)
	ok, err := Enforce(e, "u:alice", "acme", "deal", "view", yes)
	require.NoError(t, err)
	assert.True(t, ok, "the last role within the bound is reached")

	_, err = New(chain(MaxDepth+1), plain)
	assert.ErrorContains(t, err, "33 roles deep with those it inherits, at most 32")
}

func TestTrap_circlesLoadSilently(t *testing.T) {
	rows := [][]string{
		line("g", "r:a", "r:b", "acme"), line("g", "r:b", "r:c", "acme"), line("g", "r:c", "r:b", "acme"),
	}
	bare(t, rows...)

	_, err := New(rows, plain)
	assert.ErrorContains(t, err, "circle: r:b → r:c → r:b")
	_, err = New([][]string{line("g", "r:a", "r:a", "acme")}, plain)
	assert.ErrorContains(t, err, "circle: r:a → r:a")
}

func TestTrap_aUserNamedLikeARole(t *testing.T) {
	ok, err := bare(t, allowAll("admin")).Enforce("admin", "acme", "deal", "delete", &kept{yes})
	require.NoError(t, err)
	require.True(t, ok, "to Casbin the user admin is the role admin")

	_, err = New([][]string{allowAll("admin")}, plain)
	assert.ErrorContains(t, err, "is a role")
	_, err = New([][]string{line("g", "u:alice", "admin", "acme")}, plain)
	assert.Error(t, err)
	_, err = New([][]string{allowAll("u:alice")}, plain)
	assert.ErrorContains(t, err, "is a role", "a subject reaches a rule through a role only")

	e, err := New([][]string{allowAll("r:admin")}, plain)
	require.NoError(t, err)
	ok, err = Enforce(e, "u:admin", "acme", "deal", "delete", yes)
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestTrap_oneRowOfTheWrongSizeStopsEverything(t *testing.T) {
	e := bare(t, allowAll("r:rep"), line("g", "u:alice", "r:rep", "acme"))
	_, err := e.AddNamedPolicy("p", "r:rep", "acme", "deal")
	require.NoError(t, err, "Casbin takes the row")
	_, err = e.Enforce("u:alice", "acme", "deal", "view", &kept{yes})
	require.ErrorContains(t, err, "invalid policy size")

	for _, l := range [][]string{
		{}, {"p"}, {"p", "r:rep", "acme", "deal"}, {"p", "r:rep", "acme", "deal", "view", "always", "allow", "more"},
		{"g", "u:alice", "r:rep"}, {"g", "u:alice", "r:rep", "acme", "2030-01-01"}, {"p2", "r:rep", "acme"},
		{"p3", "r:rep", "acme", "deal", "view", "always", "allow"}, {"g2", "u:alice", "r:rep", "acme"}, {""},
	} {
		_, err := New([][]string{l}, plain)
		assert.Error(t, err, "%q", l)
	}
}

func TestTrap_commasCollide(t *testing.T) {
	first := line("p", "r:rep", "acme", "a,b", "c", "always", "allow")
	second := line("p", "r:rep", "acme", "a", "b,c", "always", "allow")
	e := bare(t, first)
	added, err := e.AddNamedPolicy("p", second[1:])
	require.NoError(t, err)
	require.False(t, added, "Casbin takes two different rows for one")

	_, err = New([][]string{first, second}, plain)
	assert.ErrorContains(t, err, "holds a comma")
}

func TestTrap_blankValues(t *testing.T) {
	good := allowAll("r:rep")
	for i := 1; i < len(good); i++ {
		for _, blank := range []string{"", " ", "\u00a0"} {
			l := append([]string{}, good...)
			l[i] = blank
			_, err := New([][]string{l}, plain)
			assert.ErrorContains(t, err, "is blank", "value %d", i)
		}
	}
	for _, l := range [][]string{line("g", "u:", "r:rep", "acme"), line("g", "u:alice", "r:", "acme"), line("g", "r:rep", "u:alice", "acme")} {
		_, err := New([][]string{l}, plain)
		assert.Error(t, err, "%q", l)
	}
}

func TestTrap_roleManagers(t *testing.T) {
	impl := defaultrolemanager.NewRoleManagerImpl(MaxDepth)
	require.NoError(t, impl.AddLink("u:alice", "r:rep", "acme"))
	linked, err := impl.HasLink("u:alice", "r:rep", "other")
	require.NoError(t, err)
	require.True(t, linked, "Casbin's NewRoleManagerImpl ignores tenants")

	late := bare(t, append(chain(20), allowAll("r:20"))...)
	late.SetNamedRoleManager("g", defaultrolemanager.NewRoleManager(MaxDepth))
	ok, err := late.Enforce("u:alice", "acme", "deal", "view", &kept{yes})
	require.NoError(t, err)
	require.False(t, ok, "a role manager set on a filled enforcer is not used")

	e, err := New(append(chain(20), allowAll("r:20")), plain)
	require.NoError(t, err)
	ok, err = Enforce(e, "u:alice", "acme", "deal", "view", yes)
	require.NoError(t, err)
	assert.True(t, ok)
	ok, err = Enforce(e, "u:alice", "other", "deal", "view", yes)
	require.NoError(t, err)
	assert.False(t, ok)
	linked, err = e.GetNamedRoleManager("g").HasLink("u:alice", "r:1", "other")
	require.NoError(t, err)
	assert.False(t, linked, "a role held in one tenant is not held in another")
}

func TestTrap_twoTenantsInOneEnforcer(t *testing.T) {
	_, err := New([][]string{allowAll("r:rep"), line("g", "u:alice", "r:rep", "other")}, plain)
	assert.ErrorContains(t, err, `tenant "other"`)
}

// number is a Kept of a numeric type, which Casbin's expressions would turn into a float64.
type number int8

func (n number) Value(string) int8 { return int8(n) }

func TestTrap_numbersBecomeFloats(t *testing.T) {
	rows := [][]string{allowAll("r:rep"), line("g", "u:alice", "r:rep", "acme")}
	m, err := model.NewModelFromString(Model())
	require.NoError(t, err)
	e, err := casbin.NewEnforcer(m)
	require.NoError(t, err)
	var got any
	e.AddFunction("holds", func(args ...any) (any, error) { got = args[0]; return true, nil })
	addFunctions(e, plain) // does not replace a function that is there
	_, err = e.AddPolicy(rows[0][1:])
	require.NoError(t, err)
	_, err = e.AddGroupingPolicy(rows[1][1:])
	require.NoError(t, err)
	_, err = e.Enforce("u:alice", "acme", "deal", "view", int8(1))
	require.NoError(t, err)
	require.IsType(t, float64(0), got)

	e, err = New(rows, plain)
	require.NoError(t, err)
	ok, err := Enforce(e, "u:alice", "acme", "deal", "view", number(1))
	require.NoError(t, err)
	assert.True(t, ok)
}

func TestTrap_textsThatLookLikeSomethingElse(t *testing.T) {
	for _, s := range []string{"2024-01-01", "1e3", "007", "true", "r.dom", `"`, `\`, "#1", "a'b", "{}"} {
		e, err := New([][]string{
			line("p", "r:"+s, s, "deal", "view", s, "allow"), line("g", "u:"+s, "r:"+s, s),
		}, plain)
		require.NoError(t, err)
		ok, err := Enforce(e, "u:"+s, s, "deal", "view", truths{s: 1})
		require.NoError(t, err)
		assert.True(t, ok, "%q is itself", s)
		ok, err = Enforce(e, "u:7", s, "deal", "view", truths{s: 1})
		require.NoError(t, err)
		assert.False(t, ok, "%q is nothing else", s)
	}
}

func TestTrap_panicsCarryAStack(t *testing.T) {
	rows := [][]string{allowAll("r:rep"), line("g", "u:alice", "r:rep", "acme")}
	f := plain
	f.CoversType = func(string, string, string) bool { panic("boom") }
	e, err := New(rows, f)
	require.NoError(t, err)
	_, err = e.Enforce("u:alice", "acme", "deal", "view", &kept{yes})
	require.ErrorContains(t, err, "goroutine")

	ok, err := Enforce(e, "u:alice", "acme", "deal", "view", yes)
	assert.False(t, ok)
	assert.EqualError(t, err, "casbinx: enforce: panic: boom")
}

func TestTrap_rowsShareTheCallersMemory(t *testing.T) {
	row := allowAll("r:rep")
	rows := [][]string{row, line("g", "u:alice", "r:rep", "acme")}
	e, err := New(rows, plain)
	require.NoError(t, err)
	row[4] = "nothing"
	ok, err := Enforce(e, "u:alice", "acme", "deal", "view", yes)
	require.NoError(t, err)
	assert.True(t, ok, "what the caller writes later does not reach the enforcer")
}
