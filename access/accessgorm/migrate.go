package accessgorm

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Migrate creates what is missing of the tables and indexes, outside any transaction, and refuses a rule table of
// another shape. It may run again at any time, and at once on several nodes.
func Migrate(ctx context.Context, db *gorm.DB, o ...Option) error {
	opts, err := newOptions(o)
	if err != nil {
		return err
	}
	pool, d, err := borrow(db)
	if err != nil {
		return err
	}
	for _, statement := range strings.Split(d.schema(opts), ";\n") {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("accessgorm: migrate: %w", err)
		}
	}
	return d.verify(ctx, pool, opts.prefix+"_rule")
}

// SQL returns the statements that Migrate runs on a database ("sqlite"), for those who keep migrations in files of
// their own. Each may run again.
func SQL(database string, o ...Option) (string, error) {
	opts, err := newOptions(o)
	if err != nil {
		return "", err
	}
	d, err := dialectOf(database)
	if err != nil {
		return "", err
	}
	return d.schema(opts), nil
}
