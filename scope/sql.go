package scope

import (
	"strconv"
	"strings"
)

// SQL renders the predicate as a condition and its bound values, for use with database/sql; see
// [Predicate.Render].
func (p Predicate) SQL(s *Schema, d Dialect, table string) (condition string, args []any, err error) {
	b := sqlText{dialect: d}
	if err := p.Render(&b, s, d, table); err != nil {
		return "", nil, err
	}
	return b.text.String(), b.args, nil
}

// sqlText is the Builder of plain text.
type sqlText struct {
	dialect Dialect
	text    strings.Builder
	args    []any
}

func (b *sqlText) Raw(sql string) { b.text.WriteString(sql) }

func (b *sqlText) Column(table, column string) {
	if table != "" {
		for _, part := range strings.Split(table, ".") {
			b.text.WriteString(b.quote(part) + ".")
		}
	}
	b.text.WriteString(b.quote(column))
}

func (b *sqlText) Bind(v any) {
	b.args = append(b.args, v)
	if b.dialect == Postgres {
		b.text.WriteString("$" + strconv.Itoa(len(b.args)))
		return
	}
	b.text.WriteString("?")
}

func (b *sqlText) quote(name string) string {
	q := `"`
	if b.dialect == MySQL {
		q = "`"
	}
	return q + strings.ReplaceAll(name, q, q+q) + q
}
