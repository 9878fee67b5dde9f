package scopegorm

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// model is one protected type.
type model struct {
	name   string
	schema *scope.Schema  // with the table and columns of the database
	gorm   *schema.Schema // of the host's struct
	fields []string       // of the Catalog
}

// models are the protected types, and what they have relations to.
type models struct {
	byType  map[reflect.Type]*model
	byTable map[string]*model // by lower-case name, without a schema in front
	joins   map[string]string // join tables that GORM made up: table → type they belong to
}

// parseModels matches the Catalog with the structs and tables that GORM sees.
func parseModels(db *gorm.DB, types []access.Type, open []any) (*models, error) {
	out := &models{map[reflect.Type]*model{}, map[string]*model{}, map[string]string{}}
	var errs []error
	for _, t := range types {
		if t.Model == nil {
			continue
		}
		m, err := parseModel(db, t)
		if err == nil {
			err = out.add(m)
		}
		errs = append(errs, err)
	}
	opened, err := parseOpen(db, open)
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	for _, m := range out.byType {
		for _, rel := range relationsOf(m.gorm) {
			errs = append(errs, out.checkRelation(m, rel, opened))
		}
	}
	return out, errors.Join(errs...)
}

func (ms *models) add(m *model) error {
	key := tableKey(m.gorm.Table)
	if other := ms.byTable[key]; other != nil {
		return fmt.Errorf("scopegorm: types %q and %q share the table %s: the guard could not tell their decisions apart", other.name, m.name, m.gorm.Table)
	}
	ms.byTable[key], ms.byType[m.gorm.ModelType] = m, m
	return nil
}

func parseModel(db *gorm.DB, t access.Type) (*model, error) {
	parsed, err := parseStruct(db, t.Model)
	if err != nil {
		return nil, fmt.Errorf("scopegorm: type %q: %w", t.Name, err)
	}
	s := t.Schema
	if s.Table != "" && s.Table != t.Name && tableKey(s.Table) != tableKey(parsed.Table) {
		return nil, fmt.Errorf("scopegorm: type %q: the Catalog names the table %s, GORM %s: make them one", t.Name, s.Table, parsed.Table)
	}
	s.Table = parsed.Table
	m := &model{name: t.Name, schema: &s, gorm: parsed}
	for _, f := range t.Fields {
		m.fields = append(m.fields, f.Name)
	}
	var errs []error
	for _, a := range s.Attrs {
		if err := checkColumn(parsed, a); err != nil {
			errs = append(errs, fmt.Errorf("scopegorm: type %q: attribute %q: %w", t.Name, a.Name, err))
		}
	}
	return m, errors.Join(errs...)
}

func parseStruct(db *gorm.DB, v any) (*schema.Schema, error) {
	st := &gorm.Statement{DB: db}
	if err := st.Parse(v); err != nil {
		return nil, fmt.Errorf("GORM cannot parse %T: %w", v, err)
	}
	return st.Schema, nil
}

// checkColumn reports why values of the attribute's kind would not compare in its column as they do in Go.
func checkColumn(s *schema.Schema, a scope.Attr) error {
	f := s.FieldsByDBName[columnOf(a)]
	if f == nil {
		return fmt.Errorf("%s has no column %q: set Attr.Column to the column's name", s, columnOf(a))
	}
	fits := map[scope.Kind][]schema.DataType{
		scope.KindText: {schema.String}, scope.KindBool: {schema.Bool}, scope.KindTime: {schema.Time},
		scope.KindInt: {schema.Int, schema.Uint}, scope.KindUUID: {schema.String, schema.Bytes, "uuid"},
		scope.KindDecimal: {schema.String, schema.Int, schema.Uint, schema.Float, "decimal", "numeric"},
	}
	if f.Serializer != nil || !slices.Contains(fits[a.Kind], f.GORMDataType) {
		return fmt.Errorf("is of kind %s, but the column %s holds %s (%s): change one of them", a.Kind, f.DBName, f.GORMDataType, f.FieldType)
	}
	return nil
}

func columnOf(a scope.Attr) string {
	if a.Column != "" {
		return a.Column
	}
	return a.Name
}

// tableKey is a table's name as the guard compares it.
func tableKey(table string) string {
	return strings.ToLower(table[strings.LastIndexByte(table, '.')+1:])
}

// table is the table's name without a schema in front, as GORM qualifies columns with it.
func (m *model) table() string {
	return m.gorm.Table[strings.LastIndexByte(m.gorm.Table, '.')+1:]
}

// attr finds the attribute that a column holds.
func (m *model) attr(column string) (scope.Attr, bool) {
	for _, a := range m.schema.Attrs {
		if columnOf(a) == column {
			return a, true
		}
	}
	return scope.Attr{}, false
}

// field is the Catalog's name for a column.
func (m *model) field(column string) string {
	if a, ok := m.attr(column); ok {
		return a.Name
	}
	return column
}

// opened is what needs no decision.
type opened struct {
	types  map[reflect.Type]bool
	tables map[string]bool
}

func parseOpen(db *gorm.DB, open []any) (opened, error) {
	out := opened{map[reflect.Type]bool{}, map[string]bool{}}
	for _, v := range open {
		if table, ok := v.(string); ok {
			out.tables[tableKey(table)] = true
			continue
		}
		s, err := schema.Parse(v, &sync.Map{}, db.NamingStrategy)
		if err != nil {
			return out, fmt.Errorf("scopegorm: Options.Open: %T is neither a model nor the name of a join table: %w", v, err)
		}
		out.types[s.ModelType] = true
	}
	return out, nil
}

// relationsOf are all relations of a struct. GORM's own map leaves out one of two that share a name.
func relationsOf(s *schema.Schema) []*schema.Relationship {
	rs := &s.Relationships
	return slices.Concat(rs.HasOne, rs.HasMany, rs.BelongsTo, rs.Many2Many)
}

// checkRelation refuses a relation that leads out of what the guard knows: rows of it would be read and written
// without anyone having said that they may.
func (ms *models) checkRelation(m *model, rel *schema.Relationship, open opened) error {
	known := func(s *schema.Schema) bool {
		return ms.byType[s.ModelType] != nil || open.types[s.ModelType]
	}
	if !known(rel.FieldSchema) {
		return fmt.Errorf("scopegorm: type %q has the relation %s to %s, which is neither in the Catalog nor in Options.Open: add it to one", m.name, rel.Name, rel.FieldSchema)
	}
	if rel.JoinTable == nil || known(rel.JoinTable) {
		return nil
	}
	table := rel.JoinTable.Table
	if !open.tables[tableKey(table)] {
		return fmt.Errorf("scopegorm: type %q has the relation %s through the table %q: add the table's name to Options.Open, or give it a model of its own with SetupJoinTable", m.name, rel.Name, table)
	}
	ms.joins[tableKey(table)] = m.name
	return nil
}
