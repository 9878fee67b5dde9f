package scope

import (
	"math/rand"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// randomSubject draws ids that convert, that do not, and that are nobody's.
func randomSubject(r *rand.Rand) Subject {
	pick := func(from ...string) string { return from[r.Intn(len(from))] }
	sub := Subject{ID: pick("7", "8", "07", "0", "", "a", uuidA), Tenant: "acme"}
	for range r.Intn(3) {
		sub.Teams = append(sub.Teams, pick("1", "11", "2", "99", "0", "", "a", "012"))
		sub.Regions = append(sub.Regions, pick("1", "11", "2", "99", "0", "", "a"))
	}
	if r.Intn(4) > 0 {
		sub.TeamTree, sub.RegionTree = places, places
	}
	if r.Intn(4) > 0 {
		sub.Reporting = bosses
	}
	return sub
}

func TestScopesWiden(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	for range 60 {
		w.fill(t, r)
		sub := randomSubject(r)
		held := map[string][]int{}
		for name, scope := range Stock() {
			require.NoError(t, scope.Check(leads))
			p := must(scope.Resolve(sub, leads).Within(leads, sub.Tenant))
			held[name] = w.inGo(t, p)
			require.Equal(t, held[name], w.inSQL(t, p), "seed %d: %s", seed, p)
			require.Equal(t, w.inGo(t, Not(p)), w.inSQL(t, Not(p)), "seed %d: not %s", seed, p)
		}
		for _, chain := range [][]string{{"own", "team", "region", "global"}, {"own", "team", "team_tree", "global"}, {"unowned", "global"}, {"created", "global"}, {"reports", "global"}, {"global", "always"}} {
			for i := range len(chain) - 1 {
				for _, id := range held[chain[i]] {
					require.Contains(t, held[chain[i+1]], id, "seed %d: %s ⊆ %s", seed, chain[i], chain[i+1])
				}
			}
		}
		for _, id := range held["own"] {
			assert.NotContains(t, held["unowned"], id)
		}
	}
}

// A second reading of what the stock scopes mean, over the rows as they are.
func TestStockScopesMeanWhatTheySay(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	w := sqlite(t)
	for range 60 {
		w.fill(t, r)
		sub := randomSubject(r)
		w.leads = slices.DeleteFunc(w.leads, func(l map[string]any) bool { return l["tenant"] != "acme" })
		number := func(text string) any {
			n, _ := strconv.Atoi(text)
			if n == 0 || strconv.Itoa(n) != text {
				return "nobody"
			}
			return n
		}
		in := func(x any, texts []string, as func(string) any) bool {
			return slices.ContainsFunc(texts, func(t string) bool { return x == as(t) })
		}
		below := func(id string, roots []string, tree Tree) bool {
			return tree != nil && slices.ContainsFunc(roots, func(root string) bool { return slices.Contains(tree.Subtree(root), id) })
		}
		teamID := func(l map[string]any) string {
			if n, ok := l["team"].(int); ok && n != 0 {
				return strconv.Itoa(n)
			}
			return ""
		}
		own := func(l map[string]any) bool {
			return l["owner"] == number(sub.ID) || sub.ID != "" && l["deputy"] == sub.ID
		}
		team := func(l map[string]any) bool { return own(l) || in(l["team"], sub.Teams, number) }
		region, _ := map[string]any{}["none"].(string)
		meaning := map[string]func(l map[string]any) bool{
			"own": own, "team": team,
			"team_tree": func(l map[string]any) bool { return team(l) || below(teamID(l), sub.Teams, sub.TeamTree) },
			"region": func(l map[string]any) bool {
				region, _ = l["region"].(string)
				return team(l) || below(region, sub.Regions, sub.RegionTree)
			},
			"global": func(map[string]any) bool { return true }, "always": func(map[string]any) bool { return true },
			"unowned": func(l map[string]any) bool {
				return (l["owner"] == nil || l["owner"] == 0) && (l["deputy"] == nil || l["deputy"] == "")
			},
			"reports": func(l map[string]any) bool { return sub.Reporting != nil && isLedBy(sub.ID, l, AllLevels) },
			"created": func(l map[string]any) bool { return sub.ID == uuidA && l["creator"] == uuidA },
		}
		for name, scope := range Stock() {
			want := []int{}
			for _, l := range w.leads {
				if meaning[name](l) {
					want = append(want, l["id"].(int))
				}
			}
			assert.Equal(t, want, w.inGo(t, scope.Resolve(sub, leads)), "seed %d: %s of %+v", seed, name, sub)
		}
	}
}

func TestNobodyOwnsAnUnownedRecord(t *testing.T) {
	r := FromMap(map[string]any{"owner": nil, "deputy": ""})
	for _, id := range []string{"", "0", "7", "null"} {
		answer, err := Own().Resolve(Subject{ID: id}, leads).Eval(r)
		assert.NoError(t, err)
		assert.Equal(t, False, answer, "%q: False, so that its negation holds", id)
	}
}

func TestASubjectOfNothing(t *testing.T) {
	for name, want := range map[string]string{
		"own": "false", "team": "false", "team_tree": "false", "region": "false", "created": "false", "global": "true", "always": "true",
	} {
		assert.Equal(t, want, Stock()[name].Resolve(Subject{}, leads).String(), name)
	}
}

func TestScopesNeedTheirAttributes(t *testing.T) {
	type lacks map[string]string // scope → what its error names
	for _, row := range []struct {
		spoil func(*Schema)
		lacks lacks
	}{
		{func(*Schema) {}, lacks{}},
		{func(s *Schema) { s.Owner = nil }, lacks{"own": "Owner", "team": "Owner", "team_tree": "Owner", "region": "Owner", "unowned": "Owner", "reports": "Owner"}},
		{func(s *Schema) { s.Owner = []string{"owner", "gone"} }, lacks{"own": "Owner", "team": "Owner", "team_tree": "Owner", "region": "Owner", "unowned": "Owner", "reports": "Owner"}},
		{func(s *Schema) { s.Team = "" }, lacks{"team": "Team", "team_tree": "Team", "region": "Team"}},
		{func(s *Schema) { s.Region = "" }, lacks{"region": "Region"}},
		{func(s *Schema) { s.Creator = "gone" }, lacks{"created": "Creator"}},
	} {
		s := *leads
		row.spoil(&s)
		for name, scope := range Stock() {
			err := scope.Check(&s)
			if what, ok := row.lacks[name]; ok {
				assert.ErrorContains(t, err, what, name)
				assert.ErrorContains(t, err, `"lead"`)
			} else {
				assert.NoError(t, err, name)
			}
		}
	}
	for name, scope := range Stock() {
		assert.Error(t, scope.Check(nil), name)
		bare := scope.Resolve(Subject{ID: "7", Teams: []string{"1"}}, &Schema{Type: "bare"})
		if name != "global" && name != "always" {
			assert.True(t, bare.IsNone(), "%s: a forgotten Check opens nothing", name)
		}
	}
}

func TestStockIsTheCallersOwn(t *testing.T) {
	delete(Stock(), "own")
	Stock()["own"] = Global()
	assert.Equal(t, "false", Stock()["own"].Resolve(Subject{}, leads).String())
}
