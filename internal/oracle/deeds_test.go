package oracle

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// deed is something a company wants done, told by one rule, and whether a write is it.
type deed struct {
	name   string
	rule   string // of the role a
	fields []string
	means  []access.Definition
	is     func(who string, old, next record) bool
}

// Of ann and bob of team 1, and mia of team 2.
var team = map[string]string{"ann": "1", "bob": "1", "mia": "2"}

var deeds = []deed{
	{
		name: "a claim", rule: "p, r:a, acme, customer, claim, old.unowned && new.own, allow", fields: []string{"owner_id"},
		is: func(who string, old, next record) bool { return old.Owners[0] == "" && next.Owners[0] == who },
	},
	{
		name: "a hand-over of one's own record to a team mate",
		rule: "p, r:a, acme, customer, transfer, old.own && new.with_mate, allow", fields: []string{"owner_id"},
		means: []access.Definition{{Name: "with_mate", Scope: &scope.Criterion{Attr: "owner_id", Op: "in", Subject: "mates"}}},
		is: func(who string, old, next record) bool {
			mate := next.Owners[0]
			return old.Owners[0] == who && mate != who && mate != "" && team[mate] == team[who]
		},
	},
	{
		name: "an assignment by marketing to sales", // team 1 is marketing, team 2 sales
		rule: "p, r:a, acme, customer, assign, old.unowned && old.team && new.unowned && new.for_sales, allow", fields: []string{"team_id"},
		means: []access.Definition{{Name: "for_sales", Scope: &scope.Criterion{Attr: "team_id", Op: "eq", Values: []string{"2"}}}},
		is: func(who string, old, next record) bool {
			return old.Owners[0] == "" && team[who] == *old.Team && *next.Team == "2"
		},
	},
	{
		name: "a stage change into a locked stage",
		rule: "p, r:a, acme, customer, edit, old.own && !old.locked && new.locked, allow", fields: []string{"stage"},
		means: []access.Definition{{Name: "locked", Scope: &scope.Criterion{Attr: "stage", Op: "in", Values: []string{"won", "lost"}}}},
		is: func(who string, old, next record) bool {
			return old.Owners[0] == who && *old.Stage == "open" && *next.Stage != "open"
		},
	},
}

// Each deed is one rule, with the fields that it writes; of everything that anybody could try it opens the deed, and
// nothing else.
func TestEachDeedIsOneRuleThatOpensNothingElse(t *testing.T) {
	for _, d := range deeds {
		t.Run(d.name, func(t *testing.T) {
			a := d.authorizer(t)
			done, tried := 0, 0
			for _, who := range []string{"ann", "mia", "eve"} { // eve does not have the role
				for _, old := range images() {
					for _, next := range images() {
						for _, action := range []string{"edit", "claim", "transfer", "assign", "delete"} {
							r := access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: action}
							r.Resource = access.Resource{Type: "customer", Record: old.view("customer"), New: next.view("customer")}
							got, err := a.Authorize(ctx, r)
							require.NoError(t, err)
							want := who != "eve" && d.does(action) && d.is(who, old, next) && d.writes(old, next)
							require.Equal(t, want, got.Allowed(), "%s %s: %s to %s", who, action, show(old), show(next))
							tried++
							if want {
								done++
							}
						}
						for _, action := range []string{"view", "edit", "export"} {
							r := access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: action}
							r.Resource = access.Resource{Type: "customer", Record: old.view("customer")}
							got, err := a.Authorize(ctx, r)
							require.NoError(t, err)
							require.False(t, got.Allowed(), "%s may not %s %s", who, action, show(old))
						}
					}
				}
			}
			assert.Positive(t, done)
			assert.Less(t, done*20, tried, "it opens little")
		})
	}
}

func (d deed) does(action string) bool {
	rows, _ := access.ParseRows(d.rule)
	return rows.Rules[0].Action == action
}

// writes reports whether nothing but the deed's fields differs.
func (d deed) writes(old, next record) bool {
	for field, same := range map[string]bool{"owner_id": old.Owners[0] == next.Owners[0], "team_id": *old.Team == *next.Team, "stage": *old.Stage == *next.Stage} {
		if !same && !slices.Contains(d.fields, field) {
			return false
		}
	}
	return true
}

func (d deed) authorizer(t *testing.T) *access.Authorizer {
	rows, err := access.ParseRows(d.rule)
	require.NoError(t, err)
	for _, f := range d.fields {
		rows.Fields = append(rows.Fields, access.FieldRule{Role: "a", Tenant: "acme", Type: "customer", Field: f, When: "always", Level: "edit"})
	}
	for _, def := range d.means {
		def.Tenant = "acme"
		rows.Definitions = append(rows.Definitions, def)
	}
	people := map[string]access.Person{"eve": {ID: "eve", Teams: []string{"1"}}}
	for id, of := range team {
		p := access.Person{ID: id, Teams: []string{of}, Attrs: map[string][]string{}}
		for mate, same := range team {
			if mate != id && same == of {
				p.Attrs["mates"] = append(p.Attrs["mates"], mate)
			}
		}
		people[id] = p
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: id, Role: "a", Tenant: "acme"})
	}
	w := newWorld(1)
	w.orgs = map[string]organisation{"acme": {People: people, TeamUp: map[string]string{"1": "", "2": ""}}}
	w.rows = map[string]access.Rows{"acme": rows}
	p, err := w.settle(memory())
	require.NoError(t, err)
	cfg := catalog()
	for _, more := range []string{"transfer", "assign"} {
		cfg.Types[0].Actions = append(cfg.Types[0].Actions, access.Action{Name: more})
	}
	a, err := access.New(ctx, p.store, access.Config{Catalog: cfg, Directory: p.dir})
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// images are one customer in all the shapes that the deeds tell apart.
func images() []record {
	var out []record
	for _, owner := range []string{"", "ann", "bob", "mia"} {
		for _, of := range []string{"1", "2"} {
			for _, stage := range stages {
				out = append(out, record{ID: 7, Tenant: "acme", Owners: []string{owner}, Team: &of, Stage: &stage})
			}
		}
	}
	return out
}

func show(r record) string { return fmt.Sprintf("%q's of team %s, %s", r.Owners[0], *r.Team, *r.Stage) }
