package scope

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whole is a record of the specimen's, with everything it leaves open drawn at random.
func (x Specimen) whole(r *rand.Rand, ps ...Predicate) Record {
	row := map[string]any{}
	for _, a := range leads.Attrs {
		row[a.Name] = must(ValueOf(a.Kind, nil)).Any()
		if v, fixed := x.Values[a.Name]; fixed {
			row[a.Name] = v.Any()
		}
	}
	out := FromMap(row)
	for _, p := range ps {
		for _, f := range p.Facts() {
			out = out.WithFact(f, Truth(r.Intn(3)-1))
		}
	}
	for _, f := range x.Facts {
		out = out.WithFact(f.Exists, f.Answer)
	}
	return out
}

// Where Apart finds a record, it is one; where it says that there is none, no random record is one.
func TestApartAgainstRandomRecords(t *testing.T) {
	seed := rand.Int63()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	answers := map[Truth]int{}
	for range 12 {
		w.fill(t, r)
		records := w.records()
		for range 300 {
			p, q := must(randomPredicate(r, 3).Within(leads, "acme")), must(randomPredicate(r, 3).Within(leads, "acme"))
			if r.Intn(3) == 0 {
				q = Or(q, p)
			}
			x, found := Apart(p, q, leads)
			answers[found]++
			switch found {
			case True:
				one := x.whole(r, p, q)
				require.True(t, must(p.Match(one)), "%s\n%s\n%+v", p, q, x)
				require.False(t, must(q.Match(one)), "%s\n%s\n%+v", p, q, x)
			case False:
				for _, one := range records {
					require.False(t, must(p.Match(one)) && !must(q.Match(one)), "%s\n%s\n%v", p, q, one.cols)
				}
			}
		}
	}
	t.Log(answers)
	require.Greater(t, answers[True], 1000)
	require.Greater(t, answers[False], 500)
	require.Less(t, answers[Unknown], 600)
}

func TestApart(t *testing.T) {
	is := func(stage string) Predicate { return Eq("stage", Text(stage)) }
	for name, c := range map[string]struct {
		p, q Predicate
		want Truth
		why  string
	}{
		"the same in other words":      {And(is("a"), Or(is("b"), IsNull("team"))), Or(And(IsNull("team"), is("a")), And(is("a"), is("b"))), False, "distributed"},
		"a value twice":                {is("a"), In("stage", Text("a"), Text("b")), False, "one of the two"},
		"more values":                  {In("stage", Text("a"), Text("b")), is("a"), True, "b"},
		"not a value":                  {Not(is("a")), is("b"), True, "c, but not NULL"},
		"all but NULL":                 {All(), Or(is("a"), Not(is("a"))), True, "NULL is neither"},
		"NULL and its negation":        {All(), Or(IsNull("stage"), Not(IsNull("stage"))), False, "IsNull is never unknown"},
		"two at once":                  {And(is("a"), is("b")), None(), False, "a stage is one value"},
		"ownership is never unknown":   {Not(Is("owner", Int(7))), Not(Eq("owner", Int(7))), True, "NULL is not mine, but not known not to be 7"},
		"nothing between two integers": {And(Compare("owner", Gt, Int(7)), Compare("owner", Lt, Int(8))), None(), False, "7 and 8 are neighbours"},
		"something between decimals":   {And(Compare("amount", Gt, dec("7")), Compare("amount", Lt, dec("7.01"))), None(), True, "7.005"},
		"nothing between two texts":    {And(Compare("stage", Gt, Text("a")), Compare("stage", Lt, Text("a\x00"))), None(), False, "neighbours"},
		"below the least text":         {Compare("stage", Lt, Text("")), None(), False, "there is none"},
		"below the least integer":      {Compare("owner", Lt, Int(-1<<63)), None(), False, "there is none"},
		"no third truth":               {And(Not(Eq("closed", Bool(true))), Not(Eq("closed", Bool(false)))), None(), False, "true or false"},
		"a subtree":                    {Under("team", places, "11"), Under("team", places, "1"), False, "below it"},
		"the tree above":               {Under("team", places, "1"), Under("team", places, "11"), True, "1 itself, or 12"},
		"a node and those below":       {Under("team", places, "11"), In("team", Int(11), Int(111)), False, "that is all there is"},
		"a leaf less":                  {Under("team", places, "11"), Eq("team", Int(11)), True, "111"},
		"a node nobody knows":          {Under("team", places, "99"), None(), False, "the tree does not know it"},
		"related rows":                 {Exists("tickets", All()), None(), True, "a ticket"},
		"rows that cannot be":          {Exists("tickets", And(Eq("status", Text("a")), Eq("status", Text("b")))), None(), Unknown, "no row has two states"},
		"two tests of one relation":    {Exists("tickets", Eq("status", Text("a"))), Exists("tickets", All()), Unknown, "the one implies the other, which is not looked at"},
		"unknown selects nothing":      {Predicate{}, None(), False, "the zero predicate"},
		"nor does its negation":        {Not(Predicate{}), None(), False, "the zero predicate"},
		"an attribute it has not":      {Eq("colour", Text("red")), None(), Unknown, "it does not fit the type"},
		"values of two kinds":          {Eq("owner", Text("7")), None(), Unknown, "it does not fit the type"},
		"uuids in order":               {And(Compare("creator", Gt, uuid(uuidA)), Compare("creator", Lt, uuid(uuidB))), None(), Unknown, "not looked for"},
	} {
		x, got := Apart(c.p, c.q, leads)
		assert.Equal(t, c.want, got, "%s: %s: %+v", name, c.why, x)
	}
}

// A pair of records is one with the attributes of both.
func TestApartOfTwoRecords(t *testing.T) {
	two := *leads
	for _, a := range leads.Attrs {
		two.Attrs = append(two.Attrs, Attr{Name: "new." + a.Name, Kind: a.Kind})
	}
	for _, r := range leads.Relations {
		r.Name, r.Local = "new."+r.Name, "new."+r.Local
		two.Relations = append(two.Relations, r)
	}
	next := func(p Predicate) Predicate { return p.Renamed(func(s string) string { return "new." + s }) }
	for _, v := range variants() {
		p := must(v.p.Within(leads, "acme"))
		assert.NoError(t, next(p).Check(&two), v.text)
		_, one := Apart(p, None(), leads)
		_, other := Apart(next(p), None(), &two)
		assert.Equal(t, one, other, v.text)
	}
	x, found := Apart(And(Eq("owner", Int(7)), next(Eq("owner", Int(8)))), None(), &two)
	require.Equal(t, True, found)
	assert.Equal(t, map[string]Value{"owner": Int(7), "new.owner": Int(8)}, x.Values)
	_, found = Apart(Eq("owner", Int(7)), next(Eq("owner", Int(7))), &two)
	assert.Equal(t, True, found, "the one says nothing of the other")
}

// Nine pigeons, eight holes: it takes long to see that there is no way.
func TestApartEndsWhenItIsTooLong(t *testing.T) {
	lofts := Schema{Type: "loft"}
	var all []Predicate
	const holes = 8
	for i := range holes + 1 {
		name := string(rune('a' + i))
		lofts.Attrs = append(lofts.Attrs, Attr{Name: name, Kind: KindInt})
		all = append(all, And(Compare(name, Ge, Int(1)), Compare(name, Le, Int(holes))))
		for j := range i {
			for hole := range int64(holes) {
				all = append(all, Not(And(Eq(name, Int(hole+1)), Eq(string(rune('a'+j)), Int(hole+1)))))
			}
		}
	}
	_, got := Apart(And(all...), None(), &lofts)
	assert.Equal(t, Unknown, got)
}
