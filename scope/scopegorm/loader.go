package scopegorm

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Loader fetches records for access.Config.Loader: by key within a tenant, with the answers about related rows from the
// same query. It reads outside the guard, because Authorize asks it before there is a decision, and runs no hooks.
// Rows that are soft-deleted are not there. It may be used concurrently.
type Loader struct {
	db      *gorm.DB
	dialect scope.Dialect
	models  map[string]*model
}

var _ access.Loader = (*Loader)(nil)

// NewLoader returns a Loader for the types of the Catalog that have a Model.
func NewLoader(db *gorm.DB, c access.Catalog) (*Loader, error) {
	d, err := dialectOf(db)
	if err != nil {
		return nil, err
	}
	types, err := c.Complete()
	if err != nil {
		return nil, err
	}
	l := &Loader{db, d, map[string]*model{}}
	var errs []error
	for _, t := range types {
		if t.Model == nil {
			continue
		}
		m, err := parseModel(db, t)
		l.models[t.Name] = m
		errs = append(errs, err)
	}
	return l, errors.Join(errs...)
}

// Load implements access.Loader. The id of a type with several key attributes is their texts joined by slashes.
func (l *Loader) Load(ctx context.Context, tenant, typ, id string, facts []scope.Predicate) (scope.Record, error) {
	m, err := l.model(typ)
	if err != nil {
		return scope.Record{}, err
	}
	parts := []string{id}
	if len(m.schema.Key) > 1 {
		parts = strings.Split(id, "/")
	}
	if len(parts) != len(m.schema.Key) {
		return scope.Record{}, nil
	}
	var key []scope.Value
	for i, name := range m.schema.Key {
		a, _ := m.schema.Attr(name)
		v, ok := scope.ParseID(a.Kind, parts[i])
		if !ok {
			return scope.Record{}, nil
		}
		key = append(key, v)
	}
	var out scope.Record
	err = l.each(ctx, tenant, m, m.keyed(key), facts, func(r scope.Record, answers []scope.Truth) error {
		out = answered(r, facts, answers)
		return nil
	})
	return out, err
}

// perQuery is how many records Facts asks about at once.
const perQuery = 500

// Facts implements access.Loader. What is asked about a record that has no row is unknown.
func (l *Loader) Facts(ctx context.Context, tenant, typ string, records []scope.Record, facts []scope.Predicate) ([]scope.Record, error) {
	m, err := l.model(typ)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(records))
	var tests []scope.Predicate
	for i, r := range records {
		key, err := m.key(r)
		if err != nil {
			return nil, fmt.Errorf("scopegorm: load facts of %s: %w", typ, err)
		}
		keys[i] = keyText(key)
		tests = append(tests, m.keyed(key))
	}
	answers := map[string][]scope.Truth{}
	for chunk := range slices.Chunk(tests, perQuery) {
		err := l.each(ctx, tenant, m, scope.Or(chunk...), facts, func(r scope.Record, got []scope.Truth) error {
			key, err := m.key(r)
			answers[keyText(key)] = got
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]scope.Record, len(records))
	for i, r := range records {
		out[i] = answered(r, facts, answers[keys[i]])
	}
	return out, nil
}

func (l *Loader) model(typ string) (*model, error) {
	if m := l.models[typ]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("scopegorm: load: type %q has no Model in the Catalog: set it, or pass the record", typ)
}

// each reads the tenant's rows that pass p, with what SQL answers about them.
func (l *Loader) each(ctx context.Context, tenant string, m *model, p scope.Predicate, facts []scope.Predicate, do func(scope.Record, []scope.Truth) error) error {
	p, err := p.Within(m.schema, tenant)
	if err != nil {
		return fmt.Errorf("scopegorm: load %s: %w", m.name, err)
	}
	db := l.db.Session(&gorm.Session{NewDB: true, SkipHooks: true, Context: unguarded(ctx)})
	rows, err := db.Model(reflect.New(m.gorm.ModelType).Interface()).Clauses(
		clause.Select{Expression: factColumns{l, m, facts}},
		clause.Where{Exprs: []clause.Expression{condition{l, m, p}}},
	).Rows()
	if err != nil {
		return fmt.Errorf("scopegorm: load %s: %w", m.name, err)
	}
	defer rows.Close()
	for rows.Next() {
		row := reflect.New(m.gorm.ModelType).Interface()
		if err := db.ScanRows(rows, row); err != nil {
			return fmt.Errorf("scopegorm: load %s: %w", m.name, err)
		}
		answers, err := scanFacts(rows, len(facts))
		if err == nil {
			err = do(scope.OfAny(row), answers)
		}
		if err != nil {
			return fmt.Errorf("scopegorm: load %s: %w", m.name, err)
		}
	}
	return rows.Err()
}

// factColumns selects a row and, for each fact, 1 if it is true, -1 if it is false and 0 if it is neither.
type factColumns struct {
	l     *Loader
	m     *model
	facts []scope.Predicate
}

func (c factColumns) Build(b clause.Builder) {
	b.WriteQuoted(clause.Table{Name: c.m.table()})
	_, _ = b.WriteString(".*")
	for i, f := range c.facts {
		_, _ = b.WriteString(", CASE WHEN ")
		condition{c.l, c.m, f}.Build(b)
		_, _ = b.WriteString(" THEN 1 WHEN ")
		condition{c.l, c.m, scope.Not(f)}.Build(b)
		_, _ = b.WriteString(fmt.Sprintf(" THEN -1 ELSE 0 END AS crmaccess_fact_%d", i))
	}
}

type condition struct {
	l *Loader
	m *model
	p scope.Predicate
}

func (c condition) Build(b clause.Builder) {
	writePredicate(b, c.p, c.m, c.l.dialect, c.m.table())
}

// scanFacts reads the last n columns of the row.
func scanFacts(rows *sql.Rows, n int) ([]scope.Truth, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	into := make([]any, len(columns))
	out := make([]scope.Truth, n)
	for i := range into {
		if at := i - (len(columns) - n); at >= 0 {
			into[i] = &out[at]
		} else {
			into[i] = new(sql.RawBytes)
		}
	}
	return out, rows.Scan(into...)
}

func answered(r scope.Record, facts []scope.Predicate, answers []scope.Truth) scope.Record {
	for i, f := range facts {
		t := scope.Unknown
		if answers != nil {
			t = answers[i]
		}
		r = r.WithFact(f, t)
	}
	return r
}

// key is the record's key.
func (m *model) key(r scope.Record) ([]scope.Value, error) {
	var out []scope.Value
	for _, name := range m.schema.Key {
		a, _ := m.schema.Attr(name)
		v, err := r.Value(name, a.Kind)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// keyed selects the record of a key.
func (m *model) keyed(key []scope.Value) scope.Predicate {
	all := make([]scope.Predicate, len(key))
	for i, v := range key {
		all[i] = scope.Eq(m.schema.Key[i], v)
	}
	return scope.And(all...)
}

func keyText(key []scope.Value) string {
	var out strings.Builder
	for _, v := range key {
		fmt.Fprintf(&out, "%d:%s", len(v.String()), v)
	}
	return out.String()
}
