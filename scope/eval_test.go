package scope

import (
	"errors"
	"math/rand"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each combinator against Kleene's tables over its members' answers, whatever was simplified.
func TestCombinatorsKeepTheirMembersAnswers(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	w.fill(t, r)
	records := w.records()
	eval := func(p Predicate, record Record) Truth {
		answer, err := must(p.Within(leads, "acme")).Eval(record)
		require.NoError(t, err)
		return answer
	}
	for range 300 {
		p, q, s := randomPredicate(r, 2), randomPredicate(r, 2), randomPredicate(r, 1)
		for _, record := range records[:10] {
			if record.cols["tenant"] != "acme" {
				continue
			}
			x, y, z := eval(p, record), eval(q, record), eval(s, record)
			assert.Equal(t, x.And(y).And(z), eval(And(p, q, s), record), "seed %d", seed)
			assert.Equal(t, x.Or(y).Or(z), eval(Or(p, q, s), record), "seed %d", seed)
			assert.Equal(t, x.Not(), eval(Not(p), record), "seed %d", seed)
			assert.Equal(t, x, eval(Not(Not(p)), record), "seed %d", seed)
			if p.IsNone() {
				assert.NotEqual(t, True, x, "seed %d: %s", seed, p)
			}
			if Not(p).IsNone() {
				assert.NotEqual(t, False, x, "seed %d: %s", seed, p)
			}
		}
	}
}

func TestEveryVariantOnNothing(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.text, func(t *testing.T) {
			_, constant := v.p.Truth()
			for _, r := range []Record{{}, FromMap(map[string]any{}), FromMap(nil), OfAny(nil), OfAny(7), Of[lead](nil)} {
				answer, err := must(v.p.Within(singleLeads(), "acme")).Eval(r)
				if constant {
					assert.NoError(t, err)
					continue
				}
				assert.Error(t, err)
				assert.Equal(t, Unknown, answer)
				ok, err := v.p.Match(r)
				assert.Error(t, err)
				assert.False(t, ok)
			}
		})
	}
}

// singleLeads is leads without a tenant of its own.
func singleLeads() *Schema {
	s := *leads
	s.Tenant, s.SingleTenant = "", true
	return &s
}

func TestMissingIsAnErrorThatNamesIt(t *testing.T) {
	var missing *MissingError
	_, err := Eq("owner", Int(7)).Eval(FromMap(map[string]any{"team": 7}))
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, MissingError{Attr: "owner", Shape: "map"}, *missing)

	p := must(Exists("tickets", All()).Within(leads, "acme"))
	_, err = p.Eval(FromMap(map[string]any{"tenant": "acme", "id": 1}))
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "tickets", missing.Relation)
	assert.ErrorContains(t, err, "Record.With")

	row := FromMap(map[string]any{"tenant": "acme"})
	_, err = must(Exists("tickets", Eq("status", Text("open"))).Within(leads, "acme")).Eval(
		FromMap(map[string]any{"tenant": "acme", "id": 1}).With("tickets", row))
	assert.ErrorAs(t, err, &missing)
	assert.Equal(t, "status", missing.Attr)
}

func TestWhatIsNotReadMayBeMissing(t *testing.T) {
	r := FromMap(map[string]any{"owner": 7})
	for _, p := range []Predicate{Or(Eq("owner", Int(7)), Eq("gone", Int(1))), Not(And(Eq("owner", Int(8)), Eq("gone", Int(1))))} {
		ok, err := p.Match(r)
		assert.NoError(t, err)
		assert.True(t, ok)
	}
}

func TestValuesThatDoNotFitAreErrors(t *testing.T) {
	for _, p := range []Predicate{
		Eq("owner", Text("7")), Compare("owner", Lt, Text("7")), In("owner", Int(7), Text("7")), Is("owner", Text("7"), Int(7)), Under("closed", places, "1"),
	} {
		answer, err := p.Eval(FromMap(map[string]any{"owner": 7, "closed": true}))
		assert.Error(t, err, "%s", p)
		assert.Equal(t, Unknown, answer)
		_, err = p.Within(leads, "acme")
		assert.Error(t, err, "%s", p)
		_, _, err = p.SQL(leads, SQLite, "")
		assert.Error(t, err, "%s", p)
	}
	_, err := IsNull("x").Eval(FromMap(map[string]any{"x": failing{}}))
	assert.Error(t, err)
}

