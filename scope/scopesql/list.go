package scopesql

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// List asks for one page of the rows that a decision covers.
type List struct {
	Columns []string        // attributes to select; those of the order and the key are always selected
	Filter  scope.Predicate // the zero Predicate selects nothing: write scope.All() for no filter
	Order   []Order         // none: by the key
	Size    int             // rows of a page, 1 to MaxSize
	After   string          // the Next of the page before, or
	Before  string          // the Prev of the page behind; none of both: the first page
}

// Query is the statement of one page. It selects one row more than the page has, if there is one, so that [PageOf] knows
// whether another follows.
type Query struct {
	SQL     string
	Args    []any
	Columns []string // names of the selected columns, in their order

	by   []term
	size int
	back bool
	from bool // a cursor was given
	seal func([]scope.Value) string
}

// List writes the statement of a page. A cursor that is not accepted is an [ErrCursor], a list that may not be or can't
// be read so a [*RefusedError], one that is too large a [*BudgetError] or a [*scope.BudgetError].
func (p *Pager) List(d Decision, l List) (Query, error) {
	of, filter, s, err := filtered(d, l.Filter)
	if err != nil {
		return Query{}, err
	}
	if l.Size < 1 || l.Size > MaxSize {
		return Query{}, refused("the page has no size, or too large a one", fmt.Sprintf("ask for 1 to %d rows", MaxSize), nil)
	}
	if l.After != "" && l.Before != "" {
		return Query{}, refused("the page is after one cursor and before another", "give one", nil)
	}
	by, err := terms(d, s, l.Order)
	if err != nil {
		return Query{}, err
	}
	columns, err := selected(s, l.Columns, by)
	if err != nil {
		return Query{}, err
	}
	made := d.Binding()
	if made == "" {
		return Query{}, refused("the decision has no Binding, so its cursors would be good for anyone", "pass an access.Decision", nil)
	}
	q := Query{Columns: columns, by: by, size: l.Size, back: l.Before != "", from: l.After+l.Before != ""}
	list := fmt.Sprintf("%q %q %q %+v", made, of, filter, by)
	keys, until := p.c.Keys, p.c.Now().Add(p.c.Lifetime)
	q.seal = func(at []scope.Value) string { return seal(keys[0], list, until, at) }
	if q.from {
		at, err := open(keys, list, l.After+l.Before, p.c.Now(), by)
		if err != nil {
			return Query{}, err
		}
		filter = scope.And(filter, beyond(by, at, q.back))
	}
	q.SQL, q.Args, err = p.page(s, of, filter, q)
	return q, err
}

// selected finds the columns of the attributes, each once.
func selected(s *scope.Schema, names []string, by []term) ([]string, error) {
	var out []string
	add := func(a scope.Attr) {
		column := a.Column
		if column == "" {
			column = a.Name
		}
		if !slices.Contains(out, column) {
			out = append(out, column)
		}
	}
	if len(names) == 0 {
		return nil, refused("no columns are named", "name the attributes to select", nil)
	}
	for _, name := range names {
		a, ok := s.Attr(name)
		if !ok {
			return nil, refused("a column is no attribute", "use names from the Schema", nil)
		}
		add(a)
	}
	for _, o := range by {
		add(o.attr)
	}
	return out, nil
}

// page writes the union where it is worth it and fits the budget, else one condition.
func (p *Pager) page(s *scope.Schema, of, filter scope.Predicate, q Query) (string, []any, error) {
	write := func(each []selection) (string, []any, error) {
		t := &text{dialect: p.c.Dialect, schema: s, alias: rowsAlias}
		t.union(each, q)
		return t.done()
	}
	u := apartOf(of)
	u.common = scope.And(u.common, filter)
	if each := u.byValue(maxSelects(p.c.Dialect)); len(each) > 1 {
		if sql, args, err := write(each); err == nil {
			return sql, args, nil
		}
	}
	return write([]selection{{keep: scope.And(of, filter)}})
}

// union writes a select for each selection, and one around them if they are several.
func (t *text) union(each []selection, q Query) {
	if len(each) == 1 {
		t.ordered(each[0], q)
		return
	}
	begin, end := "(", ")"
	if t.dialect == scope.SQLite { // which takes no parentheses there
		begin, end = "SELECT * FROM (", ")"
	}
	t.Raw("SELECT * FROM (")
	for i, s := range each {
		if i > 0 {
			t.Raw(" UNION ALL ")
		}
		t.Raw(begin)
		t.ordered(s, q)
		t.Raw(end)
	}
	t.Raw(") AS " + t.quoted(t.alias))
	t.order(q.by, q.back)
	t.limit(q)
}

func (t *text) ordered(s selection, q Query) {
	t.Raw("SELECT ")
	for i, c := range q.Columns {
		if i > 0 {
			t.Raw(", ")
		}
		t.Column(t.alias, c)
	}
	t.from(s)
	t.order(q.by, q.back)
	t.limit(q)
}

func (t *text) from(s selection) {
	t.Raw(" FROM ")
	t.table(t.schema.Table)
	t.Raw(" AS " + t.quoted(t.alias) + " WHERE ")
	t.condition(s.keep, s.but...)
}

func (t *text) limit(q Query) { t.Raw(" LIMIT " + strconv.Itoa(q.size+1)) }
