package access_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func diff(t *testing.T, a *access.Authorizer, c access.Change) access.Differences {
	t.Helper()
	d, err := a.Diff(context.Background(), by("root"), c, access.DiffOptions{})
	require.NoError(t, err)
	return d
}

// brief is one difference without its example.
func brief(d access.Difference) string {
	d.Example = nil
	return strings.TrimSpace(access.Differences{List: []access.Difference{d}}.Text("en"))
}

func briefs(d access.Differences) []string {
	var out []string
	for _, x := range d.List {
		out = append(out, brief(x))
	}
	return out
}

func reword(was, now access.Rule) access.Change {
	return access.Change{Tenant: "acme", Base: 1, Remove: access.Rows{Rules: []access.Rule{was}}, Add: access.Rows{Rules: []access.Rule{now}}}
}

const diffPolicy = `
p, r:admin, acme, policy, administer, always, allow
p, r:rep, acme, deal, view, own, allow
p, r:rep, acme, deal, edit, own && team || own && office_hours, allow
p, r:mgr, acme, deal, view, region, allow
p2, r:rep, acme, deal, *, always, read
p2, r:rep, acme, deal, phone, always, mask:phone
g, u:root, r:admin, acme
g, u:ann, r:rep, acme
g, u:bob, r:rep, acme
g, u:max, r:mgr, acme
g, u:eve, r:rep, acme
`

func TestTheSameInOtherWordsIsNoDifference(t *testing.T) {
	view := access.Rule{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "own", Effect: access.Allow}
	edit := access.Rule{Role: "rep", Tenant: "acme", Type: "deal", Action: "edit", When: "own && team || own && office_hours", Effect: access.Allow}
	rewritten := func(r access.Rule, when string) access.Change {
		now := r
		now.When = when
		return reword(r, now)
	}
	for name, c := range map[string]access.Change{
		"own lies in team":                   rewritten(view, "own && team"),
		"and in region":                      rewritten(view, "own && region && global"),
		"twice not":                          rewritten(view, "!!own"),
		"an action it is about":              rewritten(view, "own && action.view"),
		"team stands there already":          rewritten(edit, "own && (team || office_hours)"),
		"own alone, for it lies in team":     rewritten(edit, "own"),
		"a rule for what a wider one allows": {Tenant: "acme", Base: 1, Add: allow("mgr", "view", "team && office_hours")},
		"a deny of what nobody is allowed":   {Tenant: "acme", Base: 1, Add: deny("mgr", "edit", "always")},
		"a role that somebody has anyway":    {Tenant: "acme", Base: 1, Add: access.Rows{Inherits: []access.Inheritance{{Role: "rep", Inherits: "empty"}}}},
		"a right for somebody who left":      {Tenant: "acme", Base: 1, Add: assignment("eve", "mgr")},
		"and for somebody nobody knows":      {Tenant: "acme", Base: 1, Add: assignment("ghost", "mgr")},
		"a field that is shown already": {Tenant: "acme", Base: 1, Add: access.Rows{Fields: []access.FieldRule{
			{Role: "rep", Type: "deal", Field: "stage", When: "always", Level: "read"}}}},
		"a suspension of who left": {Tenant: "acme", Base: 1, Add: access.Rows{Suspensions: []access.Suspension{{Subject: "eve"}}}},
		"a grant that is over": {Tenant: "acme", Base: 1, Add: access.Rows{Grants: []access.Grant{
			{Subject: "ann", Role: "mgr", From: noon.Add(-2 * time.Hour), Until: noon}}}},
		"a description": {Tenant: "acme", Base: 1, Add: access.Rows{Roles: []access.RoleInfo{{Name: "rep", Purpose: "sells", Owner: "max"}}}},
	} {
		a := acme(t, diffPolicy)
		d := diff(t, a, c)
		assert.True(t, d.None(), "%s: %v", name, briefs(d))
		assert.Contains(t, d.Text("en"), "nothing changes", name)
	}
}

