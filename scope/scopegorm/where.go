package scopegorm

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// armWhere hangs a builder on the statement's WHERE clause. GORM keeps it whatever it adds to the clause later, be it
// primary keys or the soft delete, so that the scope is always first and all else in one group behind it.
func (r *run) armWhere() {
	disarm(r.st)
	w, ok := r.st.Clauses["WHERE"]
	if !ok && r.target.model == nil || r.kind == access.CreateRows {
		return
	}
	w.Name, w.Builder = "WHERE", r.writeWhere
	r.st.Clauses["WHERE"] = w
}

func (r *run) writeWhere(c clause.Clause, b clause.Builder) {
	st, ok := b.(*gorm.Statement)
	if !ok || st != r.st || r.after > 0 {
		_ = b.AddError(r.refuse("its WHERE is built for another statement", "use a fresh session"))
		return
	}
	host, ok := c.Expression.(clause.Where)
	if !ok && c.Expression != nil || c.BeforeExpression != nil || c.AfterExpression != nil || c.AfterNameExpression != nil {
		_ = b.AddError(r.refuse("its WHERE is decorated", "use Where"))
		return
	}
	if r.lacksCondition(host) {
		_ = b.AddError(gorm.ErrMissingWhereClause)
	}
	r.before, r.bound = st.SQL.Len(), len(st.Vars)
	st.WriteString("WHERE ")
	between := ""
	if r.target.model != nil {
		r.trust(b, func() { writePredicate(b, r.where, r.target.model, r.dialect, r.target.table) })
		between = " AND "
	}
	if len(host.Exprs) > 0 {
		st.WriteString(between + "(")
		clause.Where{Exprs: r.sealAll(host.Exprs)}.Build(b)
		st.WriteString(")")
	}
	r.after = st.SQL.Len()
}

// lacksCondition keeps GORM's guard against a write without a condition: the scope is none of the host's. (That the soft
// delete is none either, GORM still sees by itself.)
func (r *run) lacksCondition(host clause.Where) bool {
	return r.kind != access.ReadRows && len(host.Exprs) == 0 && !r.db.AllowGlobalUpdate
}

// writePredicate writes a predicate in parentheses.
func writePredicate(b clause.Builder, p scope.Predicate, m *model, d scope.Dialect, table string) {
	_ = b.WriteByte('(')
	if err := p.Render(columnWriter{b}, m.schema, d, table); err != nil {
		_ = b.AddError(err)
	}
	_ = b.WriteByte(')')
}

// columnWriter is the scope.Builder of a GORM statement.
type columnWriter struct{ b clause.Builder }

func (w columnWriter) Raw(sql string) { _, _ = w.b.WriteString(sql) }

func (w columnWriter) Column(table, column string) {
	w.b.WriteQuoted(clause.Column{Table: table, Name: column})
}

func (w columnWriter) Bind(v any) { w.b.AddVar(w.b, v) }
