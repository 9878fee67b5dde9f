package scopegorm_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// TestAgree compares the guard with Go, over random policies, rows, conditions and updates: what a guarded list shows is
// what GORM finds for the host's conditions and the decision matches one by one; what a guarded update changes are the
// rows that match before and, with the values set, after.
func TestAgree(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	w := newWorld(t, true)
	for range 60 {
		rows := w.scatter(rnd)
		w.auth = authorizer(t, fmt.Sprintf(`
			p, r:a, acme, customer, view, %s, allow
			p, r:a, acme, customer, view, %s, deny
			p, r:a, acme, customer, edit, %s, allow
			p, r:a, acme, customer, edit, %s, deny
			p2, r:a, acme, customer, *, always, edit
			g, u:%d, r:a, acme`, when(rnd), when(rnd), when(rnd), when(rnd), rnd.IntN(2)+1), access.Config{Catalog: catalog()})
		db := open(t, pool(t, w.plain), true)
		require.NoError(t, db.Use(scopegorm.New(w.auth, scopegorm.Options{Open: []any{&Note{}, Tag{}, "customer_tags"}})))
		w.db = db
		for _, subject := range []string{"1", "2"} {
			if d := w.may(subject, "view", "customer"); d.Allowed() {
				for range 4 {
					conditions := randomConditions(rnd)
					host, err := found(conditions(w.plain.Model(&Customer{})))
					require.NoError(t, err)
					got, err := found(conditions(scopegorm.Filter(w.db, d).Model(&Customer{})))
					require.NoError(t, err)
					assert.Equal(t, matching(t, rows, d.Scope(), host), got, "seed %d: %s", seed, d.Scope())
				}
			}
			if d := w.may(subject, "edit", "customer"); d.Allowed() {
				w.checkUpdate(t, rnd, d, rows)
			}
		}
		if t.Failed() {
			return
		}
	}
}

// scatter replaces the customers by random ones.
func (w *world) scatter(rnd *rand.Rand) []Customer {
	require.NoError(w.t, w.plain.Unscoped().Where("1=1").Delete(&Customer{}).Error)
	some := func() *int64 {
		return [][]*int64{{nil}, {at(0)}, {at(1)}, {at(2)}, {at(7)}, {at(8)}}[rnd.IntN(6)][0]
	}
	rows := make([]Customer, 12)
	for i := range rows {
		rows[i] = Customer{ID: int64(i + 1), TenantID: []string{"acme", "acme", "ACME", "globex"}[rnd.IntN(4)],
			Name: []string{"x", "y", ""}[rnd.IntN(3)], OwnerID: some(), TeamID: some()}
	}
	require.NoError(w.t, w.plain.Create(&rows).Error)
	return rows
}

func when(rnd *rand.Rand) string {
	names := []string{"own", "team", "unowned", "global", "old.own", "new.team", "new.own"}
	a, b := names[rnd.IntN(len(names))], names[rnd.IntN(len(names))]
	return []string{a, "!" + a, a + " && !" + b, a + " || " + b, "!(" + a + " && " + b + ")"}[rnd.IntN(5)]
}

// randomConditions is a chain of conditions, texts with their own OR among them.
func randomConditions(rnd *rand.Rand) func(db *gorm.DB) *gorm.DB {
	type step struct {
		kind int
		text string
	}
	texts := []string{"id < 6", "(owner_id = 1 OR owner_id IS NULL)", "name = 'x'", "team_id <> 7", "NOT (id = 3)", "1=1"}
	steps := make([]step, rnd.IntN(4))
	for i := range steps {
		steps[i] = step{rnd.IntN(4), texts[rnd.IntN(len(texts))]}
	}
	return func(db *gorm.DB) *gorm.DB {
		for _, s := range steps {
			switch s.kind {
			case 0:
				db = db.Where(s.text)
			case 1:
				db = db.Or(s.text)
			case 2:
				db = db.Not(s.text)
			case 3:
				db = db.Where(db.Session(&gorm.Session{NewDB: true}).Where(s.text).Or("id = 9"))
			}
		}
		return db
	}
}

func matching(t *testing.T, rows []Customer, p scope.Predicate, among []int64) []int64 {
	out := []int64{}
	for i := range rows {
		ok, err := p.Match(scope.Of(&rows[i]))
		require.NoError(t, err)
		if ok && slices.Contains(among, rows[i].ID) {
			out = append(out, rows[i].ID)
		}
	}
	return out
}

func (w *world) checkUpdate(t *testing.T, rnd *rand.Rand, d access.Decision, rows []Customer) {
	set := map[string]any{"stage": strings.Repeat("z", rnd.IntN(900)+1)}
	for _, column := range []string{"owner_id", "team_id"} {
		switch rnd.IntN(4) {
		case 0:
			set[column] = []int64{0, 1, 2, 7, 8}[rnd.IntN(5)]
		case 1:
			set[column] = nil
		}
	}
	want := []int64{}
	for i := range rows {
		after := rows[i]
		if v, ok := set["owner_id"]; ok {
			after.OwnerID = idOf(v)
		}
		if v, ok := set["team_id"]; ok {
			after.TeamID = idOf(v)
		}
		if w.edits(d, &rows[i], &after) {
			want = append(want, after.ID)
		}
	}
	tx := scopegorm.Filter(w.db, d).Begin()
	err := tx.Model(&Customer{}).Where("1=1").Updates(set).Error
	got := []Customer{}
	require.NoError(t, scopegorm.Unguarded(tx.Session(&gorm.Session{NewDB: true}), "test").Where("stage = ?", set["stage"]).Find(&got).Error)
	require.NoError(t, tx.Rollback().Error)
	if err != nil {
		assert.ErrorIs(t, err, scopegorm.ErrRefused)
	}
	assert.Equal(t, want, ids(got), "%v: %s", set, d.ScopeAfter(nil))
}

func idOf(v any) *int64 {
	if n, ok := v.(int64); ok {
		return &n
	}
	return nil
}

// edits asks the Authorizer about one record and what is to become of it.
func (w *world) edits(d access.Decision, before, after *Customer) bool {
	p, err := w.auth.Authorize(context.Background(), access.Request{Subject: d.Subject(), Action: d.Action(),
		Resource: access.Resource{Type: "customer", Record: scope.Of(before), New: scope.Of(after)}})
	require.NoError(w.t, err)
	return p.Allowed()
}