func TestWhoGainsAndWhoLosesWhat(t *testing.T) {
	fields := func(f ...access.FieldRule) access.Rows { return access.Rows{Fields: f} }
	day := noon.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		change access.Change
		want   []string
	}{
		"a wider rule": {add(allow("rep", "view", "team")), []string{"gained: view deal [own -> own || team], by role rep: ann, bob"}},
		"a deny": {add(deny("rep", "*", "!office_hours")), []string{
			"lost: edit deal [own && team || own && office_hours -> own && team || own && office_hours unless !office_hours], by role rep: ann, bob",
			"lost: view deal [own -> own unless !office_hours], by role rep: ann, bob",
		}},
		"one for another": {access.Change{Tenant: "acme", Base: 1, Remove: allow("rep", "view", "own"), Add: allow("rep", "view", "unowned")},
			[]string{"changed: view deal [own -> unowned], by role rep: ann, bob"}},
		"a role": {add(assignment("ann", "mgr")), []string{"gained: view deal [own -> own || region], by role mgr: ann"}},
		"a role from tomorrow, for a day": {add(access.Rows{Grants: []access.Grant{{Subject: "ann", Role: "mgr", From: day, Until: day.Add(24 * time.Hour)}}}),
			[]string{"gained: view deal [own -> own || region], by role mgr: ann, from 2026-03-03T04:00:00Z, until 2026-03-04T04:00:00Z"}},
		"a role that inherits": {add(access.Rows{Inherits: []access.Inheritance{{Role: "mgr", Inherits: "rep"}}}), []string{
			"gained: edit deal [nothing -> own && team || own && office_hours], by role rep: max",
			"gained: view deal.amount, .id, .owner_id, .region_id, .stage, .team_id, .tenant_id [nothing -> read if always] hide -> read, by role rep: max",
			"gained: view deal.phone [nothing -> mask:phone if always] hide -> mask:phone, by role rep: max",
		}},
		"a suspension": {add(access.Rows{Suspensions: []access.Suspension{{Subject: "ann"}}}), []string{
			"lost: edit deal [own && team || own && office_hours -> (suspended)], by role rep: ann",
			"lost: view deal [own -> (suspended)], by role rep: ann",
		}},
		"a field in clear": {add(fields(access.FieldRule{Role: "rep", Type: "deal", Field: "phone", When: "own && office_hours", Level: "read"})), []string{
			"gained: edit, view deal.phone [mask:phone if always -> mask:phone if always, read if own && office_hours] mask:phone -> read, by role rep: ann, bob",
		}},
		"a field hidden": {add(fields(access.FieldRule{Role: "rep", Type: "deal", Field: "stage", When: "always", Level: "hide"})), []string{
			"lost: edit, view deal.stage [read if always -> hide if always] read -> hide, by role rep: ann, bob",
		}},
		"a masker that shows less": {add(fields(access.FieldRule{Role: "rep", Type: "deal", Field: "phone", When: "always", Level: "mask:full"})), []string{
			"lost: edit, view deal.phone [mask:phone if always -> mask:full if always, mask:phone if always] mask:phone -> mask:full, by role rep: ann, bob",
		}},
		"what needs an approval": {add(allow("rep", "view", "global && approved")), []string{
			"may differ: view deal [own -> global && approved || own], by role rep: ann, bob",
		}},
		"a transfer, by both images": {add(access.Rows{
			Rules:  allow("rep", "transfer", "old.own && new.team").Rules,
			Fields: []access.FieldRule{{Role: "rep", Type: "deal", Field: "team_id", When: "always", Level: "edit"}},
		}), []string{
			"gained: edit, view deal.team_id [read if always -> edit if always] read -> edit, by role rep: ann, bob",
			"gained: transfer deal [nothing -> old.own && new.team], by role rep: ann, bob",
		}},
		"a create of what nobody may set": {add(allow("rep", "create", "own")), []string{"may differ: create deal [nothing -> own], by role rep: ann, bob"}},
		"a create": {add(access.Rows{Rules: allow("rep", "create", "own").Rules, Fields: []access.FieldRule{
			{Role: "rep", Type: "deal", Field: "owner_id", When: "always", Level: "once"},
			{Role: "rep", Type: "deal", Field: "tenant_id", When: "always", Level: "once"},
		}}), []string{
			"gained: create deal [nothing -> own], by role rep: ann, bob",
			"gained: edit, view deal.owner_id, .tenant_id [read if always -> once if always] read -> once, by role rep: ann, bob",
		}},
		"a role that nobody has": {add(allow("intern", "view", "own")), []string{}},
	} {
		d := diff(t, acme(t, diffPolicy), c.change)
		assert.ElementsMatch(t, c.want, briefs(d), name)
		assert.Equal(t, name == "a role that nobody has", d.Unheld != nil, name)
	}
}

