package accessgorm

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Store keeps policy in a database. It may be used concurrently, and several stores, also of other processes, may share
// the tables.
type Store struct {
	db      *gorm.DB // our own handle, see private
	prefix  string
	dialect dialect
}

var _ access.Store = (*Store)(nil)

// New returns a store on the pool of db. It runs no statement: an unsupported database, a handle inside a transaction
// and a bad option are its only errors. The tables must have been made by [Migrate].
func New(db *gorm.DB, o ...Option) (*Store, error) {
	opts, err := newOptions(o)
	if err != nil {
		return nil, err
	}
	pool, d, err := borrow(db)
	if err != nil {
		return nil, err
	}
	own, err := private(db, pool, d)
	if err != nil {
		return nil, fmt.Errorf("accessgorm: %w", err)
	}
	return &Store{db: own, prefix: opts.prefix, dialect: d}, nil
}

// name is the full name of a table.
func (s *Store) name(table string) string { return s.prefix + "_" + table }

// table begins a statement on one of our tables.
func (s *Store) table(tx *gorm.DB, table string) *gorm.DB { return tx.Table(s.name(table)) }

// Revision implements [access.Store].
func (s *Store) Revision(ctx context.Context, tenant string) (uint64, error) {
	tenants, err := reach(tenant)
	if err != nil {
		return 0, err
	}
	var revs []uint64
	err = s.table(s.db.WithContext(ctx), tableRevision).Where("tenant IN ?", tenants).Pluck("rev", &revs).Error
	if err != nil {
		return 0, fmt.Errorf("accessgorm: revision of %q: %w", tenant, err)
	}
	var rev uint64
	for _, r := range revs {
		rev = max(rev, r)
	}
	return rev, nil
}

// reach lists the tenants whose rows a tenant's policy has: its own and the shared ones.
func reach(tenant string) ([]string, error) {
	if err := access.CheckID(tenant); err != nil {
		return nil, &access.InvalidError{What: "tenant", Value: tenant, Err: err}
	}
	return []string{tenant, access.Shared}, nil
}

func conflict(format string, args ...any) error {
	return fmt.Errorf("accessgorm: %w: %w", access.ErrConflict, fmt.Errorf(format, args...))
}

var errUnmigrated = errors.New("accessgorm: the revision table has no counter: run Migrate")
