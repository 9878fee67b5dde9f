package scope

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A detached record answers as the record did, whatever becomes of that one.
func TestDetachedAnswersAsTheRecordDid(t *testing.T) {
	seed := rand.Int63()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	w.fill(t, r)
	for _, one := range w.records() {
		fact := must(Exists("tickets", Eq("status", Text("a"))).Within(leads, "acme")).Facts()[0]
		one = one.WithFact(fact, Truth(r.Intn(3)-1))
		kept := one.Detached(leads, nil)
		var ps []Predicate
		var want []Truth
		for range 50 {
			p := must(randomPredicate(r, 2).Within(leads, "acme"))
			ps, want = append(ps, p, fact), append(want, must(p.Eval(one)), must(fact.Eval(one)))
		}
		for name := range one.cols {
			one.cols[name] = "spoilt"
		}
		for i, p := range ps {
			require.Equal(t, want[i], must(p.Eval(kept)), "%s", p)
		}
	}
}

func TestDetachedOfNothing(t *testing.T) {
	assert.True(t, Record{}.Detached(leads, nil).IsZero())
	_, err := Of[struct{}](nil).Detached(leads, nil).Value("owner", KindInt)
	assert.ErrorIs(t, err, errNoRecord)
	_, err = FromMap(map[string]any{"owner": "seven"}).Detached(leads, nil).Value("owner", KindInt)
	var missing *MissingError
	assert.ErrorAs(t, err, &missing, "what is no value of its kind")
	one := "7"
	type lead struct{ Deputy *string }
	kept := Of(&lead{&one}).Detached(leads, nil)
	one = "8"
	v, err := kept.Value("deputy", KindText)
	require.NoError(t, err)
	assert.Equal(t, Text("7"), v)
	marked := FromMap(map[string]any{"deputy": "7"}).Detached(leads, map[string]any{"deputy": "8", "photo": 1})
	assert.Equal(t, []string{"deputy", "photo"}, marked.Names())
}
