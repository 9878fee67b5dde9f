package records

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// Row is a record as its reader may see it: the visible fields by name.
type Row = map[string]any

// Decide asks for the decision on a write from one image of a record to another; old is zero for a new record.
type Decide func(old, next scope.Record) (access.Decision, error)

// Table is one type of record.
type Table interface {
	Kind() model.Kind
	// Page returns the records of a page and how many there are on all pages.
	Page(ctx context.Context, dec access.Decision, q Query) ([]Row, int64, error)
	// All returns every record the decision covers, by number.
	All(ctx context.Context, dec access.Decision) ([]Row, error)
	// One returns the record that the decision is about, or gorm.ErrRecordNotFound.
	One(ctx context.Context, dec access.Decision) (Row, error)
	// Edit changes the record that dec is about, after decide allowed the change.
	Edit(ctx context.Context, dec access.Decision, set Values, decide Decide) (Row, error)
	// Create adds a record, after decide allowed it; home is where it belongs unless set says otherwise.
	Create(ctx context.Context, set Values, home model.Identity, decide Decide) (Row, error)
	// Delete removes the record that the decision is about.
	Delete(ctx context.Context, dec access.Decision) error
	// FromJSON and FromText read a column's value.
	FromJSON(column string, raw json.RawMessage) (any, error)
	FromText(column, text string) (any, error)
	// Number reports whether a column holds whole numbers.
	Number(column string) bool
}

// Tables returns the table of each type.
func Tables(db *gorm.DB) (map[string]Table, error) {
	tables := map[string]Table{}
	for _, open := range []func(*gorm.DB) (Table, error){
		open[model.Customer], open[model.Opportunity], open[model.Quote], open[model.Order],
		open[model.Ticket], open[model.Complaint], open[model.Lead], open[model.Campaign],
	} {
		t, err := open(db)
		if err != nil {
			return nil, err
		}
		tables[t.Kind().Type] = t
	}
	return tables, nil
}

// record is a pointer to a struct that embeds model.Identity.
type record[T any] interface {
	*T
	Key() *model.Identity
}

type table[T any, P record[T]] struct {
	db      *gorm.DB
	kind    model.Kind
	columns *schema.Schema
}

func open[T any, P record[T]](db *gorm.DB) (Table, error) {
	parsed, err := schema.Parse(new(T), &sync.Map{}, db.NamingStrategy)
	if err != nil {
		return nil, err
	}
	kind, ok := model.KindOf(parsed.Table)
	if !ok {
		return nil, fmt.Errorf("records: no kind has the table %q", parsed.Table)
	}
	return &table[T, P]{db, kind, parsed}, nil
}

func (t *table[T, P]) Kind() model.Kind { return t.kind }

// within is a handle for statements on the table that dec covers.
func (t *table[T, P]) within(ctx context.Context, dec access.Decision) *gorm.DB {
	return scopegorm.Filter(t.db.WithContext(ctx), dec).Model(new(T))
}

func (t *table[T, P]) One(ctx context.Context, dec access.Decision) (Row, error) {
	row := new(T)
	if err := t.within(ctx, dec).Take(row).Error; err != nil {
		return nil, err
	}
	return field.Row(ctx, dec.Fields(), row)
}

func (t *table[T, P]) All(ctx context.Context, dec access.Decision) ([]Row, error) {
	var rows []T
	if err := t.within(ctx, dec).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return field.Rows(ctx, dec.Fields(), rows)
}