func TestDiffIsForThoseWhoMayExplainOrAdminister(t *testing.T) {
	policy := diffPolicy + `
p, r:auditor, acme, policy, explain, always, allow
p, r:boss, acme, policy, administer, always, allow
g, u:bob, r:auditor, acme
g, u:eve, r:boss, acme
g, u:max, r:auditor, acme
`
	own := add(allow("rep", "view", "team"))
	shared := access.Change{Tenant: access.Shared, Add: allow("rep", "view", "team")}
	ofGlobex := access.Request{Subject: access.Subject{ID: "root", Tenant: "globex"}}
	acted := by("root")
	acted.Subject.Actor = "ann"
	for name, c := range map[string]struct {
		by     access.Request
		change access.Change
		want   error
	}{
		"an administrator":               {by("root"), own, nil},
		"who may explain":                {by("bob"), own, nil},
		"who may neither":                {by("ann"), own, access.ErrDenied},
		"who left":                       {by("eve"), own, access.ErrDenied},
		"nobody":                         {access.Request{}, own, access.ErrInvalid},
		"somebody of another tenant":     {ofGlobex, own, access.ErrDenied},
		"somebody for an administrator":  {acted, own, access.ErrDenied},
		"an administrator, of all":       {by("root"), shared, access.ErrDenied},
		"an operator, of all":            {access.Request{Subject: operator}, shared, nil},
		"an operator, of one":            {access.Request{Subject: operator}, own, access.ErrDenied},
		"an administrator, too late":     {by("root"), access.Change{Tenant: "acme", Base: 9, Add: own.Add}, access.ErrConflict},
		"what is there":                  {by("root"), add(allow("rep", "view", "own")), access.ErrConflict},
		"what is not there":              {by("root"), remove(allow("rep", "view", "team")), access.ErrConflict},
		"what is invalid":                {by("root"), add(allow("rep", "view", "nosuch")), access.ErrInvalid},
		"nothing at all":                 {by("root"), access.Change{Tenant: "acme", Base: 1}, access.ErrInvalid},
		"of no tenant":                   {by("root"), access.Change{Add: own.Add}, access.ErrInvalid},
		"what is invalid, asked by none": {by("ann"), add(allow("rep", "view", "nosuch")), access.ErrDenied},
	} {
		a := acme(t, policy, withOperators(operator))
		d, err := a.Diff(context.Background(), c.by, c.change, access.DiffOptions{})
		if c.want == nil {
			assert.NoError(t, err, name)
			continue
		}
		assert.ErrorIs(t, err, c.want, name)
		assert.Zero(t, d, name)
	}
	var policies []access.Policy
	for _, tenant := range []string{"acme", "globex"} {
		rows, err := access.ParseRows(strings.ReplaceAll(adminPolicy+"p, r:auditor, acme, policy, explain, always, allow\ng, u:bob, r:auditor, acme\n", "acme", tenant))
		require.NoError(t, err)
		policies = append(policies, access.Policy{Tenant: tenant, Rows: rows})
	}
	store, err := access.NewMemoryStore(policies...)
	require.NoError(t, err)
	for _, who := range []string{"bob", "root"} {
		_, err = over(t, store).Diff(context.Background(), access.Request{Subject: access.Subject{ID: who, Tenant: "globex"}}, own, access.DiffOptions{})
		assert.ErrorIs(t, err, access.ErrDenied, "%s may, in another tenant", who)
	}
	closed := acme(t, policy)
	require.NoError(t, closed.Close())
	_, err = closed.Diff(context.Background(), by("root"), own, access.DiffOptions{})
	assert.ErrorIs(t, err, access.ErrClosed)
}

