package scope

import (
	"errors"
	"fmt"
	"strings"
)

// Builder receives a rendered predicate piece by piece.
type Builder interface {
	// Raw appends SQL as it stands: keywords and punctuation, never a name or a value.
	Raw(sql string)
	// Column appends a quoted name. table is "" for a name that stands alone: a table or an alias.
	// A table may carry its schema, as in crm.tickets.
	Column(table, column string)
	// Bind appends a placeholder for v: a string, int64, bool or [time.Time].
	Bind(v any)
}

// Render writes the predicate as a condition for WHERE. It keeps exactly the rows for which
// [Predicate.Eval] is True. table is the name or alias that columns are qualified with, "" for
// s.Table; s describes the rows.
//
// On an error, which a predicate that does not fit s, a list beyond the budget ([*BudgetError]) or
// an Exists that was never completed by [Predicate.Within] gives, nothing is written.
func (p Predicate) Render(b Builder, s *Schema, d Dialect, table string) error {
	if d < SQLite || d > MySQL {
		return fmt.Errorf("scope: dialect %d is not known: use SQLite, Postgres or MySQL", d)
	}
	if err := p.Check(s); err != nil {
		return err
	}
	if table == "" {
		table = s.Table
	}
	w := &writer{dialect: d, schema: s, table: table, aliases: new(int)}
	w.keep(p.n, True)
	if len(w.errs) > 0 {
		return errors.Join(w.errs...)
	}
	for _, p := range w.pieces {
		p.write(b)
	}
	return nil
}

// writer writes in negation normal form: keep(n, True) is a condition that SQL finds true exactly
// where n is True, keep(n, False) where n is False. Both join their parts with AND and OR alone,
// and these never find true what has a NULL where truth is needed.
type writer struct {
	dialect Dialect
	schema  *Schema
	table   string
	aliases *int // subqueries given an alias so far
	pieces  []piece
	errs    []error
}

// piece is one call of the Builder, held back until nothing can fail any more.
type piece struct {
	raw           string
	table, column string
	value         any
}

func (p piece) write(b Builder) {
	switch {
	case p.raw != "":
		b.Raw(p.raw)
	case p.column != "":
		b.Column(p.table, p.column)
	default:
		b.Bind(p.value)
	}
}

func (w *writer) raw(sql string) { w.pieces = append(w.pieces, piece{raw: sql}) }

func (w *writer) name(table, column string) {
	w.pieces = append(w.pieces, piece{table: table, column: column})
}

func (w *writer) value(v any) { w.pieces = append(w.pieces, piece{value: v}) }

func (w *writer) fail(err error) { w.errs = append(w.errs, err) }

// keep writes the condition that n has the answer t, which is True or False.
func (w *writer) keep(n node, t Truth) {
	switch n := n.(type) {
	case nil:
		w.raw("1=0")
	case constant:
		w.raw(map[bool]string{true: "1=1", false: "1=0"}[Truth(n) == t])
	case *set:
		w.keepSet(w.attr(n.attr), n.values, n.total, t)
	case *order:
		op := n.op
		if t == False {
			op = map[Op]Op{Lt: Ge, Le: Gt, Gt: Le, Ge: Lt}[op]
		}
		w.isOrdered(w.attr(n.attr), op, n.value)
	case *isNull:
		w.column(w.attr(n.attr))
		w.raw(map[Truth]string{True: " IS NULL", False: " IS NOT NULL"}[t])
	case *under:
		c := w.attr(n.attr)
		w.keepSet(c, n.values(c.attr.Kind), false, t)
	case *exists:
		w.keepExists(n, t)
	case *all:
		w.join(n.of, t, map[Truth]string{True: " AND ", False: " OR "}[t])
	case *some:
		w.join(n.of, t, map[Truth]string{True: " OR ", False: " AND "}[t])
	case *not:
		w.keep(n.of.n, t.Not())
	}
}

