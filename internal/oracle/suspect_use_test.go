package oracle

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Cases that went wrong once go well now.
func TestKeptCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.csv")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		s, err := parse(string(text))
		require.NoError(t, err, name)
		assert.Equal(t, string(text), s.String(), "%s: what is printed is what is read", name)
		assert.NoError(t, s.differs(plain), name)
	}
}

// A judge who overlooks denies disagrees with everybody, and the case is a handful of rows.
func TestAFailingCaseIsMadeSmall(t *testing.T) {
	lenient := func(rows access.Rows, o organisation) model {
		rows.Rules = slices.DeleteFunc(slices.Clone(rows.Rules), func(r access.Rule) bool { return r.Effect == access.Deny })
		return model{rows: rows, org: o}
	}
	wrong := func(s suspect) error { return s.differs(lenient) }
	found := 0
	for seed := uint64(1); found < 3; seed++ {
		w := newWorld(seed)
		for _, q := range w.asks(20) {
			s := suspect{Rows: joined(w.rows[q.Tenant], w.rows[access.Shared]), Org: w.orgs[q.Tenant], Question: q}
			if wrong(s) == nil {
				continue
			}
			small := s.shrunk(wrong)
			assert.Error(t, wrong(small))
			assert.Less(t, small.Rows.Len(), 15, "of %d rows there are left\n%s", s.Rows.Len(), small)
			again, err := parse(small.String())
			require.NoError(t, err)
			assert.Error(t, wrong(again), "the printed case fails as well")
			found++
			break
		}
	}
}

// A change that the answer rests on stays in the case.
func TestAChangeIsPartOfTheCase(t *testing.T) {
	deny := access.Rule{Role: "a", Tenant: "acme", Type: "deal", Action: "view", When: "always", Effect: access.Deny}
	s := suspect{
		Rows: access.Rows{
			Rules: []access.Rule{{Role: "admin", Tenant: "acme", Type: access.PolicyType, Action: "administer", When: "always", Effect: access.Allow},
				{Role: "a", Tenant: "acme", Type: "deal", Action: "view", When: "always", Effect: access.Allow}},
			Assignments: []access.Assignment{{Subject: root, Role: "admin", Tenant: "acme"}, {Subject: "ann", Role: "a", Tenant: "acme"}},
		},
		Org:      organisation{Unlisted: true},
		Changes:  []access.Change{{Tenant: "acme", Add: access.Rows{Rules: []access.Rule{deny}}}},
		Question: question{Tenant: "acme", Subject: "ann", Action: "view", Type: "deal", Old: &record{ID: 1, Tenant: "acme", Owners: []string{"", ""}}},
	}
	s.Question.Env.Time = newWorld(1).now
	assert.NoError(t, s.differs(plain))
	wrong := func(s suspect) error {
		return s.differs(func(rows access.Rows, o organisation) model {
			rows.Rules = slices.DeleteFunc(slices.Clone(rows.Rules), func(r access.Rule) bool { return r == deny })
			return model{rows: rows, org: o}
		})
	}
	small := s.shrunk(wrong)
	assert.Error(t, wrong(small))
	assert.Len(t, small.Changes, 1)
}