// What was compiled to be compared is not what the policy says that comes into force.
func TestDiffLeavesNothingBehind(t *testing.T) {
	a := acme(t, adminPolicy, quickly)
	require.False(t, decide(t, a, "ann", "delete", of(bobsDeal)).Allowed())
	require.False(t, diff(t, a, add(allow("rep", "delete", "global"))).None())
	assert.False(t, decide(t, a, "ann", "delete", of(bobsDeal)).Allowed(), "nothing was written")
	_, err := a.Apply(context.Background(), by("root"), add(allow("rep", "delete", "own && !unowned")))
	require.NoError(t, err)
	for range 3 {
		assert.False(t, decide(t, a, "ann", "delete", of(bobsDeal)).Allowed())
	}
}

func TestDiffOfAChangedDefinition(t *testing.T) {
	def := func(e string) access.Rows {
		return access.Rows{Definitions: []access.Definition{{Name: "mine", Expr: e}}}
	}
	a := acme(t, adminPolicy)
	c := add(def("own"))
	c.Add.Rules = allow("rep", "view", "mine && office_hours").Rules
	rev, err := a.Apply(context.Background(), by("root"), c)
	require.NoError(t, err)
	d := diff(t, a, access.Change{Tenant: "acme", Base: rev.Policy(), Remove: def("own"), Add: def("own && team")})
	assert.True(t, d.None(), "%v", briefs(d))
	d = diff(t, a, access.Change{Tenant: "acme", Base: rev.Policy(), Remove: def("own"), Add: def("team")})
	require.Len(t, d.List, 1)
	assert.Equal(t, access.DiffGained, d.List[0].Kind)
	assert.Equal(t, []string{"office_hours is true"}, d.List[0].Example.Circumstances)
}

// Networks that overlap in part: whether an address can be in the one and not in the other is not worked out, it is tried.
func TestConditionsThatCannotBeSeparatedMayDiffer(t *testing.T) {
	network := func(name string, cidrs ...string) access.Definition {
		return access.Definition{Name: name, Condition: &condition.Spec{Network: &condition.Network{CIDRs: cidrs}}}
	}
	defs := []access.Definition{network("wide", "10.0.0.0/8"), network("halves", "10.0.0.0/9", "10.128.0.0/9"), network("narrow", "10.1.0.0/16")}
	for i := range 7 {
		defs = append(defs, network(fmt.Sprintf("n%d", i+1), fmt.Sprintf("10.%d.0.0/16", i)))
	}
	for _, c := range []struct {
		was, now string
		want     []access.DiffKind
	}{
		{"own && wide", "own && narrow", []access.DiffKind{access.DiffLost}},
		{"own && narrow", "own && wide", []access.DiffKind{access.DiffGained}},
		{"own && narrow", "own && narrow && wide", []access.DiffKind{access.DiffMay}},
		{"own && wide", "own && halves", []access.DiffKind{access.DiffMay}},
		{"own && wide", "own && wide && (halves || !wide || own)", nil},
		{"own && (n1 || n2 || n3 || n4 || n5 || n6 || n7)", "own && (n7 || n6 || n5 || n4 || n3 || n2 || n1)", nil},
		{"own && (n1 || n2 || n3 || n4 || n5 || n6 || n7)", "own && (n1 || n2 || n3 || n4 || n5 || n6)", []access.DiffKind{access.DiffLost}},
	} {
		a := acme(t, adminPolicy)
		add := add(access.Rows{Definitions: defs, Rules: allow("rep", "edit", c.was).Rules})
		rev, err := a.Apply(context.Background(), by("root"), add)
		require.NoError(t, err)
		d := diff(t, a, access.Change{Tenant: "acme", Base: rev.Policy(), Remove: allow("rep", "edit", c.was), Add: allow("rep", "edit", c.now)})
		var got []access.DiffKind
		for _, x := range d.List {
			got = append(got, x.Kind)
		}
		assert.Equal(t, c.want, got, "%s -> %s", c.was, c.now)
	}
}

