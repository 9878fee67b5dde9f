package scope

import (
	"maps"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Substitution must say of the record before a write what the predicate says of it after.
func TestSetIsTheRecordAfterwards(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	w.fill(t, r)
	for range 400 {
		p := must(randomPredicate(r, 3).Within(leads, "acme"))
		set, after := map[string]Value{}, map[string]any{}
		for _, a := range leads.Attrs {
			if a.Name != "account" && a.Name != "id" && r.Intn(3) == 0 {
				x := one(r, map[Kind][]any{KindText: stages, KindInt: teams, KindUUID: uuids, KindBool: truths, KindDecimal: amounts, KindTime: times}[a.Kind])
				set[a.Name], after[a.Name] = must(ValueOf(a.Kind, x)), x
			}
		}
		q := p.Set(set)
		for name := range set {
			assert.NotContains(t, q.Attrs(), name)
		}
		for i, record := range w.records()[:8] {
			lead := maps.Clone(w.leads[i])
			maps.Copy(lead, after)
			written := Record{cols: lead, more: record.more}
			want, err := p.Eval(written)
			require.NoError(t, err)
			got, err := q.Eval(record)
			require.NoError(t, err)
			require.Equal(t, want, got, "seed %d\n%s\n%s", seed, p, q)
		}
	}
}

func TestSetOfEveryVariant(t *testing.T) {
	written := map[string]Value{}
	for _, a := range leads.Attrs {
		written[a.Name] = Null()
	}
	for _, v := range variants() {
		p := must(v.p.Within(leads, "acme"))
		assert.True(t, same(p, p.Set(nil)), v.text)
		assert.True(t, same(p, p.Set(map[string]Value{"other": Int(1)})), v.text)
		_, constant := p.Set(written).Truth()
		assert.True(t, constant, v.text)
	}
}

func TestSetToWhatIsNotKnown(t *testing.T) {
	open := Exists("tickets", All())
	linked := must(open.Within(singleLeads(), "acme"))
	for name, p := range map[string]Predicate{
		"absent value":         IsNull("stage").Set(map[string]Value{"stage": {}}),
		"value of other kind":  Not(Eq("owner", Int(7))).Set(map[string]Value{"owner": Text("7")}),
		"order of other kind":  Compare("owner", Lt, Int(7)).Set(map[string]Value{"owner": Text("7")}),
		"absent place":         Under("team", places, "1").Set(map[string]Value{"team": {}}),
		"the link itself":      linked.Set(map[string]Value{"id": Int(2)}),
		"a link not yet known": open.Set(map[string]Value{"stage": Text("a")}),
	} {
		assert.Equal(t, Predicate{}, p, name)
	}
	assert.True(t, same(linked, linked.Set(map[string]Value{"stage": Text("a")})))
}
