package field_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

var (
	mine    = scope.Is("owner_id", scope.Text("alice"))
	inTeam  = scope.Eq("team_id", scope.Int(7))
	unknown = scope.Predicate{}
	always  = scope.All()
	never   = scope.None()

	hide  = field.Form{}
	read  = field.Form{Level: field.Read}
	once  = field.Form{Level: field.Once}
	edit  = field.Form{Level: field.Edit}
	phone = field.Form{Level: field.Masked, Masker: "phone"}
)

func masker(name string) field.Form { return field.Form{Level: field.Masked, Masker: name} }

// stockMaskers has one chain beside the stock order.
func stockMaskers(t testing.TB) *field.Maskers {
	m := field.NewMaskers()
	require.NoError(t, m.Order("last4", "first3", "phone"))
	return m
}

func newMask(t testing.TB, fields []string, rules ...field.Rule) field.Mask {
	m, err := field.NewMask(fields, rules, stockMaskers(t))
	require.NoError(t, err)
	return m
}

func TestMergeOfOneField(t *testing.T) {
	record := scope.FromMap(map[string]any{"owner_id": "alice", "team_id": nil}) // mine: true, inTeam: unknown
	notMine := scope.Not(mine)
	for _, c := range []struct {
		name   string
		rules  []field.Rule
		want   field.Form
		reason string
	}{
		{"no_rule", nil, hide, "silence shows nothing"},
		{"star", []field.Rule{{"a", "*", always, read}}, read, "* is every field"},
		{"own_rule_displaces_star", []field.Rule{{"a", "*", always, edit}, {"a", "phone", always, read}}, read, "within a role the named rule stands alone"},
		{"own_rule_displaces_star_when_false", []field.Rule{{"a", "*", always, edit}, {"a", "phone", notMine, read}}, hide, "even if it does not hold"},
		{"own_rule_displaces_star_when_never", []field.Rule{{"a", "*", always, edit}, {"a", "phone", never, read}}, hide, "even if it never holds"},
		{"own_rule_displaces_star_hide", []field.Rule{{"a", "*", always, hide}, {"a", "phone", always, read}}, read, "and the hide under * with it"},
		{"star_of_another_role", []field.Rule{{"a", "*", always, edit}, {"b", "phone", always, read}}, edit, "roles add up"},
		{"star_hide_of_another_role", []field.Rule{{"a", "*", always, hide}, {"b", "phone", always, edit}}, hide, "a hide covers all roles"},
		{"hide_wins", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", always, hide}}, hide, "over every level"},
		{"hide_unknown", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", inTeam, hide}}, hide, "unknown hides"},
		{"hide_unknown_constant", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", unknown, hide}}, hide, "unknown hides"},
		{"hide_false", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", notMine, hide}}, edit, "a hide that does not hold"},
		{"level_unknown", []field.Rule{{"a", "phone", inTeam, edit}}, hide, "unknown shows nothing"},
		{"level_unknown_constant", []field.Rule{{"a", "phone", unknown, edit}}, hide, "unknown shows nothing"},
		{"highest", []field.Rule{{"a", "phone", mine, once}, {"a", "phone", always, phone}, {"b", "phone", always, read}}, once, "the highest that holds"},
		{"read_over_mask", []field.Rule{{"a", "phone", always, phone}, {"b", "phone", mine, read}}, read, "clear is higher than masked"},
		{"maskers_ordered", []field.Rule{{"a", "phone", always, phone}, {"b", "phone", always, masker("last4")}}, masker("last4"), "the one that shows less"},
		{"maskers_unordered", []field.Rule{{"a", "phone", always, phone}, {"b", "phone", always, masker("name")}}, masker("full"), "cannot be compared"},
		{"masker_unknown_when", []field.Rule{{"a", "phone", always, phone}, {"b", "phone", inTeam, masker("full")}}, phone, "a rule that does not hold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMask(t, []string{"id", "phone"}, c.rules...)
			l, err := m.For(record)
			require.NoError(t, err)
			assert.Equal(t, c.want, l.Of("phone"), c.reason)
		})
	}
}

func TestMaskRefusesWhatItDoesNotKnow(t *testing.T) {
	fields := []string{"id", "phone"}
	for name, rule := range map[string]field.Rule{
		"field":           {"a", "fone", always, read},
		"blank field":     {"a", "", always, read},
		"masker":          {"a", "phone", always, masker("nosuch")},
		"no masker":       {"a", "phone", always, masker("")},
		"level":           {"a", "phone", always, field.Form{Level: 9}},
		"level of a star": {"a", "*", always, field.Form{Level: 9}},
		"masker of read":  {"a", "phone", always, field.Form{Level: field.Read, Masker: "phone"}},
	} {
		m, err := field.NewMask(fields, []field.Rule{rule}, field.NewMaskers())
		assert.Error(t, err, name)
		assert.Zero(t, m, name)
	}
	for _, fields := range [][]string{{"id", "id"}, {""}, {"*"}} {
		_, err := field.NewMask(fields, nil, nil)
		assert.Error(t, err, "%q", fields)
	}
	_, err := field.NewMask(fields, []field.Rule{{"a", "phone", always, phone}}, nil)
	assert.Error(t, err, "no maskers at all")
}

func TestZeroMaskAndZeroLevels(t *testing.T) {
	var m field.Mask
	l, err := m.For(scope.Record{})
	require.NoError(t, err)
	for _, l := range []field.Levels{l, {}, m.Without()} {
		assert.Equal(t, hide, l.Of("phone"))
		assert.Empty(t, l.Visible())
		assert.Empty(t, l.Writable())
		assert.Empty(t, l.WritableOnCreate())
	}
	assert.Empty(t, m.Fields())
	assert.Empty(t, m.Attrs())
	assert.False(t, m.Clear("phone", func(scope.Predicate) bool { return true }))
}

func TestForNeedsTheAttributesItReads(t *testing.T) {
	m := newMask(t, []string{"id", "phone"}, field.Rule{"a", "*", mine, edit}, field.Rule{"b", "*", inTeam, read})
	assert.Equal(t, []string{"owner_id", "team_id"}, m.Attrs())
	l, err := m.For(scope.FromMap(map[string]any{"owner_id": "alice"}))
	var missing *scope.MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "team_id", missing.Attr)
	assert.Equal(t, hide, l.Of("phone"), "with an error nothing is shown")
	_, err = m.For(scope.Record{})
	assert.Error(t, err)

	fields := m.Fields()
	fields[0], m.Attrs()[0] = "changed", "changed"
	assert.Equal(t, []string{"id", "phone"}, m.Fields(), "what is handed out is a copy")
	assert.Equal(t, []string{"owner_id", "team_id"}, m.Attrs())
	assert.Equal(t, hide, l.Of("nosuch"))
}

func TestLevelsList(t *testing.T) {
	l := newMask(t, []string{"z", "name", "phone", "grade", "note"},
		field.Rule{"a", "name", always, edit}, field.Rule{"a", "phone", always, phone},
		field.Rule{"a", "grade", always, once}, field.Rule{"a", "note", always, read}).Without()
	assert.Equal(t, []string{"name", "phone", "grade", "note"}, l.Visible())
	assert.Equal(t, []string{"name"}, l.Writable())
	assert.Equal(t, []string{"name", "grade"}, l.WritableOnCreate())
}

// treeOf knows one node below another.
type treeOf struct{ node, root string }

func (t treeOf) Under(node, root string) bool {
	return node == root || node == t.node && root == t.root
}
func (t treeOf) Subtree(root string) []string { return []string{root} }
func (t treeOf) Has(string) bool              { return true }

func TestPredicatesOfOneTextStayApart(t *testing.T) {
	empty, full := treeOf{}, treeOf{"2", "1"}
	m := newMask(t, []string{"name", "phone"},
		field.Rule{"a", "name", scope.Under("team_id", &empty, "1"), read},
		field.Rule{"a", "phone", scope.Under("team_id", &full, "1"), read})
	l, err := m.For(scope.FromMap(map[string]any{"team_id": "2"}))
	require.NoError(t, err)
	assert.Equal(t, []string{"phone"}, l.Visible())
}

func TestClear(t *testing.T) {
	covers := func(p scope.Predicate) bool { return p.String() == mine.String() }
	for _, c := range []struct {
		name    string
		rules   []field.Rule
		covered func(scope.Predicate) bool
		want    bool
	}{
		{"no rule", nil, covers, false},
		{"always read", []field.Rule{{"a", "phone", always, read}}, nil, true},
		{"under star", []field.Rule{{"a", "*", always, edit}}, nil, true},
		{"masked", []field.Rule{{"a", "phone", always, phone}}, covers, false},
		{"only on some records", []field.Rule{{"a", "phone", mine, read}}, nil, false},
		{"on all records in reach", []field.Rule{{"a", "phone", mine, read}}, covers, true},
		{"on others", []field.Rule{{"a", "phone", inTeam, read}}, covers, false},
		{"hidden on some", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", inTeam, hide}}, covers, false},
		{"hidden if unknown", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", unknown, hide}}, covers, false},
		{"never hidden", []field.Rule{{"a", "phone", always, edit}, {"b", "phone", never, hide}}, covers, true},
		{"never read", []field.Rule{{"a", "phone", never, edit}}, func(scope.Predicate) bool { return true }, false},
	} {
		assert.Equal(t, c.want, newMask(t, []string{"phone"}, c.rules...).Clear("phone", c.covered), c.name)
	}
	assert.False(t, newMask(t, []string{"phone"}, field.Rule{"a", "*", always, edit}).Clear("nosuch", nil))
}

// naive decides one field of one record from the rules as they are written.
func naive(t *testing.T, rules []field.Rule, name string, r scope.Record, m *field.Maskers) field.Form {
	byRole := map[string][]field.Rule{}
	for _, rule := range rules {
		byRole[rule.Role] = append(byRole[rule.Role], rule)
	}
	best := field.Form{}
	var maskers []string
	for _, ofRole := range byRole {
		target := "*"
		for _, rule := range ofRole {
			if rule.Field == name {
				target = name
			}
		}
		for _, rule := range ofRole {
			if rule.Field != target {
				continue
			}
			truth, err := rule.When.Eval(r)
			require.NoError(t, err)
			if rule.Form.Level == field.Hide && truth != scope.False {
				return field.Form{}
			}
			if truth == scope.True && rule.Form.Level > best.Level {
				best = rule.Form
			}
			if truth == scope.True && rule.Form.Level == field.Masked {
				maskers = append(maskers, rule.Form.Masker)
			}
		}
	}
	if best.Level == field.Masked {
		best.Masker = "full"
		for _, a := range maskers {
			least := true
			for _, b := range maskers {
				least = least && m.Less(a, b) == a
			}
			if least {
				best.Masker = a
			}
		}
	}
	return best
}

var (
	randomWhens = []scope.Predicate{always, never, unknown, mine, inTeam, scope.Not(mine), scope.Not(inTeam),
		scope.And(mine, inTeam), scope.Or(mine, scope.Not(inTeam)), scope.IsNull("team_id")}
	randomForms = []field.Form{hide, phone, masker("last4"), masker("first3"), masker("name"), masker("full"), read, once, edit}
)

// randomRules draws few hides, which would decide nearly everything.
func randomRules(rnd *rand.Rand, fields []string) []field.Rule {
	names := append(slices.Clone(fields), "*", "*", "*")
	rules := make([]field.Rule, rnd.IntN(9))
	for i := range rules {
		form := randomForms[rnd.IntN(len(randomForms))]
		if form == hide && rnd.IntN(2) == 0 {
			form = phone
		}
		rules[i] = field.Rule{
			Role:  string(rune('a' + rnd.IntN(3))),
			Field: names[rnd.IntN(len(names))],
			When:  randomWhens[rnd.IntN(len(randomWhens))],
			Form:  form,
		}
	}
	return rules
}

func TestMaskAgreesWithNaiveEvaluation(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	fields := []string{"name", "phone", "grade"}
	maskers := stockMaskers(t)
	var records []scope.Record
	for _, owner := range []any{"alice", "bob", nil} {
		for _, team := range []any{7, 8, nil} {
			records = append(records, scope.FromMap(map[string]any{"owner_id": owner, "team_id": team}))
		}
	}
	for round := range 3000 {
		rules := randomRules(rnd, fields)
		m, err := field.NewMask(fields, rules, maskers)
		require.NoError(t, err)
		rnd.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		shuffled, err := field.NewMask(fields, rules, maskers)
		require.NoError(t, err)

		reach := records[:1+rnd.IntN(len(records))]
		covered := func(when scope.Predicate) bool {
			return !slices.ContainsFunc(reach, func(r scope.Record) bool { ok, err := when.Match(r); return !ok || err != nil })
		}
		for _, r := range records {
			l, err := m.For(r)
			require.NoError(t, err)
			again, err := shuffled.For(r)
			require.NoError(t, err)
			for _, name := range fields {
				about := fmt.Sprintf("seed %d round %d field %s rules %v", seed, round, name, rules)
				got, certain := l.Of(name), m.Without().Of(name)
				require.Equal(t, naive(t, rules, name, r, maskers), got, about)
				require.Equal(t, got, again.Of(name), "%s: the order of rules matters", about)
				require.LessOrEqual(t, certain.Level, got.Level, "%s: more is certain than holds", about)
				if certain.Level == field.Masked && got.Level == field.Masked {
					require.Equal(t, certain.Masker, maskers.Less(certain.Masker, got.Masker), about)
				}
			}
		}
		for _, name := range fields {
			if !m.Clear(name, covered) {
				continue
			}
			for _, r := range reach {
				l, err := m.For(r)
				require.NoError(t, err)
				require.GreaterOrEqual(t, l.Of(name).Level, field.Read, "seed %d round %d: %s is not clear, rules %v", seed, round, name, rules)
			}
		}
	}
}