func TestDiffOfSharedRowsCountsAndNamesNobody(t *testing.T) {
	a := acme(t, diffPolicy, withOperators(operator))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	d, err := a.Diff(context.Background(), access.Request{Subject: operator}, access.Change{Tenant: access.Shared, Add: allow("rep", "view", "team")}, access.DiffOptions{})
	require.NoError(t, err)
	require.Len(t, d.List, 1)
	assert.Equal(t, []any{"acme", 2, 0}, []any{d.List[0].Tenant, d.List[0].Count, len(d.List[0].Subjects)})
	text, err := json.Marshal(d)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "ann")
	assert.NotContains(t, d.Text("zh"), "ann")
}

func TestDiffIsDataAndAlwaysTheSame(t *testing.T) {
	rows := allow("rep", "*", "team && office_hours")
	rows.Rules = append(rows.Rules, deny("mgr", "view", "unowned").Rules...)
	rows.Fields = []access.FieldRule{{Role: "rep", Type: "*", Field: "*", When: "own", Level: "edit"}}
	var texts []string
	for range 3 {
		text, err := json.Marshal(diff(t, acme(t, diffPolicy), add(rows)))
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	assert.Equal(t, texts[0], texts[1])
	assert.Equal(t, texts[0], texts[2])
	var back access.Differences
	require.NoError(t, json.Unmarshal([]byte(texts[0]), &back))
	assert.NotEmpty(t, back.List)
	zh := back.Text("zh")
	assert.Contains(t, zh, "获得")
	assert.NotContains(t, zh, "gained")
}

func TestDiffOfManySubjects(t *testing.T) {
	rows, err := access.ParseRows(adminPolicy)
	require.NoError(t, err)
	const n = 3000
	for i := range n {
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: fmt.Sprintf("u%d", i), Role: "rep", Tenant: "acme"})
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.Directory = nil })
	wider := add(allow("rep", "view", "global"))
	calls, last := 0, 0
	d, err := a.Diff(context.Background(), by("root"), wider, access.DiffOptions{Progress: func(done, total int) { calls, last = calls+1, done*1000000/total }})
	require.NoError(t, err)
	require.Len(t, d.List, 1, "all the same")
	assert.Equal(t, []int{n + 1, 10, n + 2}, []int{d.List[0].Count, len(d.List[0].Subjects), d.Subjects})
	assert.Equal(t, []int{n/256 + 1, 1000000}, []int{calls, last})

	ctx, cancel := context.WithCancel(context.Background())
	_, err = a.Diff(ctx, by("root"), wider, access.DiffOptions{Progress: func(int, int) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)

	each := access.Change{Tenant: "acme", Base: 1}
	for i := range n {
		role := fmt.Sprintf("role%d", i%200)
		each.Add.Assignments = append(each.Add.Assignments, access.Assignment{Subject: fmt.Sprintf("u%d", i), Role: role})
		if i < 200 {
			each.Add.Rules = append(each.Add.Rules, allow(role, "view", "team || unowned").Rules[0])
		}
	}
	d, err = a.Diff(context.Background(), by("root"), each, access.DiffOptions{Max: 7})
	require.NoError(t, err)
	assert.Len(t, d.List, 7)
	assert.Equal(t, 193, d.More)
	assert.False(t, d.None())
	assert.Contains(t, d.Text("en"), "and 193 differences more")
	_, err = a.Diff(context.Background(), by("root"), wider, access.DiffOptions{Max: -1})
	assert.ErrorIs(t, err, access.ErrInvalid)
}

