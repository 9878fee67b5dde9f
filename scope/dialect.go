package scope

// Dialect is an SQL database that predicates can be rendered for. The zero Dialect is invalid.
type Dialect uint8

// The databases. MySQL includes MariaDB.
const (
	SQLite Dialect = iota + 1
	Postgres
	MySQL
)

// String returns "sqlite", "postgres" or "mysql".
func (d Dialect) String() string {
	if d < SQLite || d > MySQL {
		return "invalid"
	}
	return [...]string{"sqlite", "postgres", "mysql"}[d-SQLite]
}

// column is a reference to a column whose values are of one kind.
type column struct {
	table string
	attr  Attr
}

func (w *writer) column(c column) { w.name(c.table, c.attr.column()) }

// bind writes the placeholder of a value. A decimal travels as text, and must be compared as the
// exact number that it is.
func (w *writer) bind(v Value) {
	if v.kind != KindDecimal {
		w.value(v.Any())
		return
	}
	w.raw("CAST(")
	w.value(v.Any())
	w.raw(map[Dialect]string{SQLite: " AS NUMERIC)", Postgres: " AS NUMERIC)", MySQL: " AS DECIMAL(65,30))"}[w.dialect])
}

// isText reports whether the database compares the kind by a collation, which may take different
// bytes for equal.
func (w *writer) isText(k Kind) bool {
	return k == KindText || k == KindUUID && w.dialect != Postgres
}

// isIn writes a test that is true for equal bytes only. MySQL's first half keeps the index.
func (w *writer) isIn(c column, values []Value) {
	if w.dialect == MySQL && w.isText(c.attr.Kind) {
		w.raw("(")
		w.column(c)
		w.list(" = ", " IN ", values)
		w.raw(" AND BINARY ")
		w.column(c)
		w.list(" = ", " IN ", values)
		w.raw(")")
		return
	}
	w.column(c)
	w.collateList(c)
	w.list(" = ", " IN ", values)
}

// isNotIn writes a test that is true for values with none of these bytes. A uuid that a text
// column holds in upper case counts as the same uuid: under a negation, the match must not be lost.
func (w *writer) isNotIn(c column, values []Value) {
	switch {
	case c.attr.Kind == KindUUID && w.isText(KindUUID):
		w.raw("LOWER(")
		w.column(c)
		w.raw(")")
	case w.dialect == MySQL && c.attr.Kind == KindText:
		w.raw("BINARY ")
		w.column(c)
	default:
		w.column(c)
		w.collateList(c)
	}
	w.list(" <> ", " NOT IN ", values)
}

// collateList overrides, on SQLite, the column's collation. There the left side decides for IN.
func (w *writer) collateList(c column) {
	if w.dialect == SQLite && w.isText(c.attr.Kind) {
		w.raw(" COLLATE BINARY")
	}
}

func (w *writer) list(one, many string, values []Value) {
	if len(values) == 1 {
		w.raw(one)
		w.bind(values[0])
		return
	}
	w.raw(many + "(")
	for i, v := range values {
		if i > 0 {
			w.raw(", ")
		}
		w.bind(v)
	}
	w.raw(")")
}

// isOrdered writes a comparison; text is ordered by bytes.
func (w *writer) isOrdered(c column, op Op, v Value) {
	byBytes := w.isText(c.attr.Kind)
	if byBytes && w.dialect == MySQL {
		w.raw("BINARY ")
	}
	w.column(c)
	if byBytes && w.dialect == SQLite {
		w.raw(" COLLATE BINARY")
	}
	if byBytes && w.dialect == Postgres {
		w.raw(` COLLATE "C"`)
	}
	w.raw(" " + op.String() + " ")
	w.bind(v)
}

// isLinked writes, in a subquery on related rows, that one of their columns holds what the outer
// row's column does. key are the outer row's columns that tell it from all others.
func (w *writer) isLinked(foreign, local column, key []column) {
	byBytes := w.isText(local.attr.Kind)
	w.column(foreign)
	if byBytes && w.dialect == SQLite {
		w.raw(" COLLATE BINARY")
	}
	w.raw(" = ")
	w.column(local)
	if byBytes && w.dialect == MySQL {
		w.raw(" AND BINARY ")
		w.column(foreign)
		w.raw(" = BINARY ")
		w.column(local)
		w.touch(key)
	}
}

// touch writes a test that every row passes. MariaDB keeps a subquery's answers under the outer
// columns that it reads, compared by their collation: without the key among them, the answer for
// 'ann' would be given for 'Ann'.
func (w *writer) touch(key []column) {
	for _, k := range key {
		w.raw(" AND ")
		w.column(k)
		w.raw(" IS NOT NULL")
	}
}
