package accessgorm

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// borrow returns the connection pool of the host's handle.
func borrow(db *gorm.DB) (*sql.DB, dialect, error) {
	if db == nil || db.Config == nil || db.Dialector == nil || db.Statement == nil {
		return nil, dialect{}, errors.New("accessgorm: the *gorm.DB is nil or was not opened")
	}
	d, err := dialectOf(db.Dialector.Name())
	if err != nil {
		return nil, d, err
	}
	if _, inside := db.Statement.ConnPool.(gorm.TxCommitter); inside {
		return nil, d, errors.New("accessgorm: the *gorm.DB is inside a transaction: pass the handle it was begun on")
	}
	pool, err := db.DB()
	if err != nil {
		return nil, d, fmt.Errorf("accessgorm: the *gorm.DB stands on no *sql.DB: %w", err)
	}
	return pool, d, nil
}

// private returns a handle of our own on the pool: the host's SQL dialect, none of its callbacks, plugins, settings or
// schema cache. A callback that filters rows would take denials out of the policy.
func private(db *gorm.DB, pool *sql.DB, d dialect) (*gorm.DB, error) {
	return gorm.Open(onPool{db.Dialector, pool, d.callbacks}, &gorm.Config{
		ClauseBuilders:         maps.Clone(db.ClauseBuilders),
		DisableAutomaticPing:   true, // New does no I/O, and a failed ping would close the pool
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
	})
}

// onPool is the host's dialect on a pool that is open already.
type onPool struct {
	gorm.Dialector
	pool      *sql.DB
	callbacks *callbacks.Config
}

// Initialize replaces the host dialect's, which may open connections.
func (o onPool) Initialize(db *gorm.DB) error {
	if db.ClauseBuilders == nil {
		db.ClauseBuilders = map[string]clause.ClauseBuilder{}
	}
	db.ConnPool = o.pool
	config := *o.callbacks
	callbacks.RegisterDefaultCallbacks(db, &config)
	return nil
}
