package orgtree

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls row with the values of every row of the tenant, in the order of the columns; a column that the host does not
// have is nil. A database that finds acme and ACME equal does not count: the bytes do.
func (s rowset) each(ctx context.Context, q querier, tenant string, row func(v []any)) error {
	if s.from == "" {
		return nil
	}
	values := make([]any, len(s.columns))
	var names []string
	var into, args []any
	for i, c := range s.columns {
		if c != "" {
			names, into = append(names, c), append(into, &values[i])
		}
	}
	if s.scoped {
		args = append(args, tenant)
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+s.from, args...)
	if err != nil {
		return fmt.Errorf("orgtree: reading %s: %w", s.what, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("orgtree: reading %s: %w", s.what, err)
		}
		if s.scoped {
			if of, err := id(values[atTenant]); err != nil || of != tenant {
				continue
			}
		}
		row(values)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("orgtree: reading %s: %w", s.what, err)
	}
	return nil
}

// reader builds an organisation from rows and collects what is wrong with them.
type reader struct {
	*plan
	ctx    context.Context
	q      querier
	tenant string
	faults []string
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// organisation reads all tables. What makes it no organisation is a RefusedError.
func (r *reader) organisation() (o Organisation, err error) {
	if o.People, err = r.readPeople(); err != nil {
		return o, err
	}
	if len(o.People) == 0 && len(r.faults) == 0 {
		return o, fmt.Errorf("%w: %q", ErrUnknownTenant, r.tenant)
	}
	if o.Teams, err = r.readTree(r.teams); err != nil {
		return o, err
	}
	if o.Regions, err = r.readTree(r.regions); err != nil {
		return o, err
	}
	people := make(map[string]*Person, len(o.People))
	for i := range o.People {
		people[o.People[i].ID] = &o.People[i]
	}
	if err = r.readLinks(r.teamLinks, people, func(p *Person, id string) { p.Teams = append(p.Teams, id) }); err != nil {
		return o, err
	}
	if err = r.readLinks(r.regionLinks, people, func(p *Person, id string) { p.Regions = append(p.Regions, id) }); err != nil {
		return o, err
	}
	for _, p := range people {
		for _, ids := range []*[]string{&p.Teams, &p.Regions} {
			slices.Sort(*ids)
			*ids = slices.Compact(*ids)
		}
	}
	if len(r.faults) == 0 {
		r.faults = o.check()
	}
	if len(r.faults) > 0 {
		return o, &RefusedError{Tenant: r.tenant, Rows: r.faults}
	}
	return o, nil
}

func (r *reader) readPeople() ([]Person, error) {
	var people []Person
	err := r.people.each(r.ctx, r.q, r.tenant, func(v []any) {
		p := Person{ID: r.key("people", v[atID])}
		p.Inactive = v[atLeft] != nil
		if r.people.columns[atActive] != "" {
			active, err := flag(v[atActive])
			if err != nil {
				r.fault("people: the flag of %q %v", p.ID, err)
			}
			p.Inactive = p.Inactive || !active
		}
		p.Superior = r.ref("people: the superior of", p.ID, v[atSuperior])
		if id := r.ref("people: the team of", p.ID, v[atTeam]); id != "" {
			p.Teams = []string{id}
		}
		if id := r.ref("people: the region of", p.ID, v[atRegion]); id != "" {
			p.Regions = []string{id}
		}
		for i, name := range r.attrs {
			if x := v[atAttrs+i]; x != nil {
				if p.Attrs == nil {
					p.Attrs = map[string][]string{}
				}
				p.Attrs[name] = []string{value(x)}
			}
		}
		people = append(people, p)
	})
	slices.SortStableFunc(people, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	return people, err
}

func (r *reader) readTree(s rowset) (*Tree, error) {
	if s.from == "" {
		return nil, nil
	}
	var nodes []Node
	err := s.each(r.ctx, r.q, r.tenant, func(v []any) {
		n := Node{ID: r.key(s.what, v[1])}
		n.Parent = r.ref(s.what+": the parent of", n.ID, v[2])
		if v[3] != nil {
			n.Name = value(v[3])
		}
		nodes = append(nodes, n)
	})
	if err != nil || len(r.faults) > 0 {
		return nil, err
	}
	tree, err := New(nodes...)
	if err != nil {
		r.fault("%s: %s", s.what, detail(err))
	}
	return tree, nil
}

func (r *reader) readLinks(s rowset, people map[string]*Person, add func(p *Person, id string)) error {
	return s.each(r.ctx, r.q, r.tenant, func(v []any) {
		person, node := r.key(s.what, v[1]), r.key(s.what, v[2])
		if p := people[person]; p != nil {
			add(p, node)
			return
		}
		r.fault("%s: %q is linked with %q, but is not among the people", s.what, person, node)
	})
}

// key is the id of a row, which must have one.
func (r *reader) key(what string, v any) string {
	s, err := id(v)
	switch {
	case err != nil:
		r.fault("%s: an id %v", what, err)
	case s == "":
		r.fault("%s: a row has no id: it is NULL, blank or 0", what)
	}
	return s
}

// ref is the id of another row, "" for none.
func (r *reader) ref(what, of string, v any) string {
	s, err := id(v)
	if err != nil {
		r.fault("%s %q %v", what, of, err)
	}
	return s
}

// id returns an id as text, "" for NULL, blank and 0, which are nobody's. What is not written in the one way that its kind
// has is refused.
func id(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case int64:
		if v == 0 {
			return "", nil
		}
		return strconv.FormatInt(v, 10), nil
	case []byte:
		return id(string(v))
	case string:
		switch {
		case !utf8.ValidString(v):
			return "", fmt.Errorf("%q is not valid UTF-8: map a column of text", v)
		case strings.TrimSpace(v) != v:
			return "", fmt.Errorf("%q begins or ends with a blank: trim it", v)
		case strings.ContainsFunc(v, unicode.IsControl):
			return "", fmt.Errorf("%q holds a control character: take it out", v)
		}
		return v, nil
	}
	return "", fmt.Errorf("%v is of a kind that holds no ids (%T): map an integer, a text or a uuid", v, v)
}

// flag reads what databases have for a boolean; NULL is false.
func flag(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case int64:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case []byte:
		if len(v) == 1 && v[0] <= 1 { // BIT(1)
			return v[0] == 1, nil
		}
		return flag(string(v))
	case string:
		switch v {
		case "1", "t", "true":
			return true, nil
		case "0", "f", "false":
			return false, nil
		}
	}
	return false, fmt.Errorf("is %q, neither true nor false", fmt.Sprint(v))
}

// value returns an attribute as text.
func value(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}
