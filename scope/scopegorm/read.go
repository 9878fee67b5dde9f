package scopegorm

import (
	"context"
	"database/sql"
	"regexp"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// query guards Find and its kin, Preload's queries and subqueries.
func (g *guard) query(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		r := g.begin(db, access.ReadRows)
		switch {
		case r == nil && db.Error == nil:
			next(db)
		case r == nil:
			spoil(db)
		case r.prepare(func() { callbacks.BuildQuerySQL(db) }):
			r.finish(next)
		}
	}
}

// row guards Row, Rows and Scan. How many rows the host will take from them is not known, so the decisions are
// committed before the statement runs.
func (g *guard) row(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if r := g.begin(db, access.ReadRows); r != nil && r.prepare(func() { callbacks.BuildQuerySQL(db) }) && !db.DryRun {
			r.commit(0)
		}
		if rows, _ := db.Get("rows"); db.Error != nil && rows != true && !db.DryRun {
			db.Statement.Dest = failedRow(db)
			return
		}
		next(db)
	}
}

// failedRow is a row whose Scan returns the statement's error. Without one Row would return nil, and Scan panic.
func failedRow(db *gorm.DB) *sql.Row {
	pool := db.Statement.ConnPool
	switch p := pool.(type) {
	case *gorm.PreparedStmtDB:
		pool = p.ConnPool
	case *gorm.PreparedStmtTX:
		pool = p.Tx
	}
	return pool.QueryRowContext(failed{db.Statement.Context, db.Error}, "")
}

// failed is a context that has ended with an error of our own: nothing runs under it.
type failed struct {
	context.Context
	err error
}

var over = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (f failed) Done() <-chan struct{} { return over }
func (f failed) Err() error            { return f.err }

// savepoint is what GORM itself executes for a nested transaction.
var savepoint = regexp.MustCompile(`^(?:ROLLBACK TO )?SAVEPOINT \w+$`)

// raw refuses Exec: nothing is known of what it touches.
func (g *guard) raw(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if db.Error == nil && !isUnguarded(db.Statement.Context) && !savepoint.MatchString(db.Statement.SQL.String()) {
			_ = db.AddError(&RefusedError{Op: "raw", Why: "Exec runs SQL that the guard cannot bound",
				Instead: "use Model with Create, Updates or Delete, or Unguarded with a reason"})
			return
		}
		next(db)
	}
}

// checkBatches refuses what FindInBatches makes of a top-level Or: "a OR b AND id > ?", which never ends.
func (r *run) checkBatches() error {
	where, _ := r.st.Clauses["WHERE"].Expression.(clause.Where)
	or, next := false, false
	for _, e := range where.Exprs {
		switch e := e.(type) {
		case clause.OrConditions:
			or = or || len(e.Exprs) == 1
		case clause.Gt:
			c, _ := e.Column.(clause.Column)
			next = next || c.Name == clause.PrimaryKey
		}
	}
	if or && next {
		return r.refuse("FindInBatches would not end: its next batch is ORed away", "group the conditions: Where(db.Where(…).Or(…))")
	}
	return nil
}
