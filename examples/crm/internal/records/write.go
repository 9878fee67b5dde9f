package records

import (
	"context"
	"maps"
	"reflect"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

func (t *table[T, P]) Edit(ctx context.Context, dec access.Decision, set Values, decide Decide) (Row, error) {
	old := new(T)
	if err := t.within(ctx, dec).Take(old).Error; err != nil {
		return nil, err
	}
	next := *old
	if err := t.apply(ctx, &next, set); err != nil {
		return nil, err
	}
	dec, err := decide(scope.Of(old), scope.Of(&next))
	if err != nil {
		return nil, err
	}
	if len(set) > 0 {
		done := scopegorm.Filter(t.db.WithContext(ctx), dec).Model(&next).Updates(map[string]any(set))
		if done.Error != nil {
			return nil, done.Error
		}
		if done.RowsAffected == 0 {
			return nil, access.ErrChanged
		}
	}
	return field.Row(ctx, dec.Fields(), &next)
}

func (t *table[T, P]) Create(ctx context.Context, set Values, home model.Identity, decide Decide) (Row, error) {
	if _, given := set[t.kind.Title]; !given {
		return nil, &ValueError{Column: t.kind.Title, Fault: Blank}
	}
	next := new(T)
	if err := t.apply(ctx, next, t.completed(set)); err != nil {
		return nil, err
	}
	if err := t.settle(ctx, P(next).Key(), set, home); err != nil {
		return nil, err
	}
	dec, err := decide(scope.Record{}, scope.Of(next))
	if err != nil {
		return nil, err
	}
	if err := scopegorm.Filter(t.db.WithContext(ctx), dec).Create(next).Error; err != nil {
		return nil, err
	}
	return field.Row(ctx, dec.Fields(), next)
}

func (t *table[T, P]) Delete(ctx context.Context, dec access.Decision) error {
	id, _ := dec.Record().Get("id")
	done := t.within(ctx, dec).Where("id = ?", id).Delete(new(T))
	if done.Error == nil && done.RowsAffected == 0 {
		return access.ErrChanged
	}
	return done.Error
}

// apply puts the values into the record.
func (t *table[T, P]) apply(ctx context.Context, row *T, set Values) error {
	for name, value := range set {
		f, err := t.field(name)
		if err != nil {
			return err
		}
		if err := f.Set(ctx, reflect.ValueOf(row).Elem(), value); err != nil {
			return err
		}
	}
	return nil
}

// completed adds the first choice of each column that has choices and was left out.
func (t *table[T, P]) completed(set Values) Values {
	all := maps.Clone(set)
	for column, options := range t.kind.Options {
		if _, given := all[column]; !given {
			all[column] = options[0]
		}
	}
	return all
}

// settle gives a new record its number and, where nothing was said, not even null, its home.
func (t *table[T, P]) settle(ctx context.Context, key *model.Identity, set Values, home model.Identity) error {
	key.TenantID = home.TenantID
	if _, given := set["owner_id"]; !given {
		key.OwnerID = home.OwnerID
	}
	if _, given := set["team_id"]; !given {
		key.TeamID = home.TeamID
	}
	if _, given := set["region_id"]; !given {
		key.RegionID = home.RegionID
	}
	return t.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		counter := model.Counter{TenantID: home.TenantID, Type: t.kind.Type}
		if err := tx.Model(&counter).Update("last", gorm.Expr("last + 1")).Error; err != nil {
			return err
		}
		if err := tx.Take(&counter).Error; err != nil {
			return err
		}
		key.ID = counter.Last
		return nil
	})
}