func TestNobodysPlaceIsUnderNothing(t *testing.T) {
	for _, x := range []any{0, "", "99", "  "} {
		answer, err := Under("place", places, "2", "0").Eval(FromMap(map[string]any{"place": x}))
		assert.NoError(t, err)
		assert.Equal(t, False, answer, "%q", x)
	}
	answer, err := Under("place", places, "2").Eval(FromMap(map[string]any{"place": nil}))
	assert.NoError(t, err)
	assert.Equal(t, Unknown, answer)
	assert.Equal(t, Predicate{}, Under("place", nil, "1"), "without a tree nothing is known")
	assert.Equal(t, None(), Under("place", nil))
}

func TestFactsGoBeforeRows(t *testing.T) {
	open := must(Exists("tickets", Eq("status", Text("open"))).Within(singleLeads(), "acme"))
	other := must(Exists("tickets", All()).Within(singleLeads(), "acme"))
	r := FromMap(map[string]any{"id": 1}).With("tickets")
	for _, want := range []Truth{True, Unknown, False} {
		answer, err := open.Eval(r.WithFact(open, want))
		assert.NoError(t, err)
		assert.Equal(t, want, answer)
		answer, err = other.Eval(r.WithFact(open, want))
		assert.NoError(t, err)
		assert.Equal(t, False, answer, "the answer to another question")
	}
	answer, _ := open.Eval(FromMap(map[string]any{"id": 1}).WithFact(Predicate{}, True).With("tickets"))
	assert.Equal(t, False, answer)
	foreign := must(Exists("tickets", Eq("status", Text("open"))).Within(singleLeads(), "globex"))
	answer, _ = open.Eval(r.WithFact(foreign, True))
	assert.Equal(t, False, answer, "an answer found in another tenant")
}

func TestFactsOfDifferentTreesStayApart(t *testing.T) {
	a, b := mustTree(), mustTree()
	in := func(tree Tree) Predicate {
		return must(Exists("tickets", Under("region", tree, "1")).Within(singleLeads(), "acme"))
	}
	assert.Len(t, And(in(a), in(b), Not(in(a))).Facts(), 2)
	answer, _ := in(b).Eval(FromMap(map[string]any{"id": 1}).With("tickets").WithFact(in(a), True))
	assert.Equal(t, False, answer)
	type loose struct {
		Tree
		_ []int
	}
	assert.NotPanics(t, func() { Or(Under("region", loose{Tree: a}, "1"), Under("region", loose{Tree: a}, "1")) })
}

func TestExistsAsksForCompletion(t *testing.T) {
	p := Exists("tickets", All())
	_, err := p.Eval(FromMap(map[string]any{"id": 1}).With("tickets"))
	assert.ErrorContains(t, err, "Within")
	_, _, err = p.SQL(leads, SQLite, "")
	assert.ErrorContains(t, err, "Within")
}

func TestEvalAllocatesNothing(t *testing.T) {
	l := &lead{ID: 1, TenantID: "acme", OwnerID: 7, Due: noon}
	p := And(Is("tenant", Text("acme")), Or(Is("owner_id", Int(7), Int(8)), IsNull("deputy")), Compare("due", Le, Time(noon)), Not(Eq("deputy", Text("x"))))
	l.Deputy = new(string)
	var ok bool
	var err error
	allocs := testing.AllocsPerRun(100, func() { ok, err = p.Match(Of(l)) })
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Zero(t, allocs)
}

func TestEvalIsSafeForConcurrentUse(t *testing.T) {
	w := sqlite(t)
	w.fill(t, rand.New(rand.NewSource(1)))
	records := w.records()
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for _, v := range variants() {
				p := must(v.p.Within(leads, "acme"))
				for _, r := range records {
					if _, err := p.Match(r); err != nil && !errors.Is(err, errNoRecord) {
						t.Error(err)
					}
				}
			}
		}()
	}
	group.Wait()
}
