package field_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every record is in exactly one case of each field, and that case has the form the mask gives the record.
func TestEveryRecordIsInOneCase(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	fields := []string{"name", "phone"}
	maskers := stockMaskers(t)
	for range 3000 {
		one, err := field.NewMask(fields, randomRules(rnd, fields), maskers)
		require.NoError(t, err)
		other, err := field.NewMask(fields, randomRules(rnd, fields), maskers)
		require.NoError(t, err)
		for _, m := range []field.Mask{one, field.Intersect(one, other)} {
			for _, owner := range []any{"alice", "bob", nil} {
				for _, team := range []any{7, 8, nil} {
					r := scope.FromMap(map[string]any{"owner_id": owner, "team_id": team})
					l, err := m.For(r)
					require.NoError(t, err)
					for _, f := range fields {
						cases, ok := m.Cases(f)
						require.True(t, ok)
						var in []field.Form
						for _, c := range cases {
							yes, err := c.If.Match(r)
							require.NoError(t, err)
							no, err := c.Unless.Match(r)
							require.NoError(t, err)
							if yes && !no {
								in = append(in, c.Form)
							}
						}
						require.Equal(t, []field.Form{l.Of(f)}, in)
						for _, least := range []field.Level{field.Masked, field.Read, field.Once, field.Edit} {
							at, err := m.AtLeast(least, f).Match(r)
							require.NoError(t, err)
							require.Equal(t, l.Of(f).Level >= least, at)
						}
					}
				}
			}
		}
	}
}

func TestNoCasesWhereNothingCanBeTold(t *testing.T) {
	_, ok := field.Mask{}.Cases("phone")
	assert.False(t, ok, "the zero mask has no fields")
	m := newMask(t, []string{"phone"})
	_, ok = m.Cases("fax")
	assert.False(t, ok, "no such field")
	maskers := field.NewMaskers()
	var rules []field.Rule
	for _, name := range []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7"} {
		require.NoError(t, maskers.Register(name, func(dst []byte, _ string) []byte { return dst }))
		rules = append(rules, field.Rule{Role: "r", Field: "phone", When: mine, Form: masker(name)})
	}
	m, err := field.NewMask([]string{"phone"}, rules, maskers)
	require.NoError(t, err)
	_, ok = m.Cases("phone")
	assert.False(t, ok, "too many maskers")
}
