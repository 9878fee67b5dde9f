package scope

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Attr is one attribute of a type's records.
type Attr struct {
	Name   string // as predicates and records name it
	Kind   Kind
	Column string // in SQL; "" means Name
}

// Relation is a set of rows of another table that point at a record: a customer's tickets.
type Relation struct {
	Name         string // as predicates name it: "tickets"
	Table        string // "tickets", or "crm.tickets"
	Local        string // attribute of the type that the rows point at, usually its key
	Foreign      string // column of Table that holds it
	Tenant       string // attribute, one of Attrs, that holds the rows' tenant; tested in every use
	SingleTenant bool   // the table has no tenant column; say this or Tenant, unless the type is SingleTenant
	Attrs        []Attr // attributes of the rows that a condition may read
}

// Schema is what a predicate needs to know of one resource type. Treat it as immutable once it is
// in use; it may then be read concurrently.
type Schema struct {
	Type         string // "customer"
	Table        string // "customers", or "crm.customers"
	Key          []string
	Tenant       string // attribute that holds the tenant
	SingleTenant bool   // the type has no tenant; exactly one of Tenant and SingleTenant is said
	Owner        []string
	Team         string // "" means that the type has none, as for Region and Creator
	Region       string
	Creator      string
	Attrs        []Attr
	Relations    []Relation
}

// Attr finds an attribute by name.
func (s *Schema) Attr(name string) (Attr, bool) {
	if s == nil {
		return Attr{}, false
	}
	return findAttr(s.Attrs, name)
}

// Relation finds a relation by name.
func (s *Schema) Relation(name string) (Relation, bool) {
	if s == nil {
		return Relation{}, false
	}
	for _, r := range s.Relations {
		if r.Name == name {
			return r, true
		}
	}
	return Relation{}, false
}

// Validate reports everything that is wrong with the schema, each with what would be right.
func (s *Schema) Validate() error {
	if s == nil {
		return errors.New("scope: the schema is nil: describe the type")
	}
	p := problems{of: fmt.Sprintf("type %q", s.Type)}
	p.checkName("type", s.Type)
	p.checkTable(s.Table)
	p.checkAttrs(s.Attrs)
	if len(s.Key) == 0 {
		p.add("Key is empty: name at least one attribute")
	}
	p.checkUse("Key", s.Attrs, s.Key...)
	p.checkIDs("Owner", s.Attrs, s.Owner...)
	p.checkID("Team", s.Attrs, s.Team)
	p.checkID("Region", s.Attrs, s.Region)
	p.checkID("Creator", s.Attrs, s.Creator)
	p.checkTenant(s.Tenant, s.SingleTenant, s.Attrs)
	seen := map[string]bool{}
	for _, r := range s.Relations {
		if seen[r.Name] {
			p.add("relation %q is declared twice", r.Name)
		}
		seen[r.Name] = true
		p.errs = append(p.errs, r.validate(s))
	}
	return errors.Join(p.errs...)
}

func (r Relation) validate(s *Schema) error {
	p := problems{of: fmt.Sprintf("relation %q of type %q", r.Name, s.Type)}
	p.checkName("relation", r.Name)
	p.checkTable(r.Table)
	p.checkAttrs(r.Attrs)
	p.checkIDs("Local", s.Attrs, r.Local)
	p.checkName("Foreign", r.Foreign)
	p.checkTenant(r.Tenant, r.SingleTenant || s.SingleTenant && r.Tenant == "", r.Attrs)
	return errors.Join(p.errs...)
}

// schema describes the related rows to the condition on them.
func (r Relation) schema(s *Schema) *Schema {
	return &Schema{Type: s.Type + "." + r.Name, Table: r.Table, Attrs: r.Attrs}
}

func (a Attr) column() string {
	if a.Column != "" {
		return a.Column
	}
	return a.Name
}

func findAttr(attrs []Attr, name string) (Attr, bool) {
	for _, a := range attrs {
		if a.Name == name {
			return a, true
		}
	}
	return Attr{}, false
}

// problems collects what is wrong with one declaration.
type problems struct {
	of   string
	errs []error
}

func (p *problems) add(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("scope: %s: %s", p.of, fmt.Sprintf(format, args...)))
}

func (p *problems) checkName(what, name string) {
	if !isName(name) {
		p.add("%s name %q: use letters, digits, _ and $, starting with a letter or _", what, name)
	}
}

func (p *problems) checkTable(table string) {
	schema, name, qualified := strings.Cut(table, ".")
	if !isName(schema) || qualified && !isName(name) {
		p.add("table %q: name a table, with its schema in front if need be, as in crm.customers", table)
	}
}

func (p *problems) checkAttrs(attrs []Attr) {
	seen := map[string]bool{}
	for _, a := range attrs {
		p.checkName("attribute", a.Name)
		p.checkName("column", a.column())
		if !a.Kind.valid() {
			p.add("attribute %q has no kind: use one of the Kind constants", a.Name)
		}
		if seen[a.Name] {
			p.add("attribute %q is declared twice", a.Name)
		}
		seen[a.Name] = true
	}
}

func (p *problems) checkUse(what string, attrs []Attr, names ...string) {
	for _, name := range names {
		if _, ok := findAttr(attrs, name); !ok {
			p.add("%s %q is not among Attrs: declare it there", what, name)
		}
	}
}

func (p *problems) checkID(what string, attrs []Attr, name string) {
	if name != "" {
		p.checkIDs(what, attrs, name)
	}
}

func (p *problems) checkIDs(what string, attrs []Attr, names ...string) {
	p.checkUse(what, attrs, names...)
	for _, name := range names {
		if a, ok := findAttr(attrs, name); ok && a.Kind.valid() && !a.Kind.identifies() {
			p.add("%s %q is of kind %s, which holds no ids: use text, int64 or uuid", what, name, a.Kind)
		}
	}
}

func (p *problems) checkTenant(tenant string, single bool, attrs []Attr) {
	switch {
	case tenant == "" && !single:
		p.add("neither Tenant nor SingleTenant is set: name the tenant's attribute, or say that there is none")
	case tenant != "" && single:
		p.add("both Tenant and SingleTenant are set: keep one")
	}
	p.checkID("Tenant", attrs, tenant)
}

// isName reports whether s can be an identifier in Go, in predicates' texts and, quoted, in SQL.
func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || r != '$' && !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return s != "" && len(s) <= 128 && utf8.ValidString(s)
}
