package scopegorm

import (
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// update guards Update, Updates, UpdateColumns, Set and the first half of Save.
func (g *guard) update(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		r := g.begin(db, access.UpdateRows)
		if r == nil {
			next(db)
			return
		}
		_, given := db.Statement.Clauses["SET"]
		if r.prepare(r.buildUpdate(next)) && db.Statement.SQL.Len() > 0 {
			r.finish(next)
		}
		if !given {
			delete(db.Statement.Clauses, "SET")
		}
	}
}

func (r *run) buildUpdate(next func(*gorm.DB)) func() {
	return func() {
		set, err := r.assignments()
		if err == nil && r.target.model != nil {
			err = r.checkSet(set)
		}
		if err != nil {
			_ = r.db.AddError(err)
			return
		}
		if len(set) == 0 {
			return
		}
		for i, a := range set {
			if isExpression(a.Value) {
				set[i].Value = r.seal(clause.Expr{SQL: "?", Vars: []any{a.Value}})
			}
		}
		r.st.AddClause(set)
		r.dry(next)
	}
}

// assignments are what the statement sets, as GORM works it out: from a SET clause, a map or a struct.
func (r *run) assignments() (clause.Set, error) {
	if c, ok := r.st.Clauses["SET"]; ok {
		set, ok := c.Expression.(clause.Set)
		if !ok {
			return nil, r.refuse("its SET clause is of another type than clause.Set", "use Updates")
		}
		return slices.Clone(set), nil
	}
	if r.st.Schema == nil {
		return callbacks.ConvertToAssignments(r.st), nil
	}
	for _, c := range r.st.Schema.UpdateClauses {
		r.st.AddClause(c)
	}
	return callbacks.ConvertToAssignments(r.st), nil
}

// changes is what a set means for a protected model.
type changes struct {
	values map[string]scope.Value // by attribute
	fields []string               // that need to be at edit
	rows   []scope.Predicate      // what else a row must be
}

// checkSet narrows the statement to rows that stay in reach with the values set, and refuses what may not be set.
func (r *run) checkSet(set clause.Set) error {
	reads := append(r.dec.Scope().Attrs(), r.dec.ScopeAfter(nil).Attrs()...)
	c := changes{values: map[string]scope.Value{}}
	for _, a := range set {
		if err := r.checkAssignment(&c, a, reads); err != nil {
			return err
		}
	}
	unchanged, err := r.checkEditable(c.fields, c.values)
	if err != nil {
		return err
	}
	r.fields = c.fields
	r.where = scope.And(append(c.rows, r.dec.ScopeAfter(c.values), unchanged)...)
	if r.where.IsNone() {
		return r.refuse("the values set would take every row out of the decision's reach", "ask for an action that covers the record as it will be")
	}
	return nil
}

func (r *run) checkAssignment(c *changes, a clause.Assignment, reads []string) error {
	m := r.target.model
	f := m.gorm.FieldsByDBName[a.Column.Name]
	if f == nil || a.Column.Table != "" || a.Column.Raw || a.Column.Alias != "" {
		return r.refusef("name columns as the table does, without the table's name", "it sets %q, which is no column of the model", a.Column.Name)
	}
	attr, known := m.attr(f.DBName)
	key := f.PrimaryKey || known && slices.Contains(m.schema.Key, attr.Name)
	v, err := valueSet(attr, a.Value)
	switch {
	case err != nil && (key || known && slices.Contains(reads, attr.Name)):
		return r.refusef("set it to a value of its kind", "the decision depends on %s, which is set to %v", f.DBName, err)
	case known && err == nil:
		c.values[attr.Name] = v
	}
	switch {
	case key: // a row keeps its identity: GORM repeats the key it has
		c.rows = append(c.rows, scope.Eq(attr.Name, v))
	case r.setByGORM(f) || known && attr.Name == m.schema.Tenant:
	default:
		c.fields = append(c.fields, m.field(f.DBName))
	}
	if m.marksDeleted(f) && (r.st.Unscoped || !isZero(a.Value)) {
		d, err := r.decision(m.name, access.DeleteRows)
		if err != nil {
			return err
		}
		c.rows = append(c.rows, d.Scope())
	}
	return nil
}

// valueSet is the value that an attribute will have.
func valueSet(a scope.Attr, v any) (scope.Value, error) {
	if isExpression(v) {
		return scope.Value{}, errors.New("an expression, whose value only the database knows")
	}
	return scope.ValueOf(a.Kind, v)
}

// marksDeleted reports whether a column is that of the soft delete: to set it is to delete, or to bring back.
func (m *model) marksDeleted(f *schema.Field) bool {
	return slices.ContainsFunc(m.gorm.DeleteClauses, func(c clause.Interface) bool {
		soft, ok := c.(gorm.SoftDeleteDeleteClause)
		return ok && soft.Field.DBName == f.DBName
	})
}

// setByGORM reports whether a time of change is GORM's own and not the host's.
func (r *run) setByGORM(f *schema.Field) bool {
	if _, given := r.st.Clauses["SET"]; given || f.AutoUpdateTime == 0 || r.st.SkipHooks {
		return false
	}
	values, isMap := r.st.Dest.(map[string]any)
	return !isMap || values[f.Name] == nil && values[f.DBName] == nil
}

// checkEditable refuses fields below edit. Which fields are above may depend on the record: that of a decision about
// one record must then have both images at edit, and must not have changed in what that depends on.
func (r *run) checkEditable(fields []string, values map[string]scope.Value) (unchanged scope.Predicate, err error) {
	mask := r.dec.Fields()
	bad := below(mask.Without(), field.Edit, fields)
	if len(bad) == 0 {
		return scope.All(), nil
	}
	if old := r.dec.Record(); !old.IsZero() {
		after, unchanged := r.afterImage(old, mask.Attrs(), values)
		was, err1 := mask.For(old)
		will, err2 := mask.For(after)
		if err1 == nil && err2 == nil && len(below(was, field.Edit, fields)) == 0 && len(below(will, field.Edit, fields)) == 0 {
			return unchanged, nil
		}
	}
	return scope.None(), r.refusef("leave them out with Select or Omit, or ask for an action that may change them", "it sets fields that the subject may not edit: %q", bad)
}

// afterImage is the record with the values set, as far as the attributes go, and the test that they still are what
// they were.
func (r *run) afterImage(old scope.Record, attrs []string, values map[string]scope.Value) (scope.Record, scope.Predicate) {
	after := map[string]any{}
	unchanged := scope.All()
	for _, name := range attrs {
		a, _ := r.target.model.schema.Attr(name)
		v, err := old.Value(name, a.Kind)
		switch {
		case err != nil:
			return scope.Record{}, scope.None()
		case v.IsNull():
			unchanged = scope.And(unchanged, scope.IsNull(name))
		default:
			unchanged = scope.And(unchanged, scope.Eq(name, v))
		}
		if set, ok := values[name]; ok {
			v = set
		}
		after[name] = v.Any()
	}
	return scope.FromMap(after), unchanged
}

// below lists the fields whose level is less than needed.
func below(levels field.Levels, needed field.Level, fields []string) []string {
	var out []string
	for _, f := range fields {
		if levels.Of(f).Level < needed {
			out = append(out, f)
		}
	}
	return out
}

// isExpression reports whether a value becomes SQL and not a bound value.
func isExpression(v any) bool {
	switch v.(type) {
	case clause.Expression, gorm.Valuer, *gorm.DB, clause.Column, clause.Table, []any:
		return true
	}
	return false
}
