package app

import (
	"errors"
	"fmt"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/audit/chain"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/seed"
)

// openDB opens the database. Foreign keys let a customer's records go with him.
func openDB(path string) (*gorm.DB, error) {
	const settings = "?_time_format=sqlite&_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)"
	db, err := gorm.Open(sqlite.Open(path+settings), &gorm.Config{
		Logger:  logger.Discard,
		NowFunc: func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) },
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var version int
	if err := db.Raw("PRAGMA user_version").Scan(&version).Error; err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if version != seed.Version {
		return nil, fmt.Errorf("%s is no database of this version of the demo: remove it, or name another file with -db", path)
	}
	return db, nil
}

// openTrail opens the audit trail beside the database. A file that another process writes to, or that ended in the
// middle of a line, stays as it is and the next number is used.
func openTrail(db string) (*chain.Writer, string, error) {
	const most = 20
	var errs []error
	for n := 1; n <= most; n++ {
		path := fmt.Sprintf("%s.audit-%d.jsonl", db, n)
		w, err := chain.Open(path)
		if err == nil {
			return w, path, nil
		}
		errs = append(errs, err)
	}
	return nil, "", errors.Join(errs...)
}
