package scopesql

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// text is one statement being written. It is the scope.Builder of its conditions.
type text struct {
	dialect scope.Dialect
	schema  *scope.Schema
	alias   string
	before  int // values that the host's own text binds before
	sql     strings.Builder
	args    []any
	tests   int // columns in the condition being written
	depth   int // parentheses open in it
	deepest int
	err     error
}

// Raw implements scope.Builder.
func (t *text) Raw(sql string) {
	t.depth += strings.Count(sql, "(")
	t.deepest = max(t.deepest, t.depth)
	t.depth -= strings.Count(sql, ")")
	t.sql.WriteString(sql)
}

// Column implements scope.Builder.
func (t *text) Column(table, column string) {
	t.tests++
	if table != "" {
		t.table(table)
		t.Raw(".")
	}
	t.Raw(t.quoted(column))
}

// Bind implements scope.Builder.
func (t *text) Bind(v any) {
	if s, ok := v.(string); ok && t.dialect != scope.SQLite && (!utf8.ValidString(s) || t.dialect == scope.Postgres && strings.Contains(s, "\x00")) {
		t.fail(refused("a value is no text that the database can hold", "compare with UTF-8 without NUL", nil))
	}
	t.args = append(t.args, v)
	if t.dialect == scope.Postgres {
		t.Raw("$" + strconv.Itoa(t.before+len(t.args)))
		return
	}
	t.Raw("?")
}

// table writes the name of a table, which may carry its schema.
func (t *text) table(name string) {
	for i, part := range strings.Split(name, ".") {
		if i > 0 {
			t.Raw(".")
		}
		t.Raw(t.quoted(part))
	}
}

func (t *text) quoted(name string) string {
	q := `"`
	if t.dialect == scope.MySQL {
		q = "`"
	}
	return q + strings.ReplaceAll(name, q, q+q) + q
}

// condition writes what keeps the rows for which keep is True and none of but is.
func (t *text) condition(keep scope.Predicate, but ...scope.Predicate) {
	t.tests, t.depth, t.deepest = 0, 0, 0
	t.predicate(keep)
	for _, p := range but {
		t.Raw(" AND ")
		t.predicate(p)
		t.Raw(" IS NOT TRUE")
	}
	if t.tests > MaxTests {
		t.fail(&BudgetError{What: "tests", Have: t.tests, Limit: MaxTests})
	}
	if t.deepest > MaxDepth {
		t.fail(&BudgetError{What: "parentheses within each other", Have: t.deepest, Limit: MaxDepth})
	}
}

// fail keeps the first error.
func (t *text) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *text) predicate(p scope.Predicate) {
	t.Raw("(")
	if err := p.Render(t, t.schema, t.dialect, t.alias); err != nil {
		t.fail(err)
	}
	t.Raw(")")
}

// done returns the statement, or why there is none.
func (t *text) done() (string, []any, error) {
	switch {
	case t.err != nil:
		return "", nil, t.err
	case t.before+len(t.args) > MaxBinds:
		return "", nil, &BudgetError{What: "binds", Have: t.before + len(t.args), Limit: MaxBinds}
	}
	return t.sql.String(), t.args, nil
}
