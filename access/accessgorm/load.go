package accessgorm

import (
	"context"
	"fmt"
	"strings"

	"github.com/casbin/casbin/v2/model"
	gormadapter "github.com/casbin/gorm-adapter/v3"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// Load implements [access.Store]. A row that cannot be read and rows that are not those the last change left are
// [access.ErrInvalid]; the error names the table and, where one is at fault, the row.
func (s *Store) Load(ctx context.Context, tenant string) (access.Policy, error) {
	tenants, err := reach(tenant)
	if err != nil {
		return access.Policy{}, err
	}
	p := access.Policy{Tenant: tenant}
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		revs, err := s.revisions(tx, tenants)
		if err != nil {
			return err
		}
		all, err := s.stored(tx, tenants)
		if err != nil {
			return err
		}
		if p.Rows, err = all.decode(); err != nil {
			return err
		}
		sums := all.sums()
		for _, t := range tenants {
			if err := compare(revs[t], sums[t], t); err != nil {
				return err
			}
			p.Revision = max(p.Revision, revs[t].Rev)
		}
		return nil
	}, s.dialect.read)
	if err != nil {
		return access.Policy{}, fmt.Errorf("accessgorm: load %q: %w", tenant, err)
	}
	return p, nil
}

// revisions reads the revision rows of the tenants; one that has none has the zero row.
func (s *Store) revisions(tx *gorm.DB, tenants []string) (map[string]revisionRow, error) {
	var rows []revisionRow
	if err := s.table(tx, tableRevision).Where("tenant IN ?", tenants).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]revisionRow{}
	for _, r := range rows {
		out[r.Tenant] = r
	}
	return out, nil
}

// compare holds what was loaded against what the last change left.
func compare(left revisionRow, found sum, tenant string) error {
	var want sum
	var err error
	if left.Rev > 0 {
		if want, err = left.sum(); err != nil {
			return badRow(tableRevision, tenant, err)
		}
	}
	if found != want {
		return badRow(tableRevision, tenant, fmt.Errorf(
			"rows were changed by other means than Apply: the last change left %d rows, there are %d that sum up to %s, not %s: put them back as the change log has them",
			want.rows, found.rows, found.digest(), want.digest()))
	}
	return nil
}

// stored reads all rows of the tenants.
func (s *Store) stored(tx *gorm.DB, tenants []string) (stored, error) {
	lines, err := s.lines(tx, tenants)
	if err != nil {
		return stored{}, err
	}
	out := stored{lines: lines}
	for table, rows := range map[string]any{
		tableGrant: &out.grants, tableDefinition: &out.definitions, tableSuspension: &out.suspensions, tableRole: &out.roles,
	} {
		if err := s.table(tx, table).Where("tenant IN ?", tenants).Order("tenant, hash").Find(rows).Error; err != nil {
			return stored{}, err
		}
	}
	return out, nil
}

// lines lets the adapter load the rule table. The filtered adapter runs no DDL; no list in a filter may be empty, for
// that selects every tenant's rows.
func (s *Store) lines(tx *gorm.DB, tenants []string) ([][]string, error) {
	m, err := model.NewModelFromString(casbinx.Model())
	if err != nil {
		return nil, err
	}
	adapter, err := gormadapter.NewFilteredAdapterByDB(tx, s.prefix, tableRule)
	if err != nil {
		return nil, err
	}
	err = adapter.LoadFilteredPolicy(m, []gormadapter.Filter{
		{Ptype: []string{"p"}, V1: tenants},
		{Ptype: []string{"p2"}, V1: tenants},
		{Ptype: []string{"g"}, V2: tenants},
	})
	if err != nil {
		if bad := s.misshapen(tx, tenants); bad != nil {
			return nil, bad
		}
		return nil, err
	}
	var out [][]string
	for _, ptype := range []string{"p", "p2", "g"} {
		values, err := m.GetPolicy(ptype[:1], ptype)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			out = append(out, append([]string{ptype}, v...))
		}
	}
	return out, nil
}

// misshapen names the first rule row with too few values, on which the adapter stops without saying where it is.
func (s *Store) misshapen(tx *gorm.DB, tenants []string) error {
	var r gormadapter.CasbinRule
	found := s.table(tx, tableRule).Where(
		"(ptype IN ('p', 'p2') AND v1 IN ? AND (v0 = '' OR v2 = '' OR v3 = '' OR v4 = '' OR v5 = '')) OR (ptype = 'g' AND v2 IN ? AND (v0 = '' OR v1 = ''))",
		tenants, tenants).Order("id").Limit(1).Find(&r)
	if found.Error != nil || found.RowsAffected == 0 {
		return nil
	}
	return badRow(tableRule, strings.Join([]string{r.Ptype, r.V0, r.V1, r.V2, r.V3, r.V4, r.V5}, ", "),
		fmt.Errorf("the row with id %d has a blank value", r.ID))
}
