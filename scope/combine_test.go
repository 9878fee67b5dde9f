package scope

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTextOfEveryVariant(t *testing.T) {
	for _, v := range variants() {
		assert.Equal(t, v.text, v.p.String())
		assert.True(t, equal(v.p.n, v.p.n))
	}
	for i, v := range variants() {
		for j, w := range variants() {
			assert.Equal(t, i == j, same(v.p, w.p), "%s, %s", v.text, w.text)
			assert.Equal(t, i == j, v.p.String() == w.p.String())
		}
	}
}

func TestTextTellsKindsAndNamesApart(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range []Predicate{
		Eq("a", Text("1")), Eq("a", Int(1)), Eq("a", dec("1")), Is("a", Int(1)), Eq("a", Text("true")), Eq("a", Bool(true)),
		Eq(`a = 1 or b`, Int(1)), Or(Eq("a", Int(1)), Eq("b", Int(1))), Eq("", Int(1)), Eq("a", Text("uuid(1)")),
		must(Exists("tickets", All()).Within(singleLeads(), "acme")), must(Exists("tickets", All()).Within(singleLeads(), "globex")),
	} {
		assert.False(t, seen[p.String()], "%s", p)
		seen[p.String()] = true
	}
}

func TestSimplification(t *testing.T) {
	x, y, z := Eq("x", Int(1)), Eq("y", Int(2)), Eq("z", Int(3))
	unknown := Predicate{}
	for _, row := range []struct {
		got    Predicate
		want   string
		reason string
	}{
		{And(), "false", "nothing given is not everything"}, {Or(), "false", "nothing given is nothing"},
		{And([]Predicate{}...), "false", "an empty slice is nothing given"}, {And(All()), "true", "All was said"},
		{And(x), x.String(), "one member"}, {And(All(), x), x.String(), "True is neutral"}, {And(None(), x), "false", "False decides"},
		{Or(None(), x), x.String(), "False is neutral"}, {Or(All(), x), "true", "True decides"}, {And(x, Or(y, All())), x.String(), "inner constants too"},
		{And(unknown, x), "(unknown and x = 1)", "may be False"}, {Or(unknown, x), "(unknown or x = 1)", "may be True"},
		{And(unknown, unknown), "unknown", "once is enough"}, {Not(unknown), "unknown", "unknown stays"}, {And(unknown, None()), "false", "False decides"},
		{And(x, And(y, z)), "(x = 1 and y = 2 and z = 3)", "flat"}, {Or(Or(x, y), Or(x, z)), "(x = 1 or y = 2 or z = 3)", "equal members once"},
		{Not(Not(x)), "x = 1", "double negation"}, {Not(All()), "false", ""}, {Not(None()), "true", ""},
		{And(x, Not(x)), "(x = 1 and not x = 1)", "unknown on NULL, so not a constant"}, {Or(x, Not(x)), "(x = 1 or not x = 1)", "unknown on NULL"},
		{In("x"), "false", "no values"}, {Is("x"), "false", "no values"}, {Eq("x", Null()), "unknown", "a comparison with NULL"},
		{Eq("x", Value{}), "unknown", "absent"}, {In("x", Null(), Int(1)), "(x = 1 or unknown)", "as in SQL"}, {Is("x", Null()), "unknown", "nobody's id"},
		{Compare("x", 0, Int(1)), "unknown", "no such operator"}, {Compare("x", 99, Int(1)), "unknown", ""}, {Compare("x", Lt, Null()), "unknown", ""},
		{Compare("x", Ne, Value{}), "unknown", "absent"}, {Under("x", places), "false", "no roots"}, {IsBlank("x", 0), "x is null", "no kind has no blank"},
		{Predicate{}, "unknown", "the zero value"},
	} {
		assert.Equal(t, row.want, row.got.String(), row.reason)
	}
}

func TestConstants(t *testing.T) {
	for _, row := range []struct {
		p         Predicate
		none, all bool
	}{
		{Predicate{}, true, false}, {None(), true, false}, {All(), false, true}, {Const(Unknown), true, false},
		{And(Predicate{}, IsNull("x")), true, false}, {Not(And(Predicate{}, IsNull("x"))), false, false},
		{Or(Predicate{}, And(Predicate{}, IsNull("x"))), true, false}, {Not(Or(Predicate{}, IsNull("x"))), true, false}, {IsNull("x"), false, false},
	} {
		assert.Equal(t, row.none, row.p.IsNone(), "%s", row.p)
		assert.Equal(t, row.all, row.p.IsAll(), "%s", row.p)
	}
}

func TestSetsOwnTheirValues(t *testing.T) {
	values, roots := []Value{Int(2), Int(1)}, []string{"2", "1"}
	p := And(In("x", values...), Under("y", places, roots...))
	before := p.String()
	values[0], roots[0] = Int(9), "9"
	assert.Equal(t, before, p.String())
	members := []Predicate{IsNull("x"), IsNull("y")}
	q := Or(members...)
	members[0] = All()
	assert.Equal(t, "(x is null or y is null)", q.String())
}

func TestAttrsAndFacts(t *testing.T) {
	open := Exists("tickets", Eq("status", Text("open")))
	p := Or(Eq("stage", Text("a")), And(open, Not(And(open, IsNull("due")))), Exists("twins", All()), Under("team", places, "1"), Compare("amount", Lt, dec("1")))
	assert.Equal(t, []string{"amount", "due", "stage", "team"}, p.Attrs())
	p = must(p.Within(leads, "acme"))
	assert.Equal(t, []string{"account", "amount", "due", "id", "stage", "team", "tenant"}, p.Attrs())
	var texts []string
	for _, f := range p.Facts() {
		texts = append(texts, f.String())
	}
	assert.Equal(t, []string{`has tickets[tenant is "acme"](status = "open")`, `has twins[tenant is "acme"](true)`}, texts)
	assert.Empty(t, Predicate{}.Attrs())
	assert.Empty(t, All().Facts())
}