// The example is a question: Simulate answers it as Diff says.
func TestAnExampleCanBeAsked(t *testing.T) {
	a := acme(t, diffPolicy)
	c := add(allow("rep", "view", "team && office_hours"))
	d := diff(t, a, c)
	require.Len(t, d.List, 1)
	r := d.List[0].Example.Request()
	now, err := a.Authorize(context.Background(), r)
	require.NoError(t, err)
	ds, err := a.Simulate(context.Background(), c, []access.Request{r})
	require.NoError(t, err)
	assert.Equal(t, []bool{false, true}, []bool{now.Allowed(), ds[0].Allowed()})
	assert.Zero(t, access.Example{}.Request())
}

func TestAHostsScopeIsComparedByWhatItComesTo(t *testing.T) {
	a := acme(t, diffPolicy, func(c *access.Config) {
		c.Scopes = map[string]scope.Resolver{"small": scope.Criterion{Attr: "amount", Op: "lt", Values: []string{"100"}},
			"tiny": scope.Criterion{Attr: "amount", Op: "lt", Values: []string{"10"}}}
	})
	assert.True(t, diff(t, a, add(allow("rep", "view", "own && tiny && small"))).None())
	d := diff(t, a, add(allow("rep", "view", "small && !tiny")))
	require.Len(t, d.List, 1)
	assert.Contains(t, []string{"10", "11", "99"}, d.List[0].Example.Record["amount"])
}

// Two who have the same teams, regions and attributes are not the same to a rule that names one of them.
func TestDiffTellsApartWhomRulesTellApart(t *testing.T) {
	criterion := func(name string, c scope.Criterion) access.Definition {
		return access.Definition{Name: name, Scope: &c}
	}
	defs := []access.Definition{
		criterion("anns", scope.Criterion{Attr: "owner_id", Op: "eq", Values: []string{"ann"}}),
		criterion("his_stage", scope.Criterion{All: []scope.Criterion{{Attr: "stage", Op: "eq", Subject: "id"}, {Attr: "stage", Op: "eq", Values: []string{"bob"}}}}),
		criterion("open", scope.Criterion{Attr: "stage", Op: "eq", Values: []string{"open"}}),
	}
	for when, want := range map[string][]string{"own && anns": {"ann"}, "his_stage": {"bob"}, "open": {"ann", "bob"}} {
		a := acme(t, diffPolicy)
		c := add(allow("rep", "delete", when))
		c.Add.Definitions = defs
		d := diff(t, a, c)
		require.Len(t, d.List, 1, when)
		assert.Equal(t, want, d.List[0].Subjects, when)
	}
}

// What the host's condition comes to is asked, not guessed.
func TestDiffAsksTheHostsConditions(t *testing.T) {
	a := acme(t, diffPolicy, func(c *access.Config) {
		c.Conditions = map[string]condition.Func{"lucky": func(_ context.Context, s scope.Subject, _ condition.Env) (scope.Truth, error) {
			if s.ID == "ann" {
				return scope.True, nil
			}
			return scope.Unknown, nil
		}}
	})
	d := diff(t, a, add(allow("rep", "delete", "team && lucky")))
	assert.ElementsMatch(t, []string{
		"gained: delete deal [nothing -> team && lucky], by role rep: ann",
		"may differ: delete deal [nothing -> team && lucky], by role rep: bob",
	}, briefs(d))
	assert.True(t, diff(t, a, add(allow("rep", "view", "own && lucky"))).None(), "own is allowed anyway")
}