func (w *writer) join(of []Predicate, t Truth, between string) {
	w.raw("(")
	for i, p := range of {
		if i > 0 {
			w.raw(between)
		}
		w.keep(p.n, t)
	}
	w.raw(")")
}

// listLimit is how many values one list may hold; longer ones are a BudgetError.
const listLimit = 1000

func (w *writer) keepSet(c column, values []Value, total bool, t Truth) {
	if len(values) > listLimit {
		w.fail(&BudgetError{Attr: c.attr.Name, Values: len(values), Limit: listLimit})
		return
	}
	if w.dialect == Postgres && c.attr.Kind == KindUUID {
		values = withoutBlank(values) // its uuid columns hold no blank, nor accept one
	}
	switch {
	case t == True && len(values) == 0:
		w.raw("1=0")
	case t == True:
		w.isIn(c, values)
	case len(values) == 0 && total:
		w.raw("1=1")
	case len(values) == 0:
		w.column(c)
		w.raw(" IS NOT NULL")
	case total:
		w.raw("(")
		w.column(c)
		w.raw(" IS NULL OR ")
		w.isNotIn(c, values)
		w.raw(")")
	default:
		w.isNotIn(c, values)
	}
}

func withoutBlank(values []Value) []Value {
	if len(values) > 0 && values[0].str == "" {
		return values[1:]
	}
	return values
}

// keepExists writes the test of related rows. Without a link there is no answer, either way. No
// row may leave its answer open if none is to be True.
func (w *writer) keepExists(n *exists, t Truth) {
	r, _ := w.schema.Relation(n.relation)
	if n.link == nil && r.Tenant != "" || n.link != nil && (n.link.tenant != r.Tenant || n.link.local != r.Local) {
		w.fail(n.incomplete())
		return
	}
	local := w.attr(r.Local)
	inner := &writer{dialect: w.dialect, schema: r.schema(w.schema), table: w.alias(r.Table), aliases: w.aliases}
	w.raw("(")
	w.keep(IsBlank(local.attr.Name, local.attr.Kind).n, False)
	w.raw(map[Truth]string{True: " AND EXISTS (SELECT 1 FROM ", False: " AND NOT EXISTS (SELECT 1 FROM "}[t])
	schema, name, qualified := strings.Cut(r.Table, ".")
	if qualified {
		w.name(schema, name)
	} else {
		w.name("", r.Table)
	}
	if inner.table != r.Table {
		w.raw(" AS ")
		w.name("", inner.table)
	}
	w.raw(" WHERE ")
	var key []column
	for _, name := range w.schema.Key {
		key = append(key, w.attr(name))
	}
	inner.isLinked(column{inner.table, Attr{Name: r.Foreign, Kind: local.attr.Kind}}, local, key)
	if r.Tenant != "" {
		inner.raw(" AND ")
		inner.isIn(inner.attr(r.Tenant), []Value{n.link.value})
	}
	inner.raw(" AND ")
	if t == True {
		inner.keep(n.where.n, True)
	} else {
		inner.raw("(")
		inner.keep(n.where.n, False)
		inner.raw(") IS NOT TRUE")
	}
	w.pieces = append(w.pieces, inner.pieces...)
	w.errs = append(w.errs, inner.errs...)
	w.raw("))")
}

// alias names a subquery's table so that it hides neither the outer one nor a schema.
func (w *writer) alias(table string) string {
	if table != w.table && !strings.Contains(table, ".") {
		return table
	}
	*w.aliases++
	return fmt.Sprintf("rel_%d", *w.aliases)
}

func (w *writer) attr(name string) column {
	a, _ := w.schema.Attr(name)
	return column{w.table, a}
}

// values returns the ids under the roots that the attribute can hold.
func (n *under) values(k Kind) []Value {
	var nodes []Value
	for _, root := range n.roots {
		for _, id := range n.tree.Subtree(root) {
			if v, ok := ParseID(k, id); ok {
				nodes = append(nodes, v)
			}
		}
	}
	return distinct(nodes)
}
