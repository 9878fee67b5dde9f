package orgtree

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMappingsThatAreRefused(t *testing.T) {
	h := sqlite(t)
	for says, spoil := range map[string]func(*Tables){
		"people: Table is blank":               func(t *Tables) { t.People.Table = "" },
		"people: ID is blank":                  func(t *Tables) { t.People.ID = "" },
		"people: name the Tenant column":       func(t *Tables) { t.People.Tenant = "" },
		"teams: name the Tenant column":        func(t *Tables) { t.Teams.Tenant = "" },
		"teams: ID is blank":                   func(t *Tables) { t.Teams.ID = "" },
		"regions: say either Shared or Tenant": func(t *Tables) { t.Regions.Tenant = "company" },
		"people: there is OnlyTenant":          func(t *Tables) { t.OnlyTenant = "acme" },
		"team links: name the Tenant column":   func(t *Tables) { t.People.IDsAreGlobal = false },
		"team links: Node is blank":            func(t *Tables) { t.People.TeamLinks.Node = "" },
		"no table of Teams":                    func(t *Tables) { t.Teams = Nodes{} },
		"no table of Regions":                  func(t *Tables) { t.Regions = Nodes{} },
		`the attribute "skill" has no column`:  func(t *Tables) { t.People.Attrs["skill"] = "" },
		`"id\" OR 1=1 --" is no name`:          func(t *Tables) { t.People.ID = `id" OR 1=1 --` },
		"\"a`b\" is no name":                   func(t *Tables) { t.Teams.Parent = "a`b" },
		`"a;b" is no name`:                     func(t *Tables) { t.People.Attrs["skill"] = "a;b" },
		`"x y" is no name`:                     func(t *Tables) { t.People.TeamLinks.Person = "x y" },
		`".staff" is no table of a schema`:     func(t *Tables) { t.People.Table = ".staff" },
		`"b.staff" is no name`:                 func(t *Tables) { t.People.Table = "a.b.staff" },
		`"changed)" is no name`:                func(t *Tables) { t.Regions.UpdatedAt = "changed)" },
	} {
		tables := mapping()
		spoil(&tables)
		s, err := NewSource(h.db, SQLite, tables)
		assert.ErrorContains(t, err, says)
		assert.Nil(t, s)
	}
	_, err := NewSource(nil, SQLite, mapping())
	assert.ErrorContains(t, err, "the database is nil")
	_, err = NewSource(h.db, 0, mapping())
	assert.ErrorContains(t, err, "dialect 0 is not known")
	_, err = NewSource(h.db, SQLite, Tables{})
	assert.Error(t, err)
}

func TestNamesAreQuotedAndValuesBound(t *testing.T) {
	tables := Tables{People: People{Table: "crm.员工", ID: "order", Tenant: "组织"}}
	for d, from := range map[Dialect]string{
		SQLite: `"crm"."员工" WHERE "组织" = ?`, Postgres: `"crm"."员工" WHERE "组织" = $1`, MySQL: "`crm`.`员工` WHERE `组织` = ?",
	} {
		p, err := newPlan(d, tables)
		assert.NoError(t, err)
		assert.Equal(t, from, p.people.from)
	}
}
