package scopegorm

import (
	"regexp"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// target is what a statement reads or writes.
type target struct {
	model *model // nil: nothing protected
	table string // as the statement calls it: the table's name or an alias
}

// findTarget looks at the model, the table name and the clauses, each of which can change the table.
func (r *run) findTarget() (target, error) {
	registered := r.registered()
	if err := r.checkTableClauses(registered); err != nil {
		return target{}, err
	}
	base, ok := r.baseTable()
	if !ok {
		if (registered != nil || r.kind != access.ReadRows) && !r.isSubquery() {
			r.target.model = registered
			return target{}, r.refuse("its table is a text of its own", `write Table("name"), Table("name AS alias") or Table("(?) AS alias", db.Model(…))`)
		}
		return target{}, nil
	}
	m := r.models.byTable[tableKey(base)]
	if registered != nil && m != registered {
		r.target.model = registered
		return target{}, r.refusef("leave Table away", "its rows would come from the table %s", base)
	}
	if m == nil {
		return target{}, r.checkJoinTable(base)
	}
	r.target.model = m
	if r.kind != access.ReadRows && (registered == nil || r.st.Table != base) {
		return target{}, r.refuse("it names the table without the model", "use Model with a value of the model, without an alias")
	}
	return target{m, r.st.Table}, nil
}

// registered is the protected type of the statement's struct.
func (r *run) registered() *model {
	if r.st.Schema == nil {
		return nil
	}
	return r.models.byType[r.st.Schema.ModelType]
}

// checkTableClauses refuses clauses that bring a table or a modifier of their own.
func (r *run) checkTableClauses(registered *model) error {
	for _, name := range []string{"FROM", "INSERT", "UPDATE", "DELETE"} {
		own, modified := false, false
		switch e := r.st.Clauses[name].Expression.(type) {
		case nil:
		case clause.From:
			own = len(e.Tables) > 0
		case clause.Insert:
			own, modified = e.Table.Name != "", e.Modifier != ""
		case clause.Update:
			own, modified = e.Table.Name != "", e.Modifier != ""
		case clause.Delete:
			modified = e.Modifier != ""
		default:
			own = true
		}
		writes := own && name != "FROM"
		if (own || modified) && registered != nil || writes && r.kind != access.ReadRows {
			r.target.model = registered
			return r.refusef("leave the clause away", "its %s clause has a table or a modifier of its own", name)
		}
	}
	return nil
}

var (
	quotedOrBare = "(?:`([^`]+)`|\"([^\"]+)\"|(\\w+))"
	plainTable   = regexp.MustCompile(`^\s*(?:` + quotedOrBare + `\.)?` + quotedOrBare + `(?i:\s+(?:AS\s+)?` + quotedOrBare + `)?\s*$`)
	fromSubquery = regexp.MustCompile(`^\s*\(\s*\?\s*\)\s+(?i:AS\s+)?` + quotedOrBare + `\s*$`)
)

// baseTable is the table behind Statement.Table, which may be an alias of it. It is not ok if the table's text is
// anything but a name and an alias, or if GORM read another alias than the guard.
func (r *run) baseTable() (base string, ok bool) {
	e := r.st.TableExpr
	if e == nil {
		return r.st.Table, true
	}
	m := plainTable.FindStringSubmatch(e.SQL)
	if m == nil || len(e.Vars) > 0 {
		return "", false
	}
	base = m[4] + m[5] + m[6]
	called := m[7] + m[8] + m[9]
	if called == "" {
		called = base
	}
	return base, called == r.st.Table
}

// isSubquery reports whether the rows come from a query that goes through the guard itself.
func (r *run) isSubquery() bool {
	e := r.st.TableExpr
	if e == nil || len(e.Vars) != 1 || !fromSubquery.MatchString(e.SQL) || r.kind != access.ReadRows {
		return false
	}
	switch e.Vars[0].(type) {
	case *gorm.DB, subquery:
		return true
	}
	return false
}

// checkJoinTable refuses writes to a join table that only GORM's association mode knows: the statement does not name
// the record whose rows it moves.
func (r *run) checkJoinTable(table string) error {
	owner := r.models.joins[tableKey(table)]
	if owner == "" || r.kind == access.ReadRows {
		return nil
	}
	return r.refusef("give the join table a model of its own with SetupJoinTable, and write that", "it links records of %s that it does not name", owner)
}
