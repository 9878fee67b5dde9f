package scopegorm

import (
	"reflect"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
)

const writeThemselves = "write the related rows by statements of their own, and Omit(clause.Associations) here"

// saveAssociations refuses to write related rows together with a protected record: GORM writes them whether or not the
// record itself was in reach, and takes rows over that belong to another record.
func (g *guard) saveAssociations(kind access.Kinds) func(next func(*gorm.DB)) func(*gorm.DB) {
	return func(next func(*gorm.DB)) func(*gorm.DB) {
		return func(db *gorm.DB) {
			if r := g.begin(db, kind); r != nil {
				if m := r.registered(); m != nil {
					r.target.model = m
					if name := r.savedAssociation(); name != "" {
						_ = db.AddError(r.refusef(writeThemselves, "it would write the association %s", name))
						return
					}
				}
			}
			next(db)
		}
	}
}

// savedAssociation is the name of an association that GORM would save with the statement, or "".
func (r *run) savedAssociation() string {
	selected, restricted := r.st.SelectAndOmitColumns(r.kind == access.CreateRows, r.kind == access.UpdateRows)
	for _, rel := range relationsOf(r.st.Schema) {
		chosen, named := selected[rel.Name]
		if (chosen || !named && !restricted) && r.holds(rel) {
			return rel.Name
		}
	}
	return ""
}

// holds reports whether a record of the statement has related rows in it.
func (r *run) holds(rel *schema.Relationship) bool {
	has := func(rv reflect.Value) bool {
		rv = reflect.Indirect(rv)
		if rv.Kind() != reflect.Struct || rv.Type() != rel.Schema.ModelType {
			return false
		}
		_, zero := rel.Field.ValueOf(r.st.Context, rv)
		return !zero
	}
	rv := r.st.ReflectValue
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return has(rv)
	}
	for i := range rv.Len() {
		if has(rv.Index(i)) {
			return true
		}
	}
	return false
}

// deleteAssociations refuses Select("Association").Delete, which deletes related rows before the record is looked at.
func (g *guard) deleteAssociations(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if r := g.begin(db, access.DeleteRows); r != nil {
			if m := r.registered(); m != nil {
				r.target.model = m
				selected, _ := r.st.SelectAndOmitColumns(true, false)
				for _, rel := range relationsOf(r.st.Schema) {
					if selected[rel.Name] {
						_ = db.AddError(r.refusef(writeThemselves, "it would delete the association %s", rel.Name))
						return
					}
				}
			}
		}
		next(db)
	}
}
