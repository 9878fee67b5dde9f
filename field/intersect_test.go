package field_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The intersection shows and lets write what both show and let write, on every record.
func TestIntersectIsTheLowerOfBoth(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	forms := []field.Form{{}, {Level: field.Masked, Masker: "first3"}, {Level: field.Masked, Masker: "full"}, {Level: field.Read}, {Level: field.Once}, {Level: field.Edit}}
	whens := []scope.Predicate{scope.All(), {}, scope.None(), scope.Eq("owner", scope.Text("ann")), scope.Not(scope.Eq("owner", scope.Text("ann")))}
	maskers := field.NewMaskers()
	random := func() field.Mask {
		var rules []field.Rule
		for range rng.IntN(4) {
			rules = append(rules, field.Rule{Role: "r", Field: []string{"phone", "*"}[rng.IntN(2)], When: whens[rng.IntN(len(whens))], Form: forms[rng.IntN(len(forms))]})
		}
		m, err := field.NewMask([]string{"owner", "phone"}, rules, maskers)
		require.NoError(t, err)
		return m
	}
	levels := func(m field.Mask, r scope.Record) field.Levels {
		l, err := m.For(r)
		require.NoError(t, err)
		return l
	}
	for range 2000 {
		a, b, c := random(), random(), random()
		both := field.Intersect(field.Intersect(a, b), c)
		for _, owner := range []any{"ann", "bob", nil} {
			r := scope.FromMap(map[string]any{"owner": owner, "phone": "1"})
			for _, f := range []string{"owner", "phone"} {
				want := min(levels(a, r).Of(f).Level, levels(b, r).Of(f).Level, levels(c, r).Of(f).Level)
				assert.Equal(t, want, levels(both, r).Of(f).Level)
			}
		}
		for _, f := range []string{"owner", "phone"} {
			assert.Equal(t, a.Clear(f, nil) && b.Clear(f, nil) && c.Clear(f, nil), both.Clear(f, nil))
		}
	}
	assert.Equal(t, field.Mask{}, field.Intersect(random(), field.Mask{}), "a zero mask hides everything")
}
