package records

import (
	"context"
	"errors"
	"reflect"

	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
)

// ErrNoColumn means that a query names a column that does not exist, or that its asker must not learn anything about.
// The two look alike.
var ErrNoColumn = errors.New("records: there is no such column to sort or filter by")

// Query says which of the records in reach are wanted.
type Query struct {
	Page, Size int // Page counts from 1
	Sort       string
	Descending bool
	Search     string            // a text that any of the columns holds
	Equal      map[string]string // values by column
}

func (t *table[T, P]) Page(ctx context.Context, dec access.Decision, q Query) ([]Row, int64, error) {
	where, err := t.where(dec, q)
	if err != nil {
		return nil, 0, err
	}
	order, err := t.order(dec, q)
	if err != nil {
		return nil, 0, err
	}
	var rows []T
	err = t.within(ctx, dec).Clauses(where...).Order(order).Limit(q.Size).Offset((q.Page - 1) * q.Size).Find(&rows).Error
	if err != nil {
		return nil, 0, err
	}
	var total int64
	if err := t.within(ctx, dec).Clauses(where...).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	shown, err := field.Rows(ctx, dec.Fields(), rows)
	return shown, total, err
}

// order ends with the number, so that no record is on two pages.
func (t *table[T, P]) order(dec access.Decision, q Query) (clause.OrderBy, error) {
	by := clause.OrderBy{}
	if q.Sort != "" {
		if t.columns.LookUpField(q.Sort) == nil || dec.Queryable(q.Sort) != nil {
			return by, ErrNoColumn
		}
		by.Columns = append(by.Columns, clause.OrderByColumn{Column: column(q.Sort), Desc: q.Descending})
	}
	by.Columns = append(by.Columns, clause.OrderByColumn{Column: column("id")})
	return by, nil
}

func (t *table[T, P]) where(dec access.Decision, q Query) ([]clause.Expression, error) {
	var all []clause.Expression
	for name, text := range q.Equal {
		f := t.columns.LookUpField(name)
		if f == nil || f.DBName != name || dec.Queryable(name) != nil {
			return nil, ErrNoColumn
		}
		value, err := t.FromText(name, text)
		if err != nil {
			return nil, err
		}
		all = append(all, clause.Eq{Column: column(name), Value: value})
	}
	if q.Search != "" {
		all = append(all, t.search(dec, q.Search))
	}
	if len(all) == 0 {
		return nil, nil
	}
	return []clause.Expression{clause.Where{Exprs: all}}, nil
}

// search looks for text in the columns that are clear on every record in reach: a hit in any other would tell what it
// hides. The tenant's name is left out, every record has it. SQLite's lower() knows the letters A to Z only: É and é are two.
func (t *table[T, P]) search(dec access.Decision, text string) clause.Expression {
	var hits []clause.Expression
	for _, f := range t.columns.Fields {
		if f.DBName != "" && f.DBName != "tenant_id" && f.FieldType.Kind() == reflect.String && dec.Queryable(f.DBName) == nil {
			hits = append(hits, clause.Expr{SQL: "instr(lower(?), lower(?)) > 0", Vars: []any{column(f.DBName), text}})
		}
	}
	switch len(hits) {
	case 0:
		return clause.Expr{SQL: "1 = 0"}
	case 1:
		return hits[0]
	}
	return clause.Or(hits...)
}

func column(name string) clause.Column { return clause.Column{Table: clause.CurrentTable, Name: name} }
