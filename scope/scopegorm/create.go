package scopegorm

import (
	"database/sql/driver"
	"reflect"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// create guards Create, FirstOrCreate and the second half of Save.
func (g *guard) create(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		r := g.begin(db, access.CreateRows)
		if r == nil {
			next(db)
			return
		}
		if r.prepare(r.buildCreate(next)) {
			r.finish(next)
		}
	}
}

func (r *run) buildCreate(next func(*gorm.DB)) func() {
	return func() {
		if r.target.model == nil {
			r.dry(next)
			return
		}
		err := r.checkConflict()
		given := r.givenTimes()
		if err == nil {
			if r.dry(next); r.db.Error == nil {
				err = r.checkRows(given)
			}
		}
		if err != nil {
			_ = r.db.AddError(err)
		}
	}
}

// checkConflict refuses to overwrite: the row in the way may be out of reach.
func (r *run) checkConflict() error {
	c, ok := r.st.Clauses["ON CONFLICT"]
	if !ok {
		return nil
	}
	if on, ok := c.Expression.(clause.OnConflict); ok && on.DoNothing && !on.UpdateAll && len(on.DoUpdates) == 0 {
		return nil
	}
	return r.refuse("it would overwrite the row that is in its way: an upsert, or Save of a row that no update reached", "use Create for a new row and Updates for one there is")
}

// givenTimes names the columns of creation and change times that the host filled in itself.
func (r *run) givenTimes() []string {
	var out []string
	isSet := func(rv reflect.Value, name string) bool {
		rv = reflect.Indirect(rv)
		if rv.Kind() != reflect.Struct || rv.Type() != r.target.model.gorm.ModelType {
			return rv.IsValid() // of a map: GORM fills in nothing
		}
		_, zero := r.target.model.gorm.FieldsByDBName[name].ValueOf(r.st.Context, rv)
		return !zero
	}
	for _, f := range r.target.model.gorm.FieldsByDBName {
		if f.AutoCreateTime == 0 && f.AutoUpdateTime == 0 {
			continue
		}
		rv := r.st.ReflectValue
		set := false
		if rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array {
			for i := range rv.Len() {
				set = set || isSet(rv.Index(i), f.DBName)
			}
		} else {
			set = isSet(rv, f.DBName)
		}
		if set {
			out = append(out, f.DBName)
		}
	}
	return out
}

// checkRows matches each row, as it was built, with the decision.
func (r *run) checkRows(given []string) error {
	values, ok := r.st.Clauses["VALUES"].Expression.(clause.Values)
	if !ok {
		return r.refuse("its VALUES clause is of another type than clause.Values", "use Create")
	}
	if len(values.Values) == 0 {
		return r.checkRow(nil, nil, nil) // DEFAULT VALUES
	}
	for _, row := range values.Values {
		if err := r.checkRow(values.Columns, row, given); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkRow(columns []clause.Column, row []any, given []string) error {
	m := r.target.model
	image := map[string]any{}
	var fields []string
	for i, c := range columns {
		f := m.gorm.FieldsByDBName[c.Name]
		if f == nil {
			return r.refusef("name columns as the table does", "it fills %q, which is no column of the model", c.Name)
		}
		if isExpression(row[i]) {
			if err := r.checkExpression(f.DBName, row[i]); err != nil {
				return err
			}
			continue
		}
		if attr, known := m.attr(f.DBName); known {
			image[attr.Name] = row[i]
		}
		if name := m.field(f.DBName); slices.Contains(m.fields, name) && !r.needsNoRight(f, row[i], given) {
			fields = append(fields, name)
		}
	}
	record := scope.FromMap(image)
	for _, fact := range r.where.Facts() {
		record = record.WithFact(fact, scope.Unknown)
	}
	in, err := r.where.Match(record)
	if err != nil {
		return r.refusef("set it in the row", "whether the row is in the decision's reach cannot be told: %v", err)
	}
	if !in {
		return r.refuse("the new row is out of the decision's reach", "ask for the creation with Resource.New before it")
	}
	mask := r.dec.Fields()
	levels, err := mask.For(record)
	if err != nil {
		levels = mask.Without()
	}
	if bad := below(levels, field.Once, fields); len(bad) > 0 {
		return r.refusef("leave them blank", "it fills fields that the subject may not set: %q", bad)
	}
	r.fields = fields
	return nil
}

// needsNoRight reports whether a new row may have the value without a field rule: blanks, defaults, the key, the tenant
// (which the scope tests), and times that GORM filled in.
func (r *run) needsNoRight(f *schema.Field, v any, given []string) bool {
	ownTime := (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0) && !slices.Contains(given, f.DBName)
	tenant := r.target.model.schema.Tenant
	return isZero(v) || v == f.DefaultValueInterface || f.PrimaryKey || ownTime || tenant != "" && r.target.model.field(f.DBName) == tenant
}

// checkExpression lets defaults of the database pass for what the decision does not depend on, and SQL that stays in
// its place. What it depends on is missing in the row, which then matches nothing.
func (r *run) checkExpression(column string, v any) error {
	e, ok := v.(clause.Expr)
	if valuer, isValuer := v.(gorm.Valuer); isValuer {
		e, ok = valuer.GormValue(r.st.Context, r.db), true
	}
	if !ok {
		return r.refusef("give it a value", "%s is filled by an expression", column)
	}
	if err := checkFragment(e.SQL, r.dialect); err != nil {
		return r.refuseText(err)
	}
	if name := r.target.model.field(column); e.SQL != "DEFAULT" && e.SQL != "NULL" && len(below(r.dec.Fields().Without(), field.Once, []string{name})) > 0 {
		return r.refusef("leave it blank", "it fills a field that the subject may not set: %q", name)
	}
	return nil
}

// isZero reports whether a value, or what a Valuer gives in its place, is blank.
func isZero(v any) bool {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.IsZero() {
		return true
	}
	valuer, ok := v.(driver.Valuer)
	if !ok {
		return false
	}
	x, err := valuer.Value()
	return err == nil && (x == nil || reflect.ValueOf(x).IsZero())
}
