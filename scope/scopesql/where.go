package scopesql

import (
	"regexp"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Place says where in a host's statement a condition will stand.
type Place struct {
	Dialect scope.Dialect
	Table   string // alias by which the statement calls the type's table, quoted in the condition; "" for the table's own name
	Bound   int    // how many values the statement binds before it: PostgreSQL numbers them
}

// Where writes the rows that the decision covers as a condition in parentheses, and the values that it binds. Only a
// decision that is allowed, on record and for an action that reads rows has any; else the error is a [*RefusedError],
// which for a denial wraps the decision's Err.
//
//	where, args, err := scopesql.Where(dec, scopesql.Place{Dialect: scope.Postgres, Table: "c"})
//	rows, err := db.QueryContext(ctx, "SELECT c.id, c.name FROM customers AS c WHERE "+where, args...)
//
// What the host adds stands behind AND, in parentheses of its own.
func Where(d Decision, at Place) (condition string, args []any, err error) {
	p, s, err := reads(d)
	if err != nil {
		return "", nil, err
	}
	if at.Table != "" && !apart(at.Table, s) {
		return "", nil, refused("the alias is no plain name, or that of a related table", "use a letter, as in c", nil)
	}
	if at.Bound < 0 {
		return "", nil, refused("Bound is negative", "count the values that stand before the condition", nil)
	}
	t := &text{dialect: at.Dialect, schema: s, alias: at.Table, before: at.Bound}
	t.condition(p)
	return t.done()
}

var (
	plainAlias = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)
	ownAlias   = regexp.MustCompile(`^(?i:rel_[0-9]+)$`) // that scope gives to subqueries
)

// apart reports whether no subquery on related rows calls its table by the alias, in whatever case: the outer rows would
// be hidden in it.
func apart(alias string, s *scope.Schema) bool {
	for _, r := range s.Relations {
		name := r.Table[strings.LastIndex(r.Table, ".")+1:]
		if strings.EqualFold(name, alias) {
			return false
		}
	}
	return plainAlias.MatchString(alias) && !ownAlias.MatchString(alias)
}
