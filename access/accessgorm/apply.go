package accessgorm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	gormadapter "github.com/casbin/gorm-adapter/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Apply implements [access.Store]. A change that Load could not read back is [access.ErrInvalid].
func (s *Store) Apply(ctx context.Context, e access.Entry) (uint64, error) {
	tenants, err := reach(e.Tenant)
	if err != nil {
		return 0, err
	}
	add, err := encode(e.Tenant, e.Add)
	if err != nil {
		return 0, err
	}
	remove, err := encode(e.Tenant, e.Remove)
	if err != nil {
		return 0, err
	}
	content, err := json.Marshal(e)
	if err != nil {
		return 0, &access.InvalidError{What: "change", Value: e.Tenant, Err: err}
	}
	var rev uint64
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		// The counter's row is locked by this until the end, so changes happen one after another.
		if rev, err = s.nextRevision(tx); err != nil {
			return err
		}
		revs, err := s.revisions(tx, tenants)
		if err != nil {
			return err
		}
		if stands := max(revs[e.Tenant].Rev, revs[access.Shared].Rev); stands != e.Base {
			return conflict("%q stands at revision %d, the change was made against %d", e.Tenant, stands, e.Base)
		}
		if err := s.remove(tx, remove); err != nil {
			return err
		}
		if err := s.insert(tx, add); err != nil {
			return err
		}
		if err := s.advance(tx, e.Tenant, revs[e.Tenant], rev, add, remove); err != nil {
			return err
		}
		return s.table(tx, tableLog).Create(&logRow{Rev: rev, Tenant: e.Tenant, Author: e.By, Made: formatTime(e.At), Content: string(content)}).Error
	})
	if err != nil {
		return 0, fmt.Errorf("accessgorm: change %q: %w", e.Tenant, err)
	}
	return rev, nil
}

// nextRevision takes the number of the change.
func (s *Store) nextRevision(tx *gorm.DB) (uint64, error) {
	taken := s.table(tx, tableRevision).Where("tenant = ?", counter).Update("rev", gorm.Expr("rev + 1"))
	if taken.Error != nil {
		return 0, taken.Error
	}
	if taken.RowsAffected != 1 {
		return 0, errUnmigrated
	}
	revs, err := s.revisions(tx, []string{counter})
	return revs[counter].Rev, err
}

// advance writes the tenant's revision, row count and digest.
func (s *Store) advance(tx *gorm.DB, tenant string, old revisionRow, rev uint64, add, remove stored) error {
	var total sum
	if old.Rev > 0 {
		var err error
		if total, err = old.sum(); err != nil {
			return badRow(tableRevision, tenant, err)
		}
	}
	total.plus(add.sums()[tenant])
	total.minus(remove.sums()[tenant])
	row := revisionRow{Tenant: tenant, Rev: rev, RowCount: total.rows, Digest: total.digest()}
	if old.Rev == 0 {
		return s.table(tx, tableRevision).Create(&row).Error
	}
	done := s.table(tx, tableRevision).Where("tenant = ? AND rev = ?", tenant, old.Rev).
		Updates(map[string]any{"rev": row.Rev, "row_count": row.RowCount, "digest": row.Digest})
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected != 1 {
		return conflict("%q no longer stands at revision %d", tenant, old.Rev)
	}
	return nil
}

// remove deletes each row by all its values, blank ones included.
func (s *Store) remove(tx *gorm.DB, rows stored) error {
	for _, l := range rows.lines {
		r := casbinRule(l)
		done := s.table(tx, tableRule).
			Where("ptype = ? AND v0 = ? AND v1 = ? AND v2 = ? AND v3 = ? AND v4 = ? AND v5 = ?", r.Ptype, r.V0, r.V1, r.V2, r.V3, r.V4, r.V5).
			Delete(&gormadapter.CasbinRule{})
		if err := expect(done, 1, "remove a row of "+s.name(tableRule)); err != nil {
			return err
		}
	}
	if err := removeSide(s, tx, tableGrant, rows.grants); err != nil {
		return err
	}
	if err := removeSide(s, tx, tableDefinition, rows.definitions); err != nil {
		return err
	}
	if err := removeSide(s, tx, tableSuspension, rows.suspensions); err != nil {
		return err
	}
	return removeSide(s, tx, tableRole, rows.roles)
}

func removeSide[R sideRow](s *Store, tx *gorm.DB, table string, rows []R) error {
	for _, r := range rows {
		tenant, hash := r.key()
		done := s.table(tx, table).Where("tenant = ? AND hash = ?", tenant, hash).Delete(new(R))
		if err := expect(done, 1, "remove a row of "+s.name(table)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) insert(tx *gorm.DB, rows stored) error {
	rules := make([]gormadapter.CasbinRule, len(rows.lines))
	for i, l := range rows.lines {
		rules[i] = casbinRule(l)
	}
	if err := insertAll(s, tx, tableRule, rules); err != nil {
		return err
	}
	if err := insertAll(s, tx, tableGrant, rows.grants); err != nil {
		return err
	}
	if err := insertAll(s, tx, tableDefinition, rows.definitions); err != nil {
		return err
	}
	if err := insertAll(s, tx, tableSuspension, rows.suspensions); err != nil {
		return err
	}
	return insertAll(s, tx, tableRole, rows.roles)
}

// chunk keeps an insert below the number of values a database binds.
const chunk = 1_000

// insertAll inserts the rows; one that is there already is not written and so found by the count.
func insertAll[R any](s *Store, tx *gorm.DB, table string, rows []R) error {
	for part := range slices.Chunk(rows, chunk) {
		done := s.table(tx, table).Clauses(clause.OnConflict{DoNothing: true}).Create(&part)
		if err := expect(done, len(part), "add to "+s.name(table)); err != nil {
			return err
		}
	}
	return nil
}

func expect(done *gorm.DB, rows int, what string) error {
	if done.Error != nil {
		return fmt.Errorf("%s: %w", what, done.Error)
	}
	if done.RowsAffected != int64(rows) {
		return conflict("%s: %d of %d rows were as the change expects", what, done.RowsAffected, rows)
	}
	return nil
}

// casbinRule spreads a row over the adapter's columns.
func casbinRule(line []string) gormadapter.CasbinRule {
	var v [6]string
	copy(v[:], line[1:])
	return gormadapter.CasbinRule{Ptype: line[0], V0: v[0], V1: v[1], V2: v[2], V3: v[3], V4: v[4], V5: v[5]}
}
