package orgtree

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// rowset is one table as it is read.
type rowset struct {
	what    string   // in errors
	from    string   // what follows FROM, quoted, with a placeholder for the tenant if scoped
	scoped  bool     // only the tenant's rows
	columns []string // quoted; "" for one that the host does not have
	updated string   // quoted
	left    string   // quoted: how many have a value tells of a change
}

// plan is a mapping that was checked.
type plan struct {
	dialect                Dialect
	only                   string
	people, teams, regions rowset
	teamLinks, regionLinks rowset
	attrs                  []string // in the order of their columns, the last of people
	version                string
	timed                  bool // each table has a column with the time of its last change
	faults                 []error
}

// The places of the columns of people; those of attributes follow. The tenant comes first in every table.
const (
	atTenant = iota
	atID
	atActive
	atLeft
	atSuperior
	atTeam
	atRegion
	atAttrs
)

func newPlan(d Dialect, t Tables) (*plan, error) {
	p := &plan{dialect: d, only: t.OnlyTenant, version: t.Version, timed: true}
	if d < SQLite || d > MySQL {
		p.fault("dialect %d is not known: use orgtree.SQLite, Postgres or MySQL", d)
	}
	p.attrs = slices.Sorted(maps.Keys(t.People.Attrs))
	m := t.People
	columns := []string{m.ID, m.Active, m.LeftAt, m.Superior, m.Team, m.Region}
	for _, name := range p.attrs {
		if m.Attrs[name] == "" {
			p.fault("people: the attribute %q has no column", name)
		}
		columns = append(columns, m.Attrs[name])
	}
	p.need("people", "Table", m.Table)
	p.need("people", "ID", m.ID)
	p.people = p.table("people", m.Table, m.Tenant, m.UpdatedAt, false, columns...)
	p.people.left = p.column("people", m.LeftAt)
	p.teams = p.nodes("teams", t.Teams)
	p.regions = p.nodes("regions", t.Regions)
	p.teamLinks = p.links("team links", m, m.TeamLinks)
	p.regionLinks = p.links("region links", m, m.RegionLinks)
	if p.teams.from == "" && (m.Team != "" || p.teamLinks.from != "") {
		p.fault("people name teams, but there is no table of Teams: map it")
	}
	if p.regions.from == "" && (m.Region != "" || p.regionLinks.from != "") {
		p.fault("people name regions, but there is no table of Regions: map it")
	}
	return p, errors.Join(p.faults...)
}

func (p *plan) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("orgtree: mapping: "+format, args...))
}

func (p *plan) need(table, what, name string) {
	if name == "" {
		p.fault("%s: %s is blank: name it", table, what)
	}
}

func (p *plan) nodes(what string, n Nodes) rowset {
	if n == (Nodes{}) {
		return rowset{}
	}
	p.need(what, "Table", n.Table)
	p.need(what, "ID", n.ID)
	return p.table(what, n.Table, n.Tenant, n.UpdatedAt, n.Shared, n.ID, n.Parent, n.Name)
}

// table is a table whose own column tells the tenant.
func (p *plan) table(what, table, tenant, updated string, shared bool, columns ...string) rowset {
	switch {
	case p.only != "" && (tenant != "" || shared):
		p.fault("%s: there is OnlyTenant, so leave out Tenant and Shared", what)
	case shared && tenant != "":
		p.fault("%s: say either Shared or Tenant", what)
	case p.only == "" && !shared && tenant == "":
		p.fault("%s: name the Tenant column, or Tables.OnlyTenant", what)
	}
	s := rowset{what: what, from: p.name(what, table), updated: p.column(what, updated), scoped: tenant != ""}
	for _, c := range append([]string{tenant}, columns...) {
		s.columns = append(s.columns, p.column(what, c))
	}
	if s.scoped {
		s.from += " WHERE " + s.columns[atTenant] + " = " + p.placeholder(1)
	}
	p.timed = p.timed && updated != ""
	return s
}

// links is a table of pairs. Without a tenant of its own it is joined with people.
func (p *plan) links(what string, people People, l Links) rowset {
	if l == (Links{}) {
		return rowset{}
	}
	p.need(what, "Table", l.Table)
	p.need(what, "Person", l.Person)
	p.need(what, "Node", l.Node)
	if l.Tenant != "" || p.only != "" {
		return p.table(what, l.Table, l.Tenant, l.UpdatedAt, false, l.Person, l.Node)
	}
	if !people.IDsAreGlobal {
		p.fault("%s: name the Tenant column, or say People.IDsAreGlobal: else one tenant's links could be another's", what)
	}
	of := func(alias, column string) string {
		if column = p.column(what, column); column == "" {
			return ""
		}
		return alias + "." + column
	}
	p.timed = p.timed && l.UpdatedAt != ""
	return rowset{
		what: what, scoped: true, updated: of("l", l.UpdatedAt),
		columns: []string{of("p", people.Tenant), of("l", l.Person), of("l", l.Node)},
		from: p.name(what, l.Table) + " l JOIN " + p.name(what, people.Table) + " p ON " + of("p", people.ID) + " = " + of("l", l.Person) +
			" WHERE " + of("p", people.Tenant) + " = " + p.placeholder(1),
	}
}

func (p *plan) placeholder(n int) string {
	if p.dialect == Postgres {
		return fmt.Sprintf("$%d", n)
	}
	return "?"
}

// identifier keeps out whatever could end a quoted name.
var identifier = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_]*$`)

// column quotes a name; "" stays "".
func (p *plan) column(what, name string) string {
	const longest = 64
	if name == "" {
		return ""
	}
	if !identifier.MatchString(name) || len(name) > longest {
		p.fault("%s: %q is no name of a table or column: use letters, digits and _, at most %d bytes", what, name, longest)
		return ""
	}
	if p.dialect == MySQL {
		return "`" + name + "`"
	}
	return `"` + name + `"`
}

// name quotes a table's name and its schema's.
func (p *plan) name(what, table string) string {
	schema, name, qualified := strings.Cut(table, ".")
	if !qualified {
		return p.column(what, table)
	}
	if schema == "" || name == "" {
		p.fault("%s: %q is no table of a schema: write it as crm.people", what, table)
	}
	return p.column(what, schema) + "." + p.column(what, name)
}
