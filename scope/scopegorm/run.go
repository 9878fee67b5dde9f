package scopegorm

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// run is one statement on its way through the guard.
type run struct {
	*guard
	db   *gorm.DB
	st   *gorm.Statement
	kind access.Kinds

	target target
	dec    access.Decision   // for the target; zero if it is not protected
	where  scope.Predicate   // the rows of the target that the statement may touch
	used   []access.Decision // all that the statement runs under
	fields []string          // what a write sets

	base    int            // values bound before the statement began: those of an outer one
	before  int            // where WHERE begins in the SQL
	bound   int            // values bound by then
	after   int            // where WHERE ends; 0: it was not built
	trusted []span         // SQL that the guard wrote or checked
	joined  map[string]int // joins of associations by table
}

// span is a piece of the statement's SQL.
type span struct{ from, to int }

// begin starts a statement, or returns nil if the guard has no business with it.
func (g *guard) begin(db *gorm.DB, kind access.Kinds) *run {
	if db.Error != nil {
		return nil
	}
	if isUnguarded(db.Statement.Context) {
		disarm(db.Statement)
		return nil
	}
	return &run{guard: g, db: db, st: db.Statement, kind: kind, base: len(db.Statement.Vars), joined: map[string]int{}}
}

// disarm takes the guard's WHERE from a statement that was used before.
func disarm(st *gorm.Statement) {
	if w, ok := st.Clauses["WHERE"]; ok {
		if w.Builder = nil; w.Expression == nil {
			delete(st.Clauses, "WHERE")
		} else {
			st.Clauses["WHERE"] = w
		}
	}
}

// prepare arms the statement, lets GORM build its SQL and inspects that. It reports whether the SQL may run.
func (r *run) prepare(build func()) bool {
	err := r.arm()
	if err == nil {
		if build(); r.db.Error == nil {
			err = r.inspect()
		}
	}
	return r.passed(err)
}

// passed takes the verdict.
func (r *run) passed(err error) bool {
	if err != nil {
		_ = r.db.AddError(err)
	}
	if r.db.Error != nil {
		spoil(r.db)
	}
	return r.db.Error == nil
}

// spoil makes the SQL of a failed subquery useless: GORM drops the error of a subquery and keeps its SQL, of which
// nothing at all would be the worst, since "NOT IN ()" can be every row.
func spoil(db *gorm.DB) {
	if db.DryRun {
		db.Statement.SQL.Reset()
		db.Statement.SQL.WriteString("SELECT REFUSED BY scopegorm")
	}
}

// arm finds what the statement is about, the decisions it runs under, and hangs the scope on its WHERE.
func (r *run) arm() error {
	if r.st.SQL.Len() > 0 {
		return r.refuse("it is raw SQL", "use Model with conditions, or Unguarded with a reason")
	}
	var err error
	if r.target, err = r.findTarget(); err != nil {
		return err
	}
	r.adoptClauses()
	if err = r.armJoins(); err != nil {
		return err
	}
	if r.target.model == nil {
		r.armWhere()
		return nil
	}
	if r.dec, err = r.decision(r.target.model.name, r.kind); err != nil {
		return err
	}
	r.where = r.dec.Scope()
	r.armWhere()
	return r.checkBatches()
}

// decision finds the decision for a type and notes that the statement runs under it.
func (r *run) decision(typ string, kind access.Kinds) (access.Decision, error) {
	d, err := decisionsIn(r.st.Context).find(typ, kind)
	if err != nil {
		return d, err
	}
	if d.Advisory() {
		return d, r.refusef("ask again without Advisory to act", "its decision for %s is advisory, of which nothing is on record", typ)
	}
	r.used = append(r.used, d)
	return d, nil
}

// dry lets a step of GORM build its SQL without running it.
func (r *run) dry(step func(*gorm.DB)) {
	config := r.db.Config
	without := *config
	without.DryRun = true
	r.db.Config = &without
	step(r.db)
	r.db.Config = config
}

// finish runs the SQL that was prepared, by GORM's own step, and commits the decisions.
func (r *run) finish(step func(*gorm.DB)) {
	if r.db.DryRun {
		r.report()
		return
	}
	step(r.db)
	if r.db.Error == nil && r.missed() {
		_ = r.db.AddError(access.ErrChanged)
	}
	if r.db.Error == nil {
		r.commit(int(r.db.RowsAffected))
	}
}

// missed reports whether a write decided for one record found it no more as it was decided on.
func (r *run) missed() bool {
	writes := r.kind == access.UpdateRows || r.kind == access.DeleteRows
	return writes && r.target.model != nil && !r.dec.Collection() && r.db.RowsAffected == 0
}

func (r *run) refuse(why, instead string) error {
	e := &RefusedError{Op: opOf(r.kind), Why: why, Instead: instead}
	if r.target.model != nil {
		e.Model = r.target.model.name
	}
	return e
}

func (r *run) refusef(instead, format string, args ...any) error {
	return r.refuse(fmt.Sprintf(format, args...), instead)
}

// trust marks as checked what write adds to the SQL of the statement.
func (r *run) trust(b clause.Builder, write func()) {
	st, ok := b.(*gorm.Statement)
	if !ok || st != r.st {
		write()
		return
	}
	from := st.SQL.Len()
	write()
	r.trusted = append(r.trusted, span{from, st.SQL.Len()})
}
