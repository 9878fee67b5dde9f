package scopegorm

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// subquery stands for a *gorm.DB among a statement's values. It builds it as GORM does, but keeps its error, lets the
// outer statement answer for its decisions, and marks its SQL as checked.
type subquery struct {
	run *run
	db  *gorm.DB
}

type outerKey struct{}

// Build implements clause.Expression.
func (q subquery) Build(b clause.Builder) {
	st, ok := b.(*gorm.Statement)
	if !ok {
		_ = b.AddError(q.run.refuse("a subquery is built outside a statement", ""))
		return
	}
	if q.db.Statement.SQL.Len() > 0 && isUnguarded(q.db.Statement.Context) {
		q.run.trust(b, func() { st.AddVar(st, q.db) })
		return
	}
	inner := q.db.Session(&gorm.Session{Logger: logger.Discard, DryRun: true, Initialized: true,
		Context: context.WithValue(q.db.Statement.Context, outerKey{}, q.run)})
	inner.Statement.Vars = append(st.Vars[:len(st.Vars):len(st.Vars)], inner.Statement.Vars...)
	inner = inner.Callback().Query().Execute(inner)
	if inner.Error != nil {
		_ = b.AddError(inner.Error)
	}
	q.run.trust(b, func() { _, _ = st.WriteString(inner.Statement.SQL.String()) })
	st.Vars = inner.Statement.Vars
}

// report tells the outer statement of a subquery under which decisions the inner one runs.
func (r *run) report() {
	if outer, ok := r.st.Context.Value(outerKey{}).(*run); ok {
		outer.used = append(outer.used, r.used...)
	}
}

// adoptClauses makes every *gorm.DB among the values of the statement a subquery of this run. What it changes are
// copies: clauses are shared between sessions.
func (r *run) adoptClauses() {
	for name, c := range r.st.Clauses {
		if _, where := c.Expression.(clause.Where); where || c.Expression == nil {
			continue
		}
		c.Expression = r.adopt(c.Expression)
		r.st.Clauses[name] = c
	}
	if e := r.st.TableExpr; e != nil && len(e.Vars) > 0 {
		own := *e
		own.Vars = r.adoptValues(e.Vars)
		r.st.TableExpr = &own
	}
	for i := range r.st.Joins {
		r.st.Joins[i].Conds = r.adoptValues(r.st.Joins[i].Conds)
		if e := r.st.Joins[i].Expression; e != nil {
			r.st.Joins[i].Expression = r.adopt(e)
		}
	}
}

// adopt replaces the values in an expression. One of a type it does not know stays as it is; a query in it is then
// found in the finished SQL, and refused.
func (r *run) adopt(e clause.Expression) clause.Expression {
	switch e := e.(type) {
	case clause.Expr:
		e.Vars = r.adoptValues(e.Vars)
		return e
	case clause.NamedExpr:
		e.Vars = r.adoptValues(e.Vars)
		return e
	case clause.Eq:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.Neq:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.Gt:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.Gte:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.Lt:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.Lte:
		e.Value = r.adoptValue(e.Value)
		return e
	case clause.IN:
		e.Values = r.adoptValues(e.Values)
		return e
	case clause.GroupBy:
		e.Having = r.sealAll(e.Having)
		return e
	case clause.OrderBy:
		if e.Expression != nil {
			e.Expression = r.adopt(e.Expression)
		}
		return e
	case subquery:
		return subquery{r, e.db}
	}
	return e
}

func (r *run) adoptValues(values []any) []any {
	if values == nil {
		return nil
	}
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = r.adoptValue(v)
	}
	return out
}

func (r *run) adoptValue(v any) any {
	switch v := v.(type) {
	case *gorm.DB:
		return subquery{r, v}
	case sql.NamedArg:
		v.Value = r.adoptValue(v.Value)
		return v
	case []any:
		return r.adoptValues(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			out[name] = r.adoptValue(x)
		}
		return out
	case clause.Expression:
		return r.adopt(v)
	}
	return v
}
