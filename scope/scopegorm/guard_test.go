package scopegorm_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// TestDecisionsCountByTypeAndKind runs each kind of statement under decisions that are not for it.
func TestDecisionsCountByTypeAndKind(t *testing.T) {
	w := newWorld(t, false)
	statements := map[string]func(db *gorm.DB) error{
		"read":   func(db *gorm.DB) error { return db.Find(&[]Customer{}).Error },
		"create": func(db *gorm.DB) error { return db.Create(&Customer{TenantID: "acme", OwnerID: at(1)}).Error },
		"update": func(db *gorm.DB) error { return db.Model(&Customer{}).Where("id = 1").Update("name", "x").Error },
		"delete": func(db *gorm.DB) error { return db.Delete(&Customer{ID: 1}).Error },
	}
	opens := map[string][]string{"view": {"read"}, "create": {"create"}, "edit": {"read", "update"}, "delete": {"read", "delete"}, "share": nil}
	for action, kinds := range opens {
		for name, run := range statements {
			err := run(w.as("1", action))
			if assert.ObjectsAreEqual(true, contains(kinds, name)) {
				assert.NoError(t, err, "%s under %s", name, action)
			} else {
				assert.ErrorIs(t, err, scopegorm.ErrNoDecision, "%s under %s", name, action)
				assert.ErrorIs(t, err, scopegorm.ErrRefused)
			}
			assert.ErrorIs(t, run(w.db), scopegorm.ErrNoDecision)
			assert.ErrorIs(t, run(w.with(w.db, "1", "contact", "team")), scopegorm.ErrNoDecision, "of another type")
		}
	}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func TestLaterDecisionWins(t *testing.T) {
	w := newWorld(t, false)
	read := func(db *gorm.DB) ([]int64, error) { return found(db) }
	head := scopegorm.Filter(w.db, w.may("9", "view", "customer"))
	got, err := read(head)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3, 4}, got)
	got, err = read(scopegorm.Filter(head, w.may("1", "view", "customer")))
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2}, got)
	got, _ = read(head)
	assert.Len(t, got, 4, "the first handle is what it was")

	denied := w.may("3", "view", "customer")
	require.False(t, denied.Allowed())
	_, err = read(scopegorm.Filter(head, denied))
	assert.ErrorIs(t, err, scopegorm.ErrNoDecision)
	assert.ErrorIs(t, err, access.ErrDenied, "a denial closes what was open")
	_, err = read(scopegorm.Filter(head, access.Decision{}))
	assert.ErrorIs(t, err, scopegorm.ErrNoDecision, "so does the decision beside an error")
	_, err = read(scopegorm.Filter(scopegorm.Filter(head, access.Decision{}), w.may("9", "view", "customer")))
	assert.ErrorIs(t, err, scopegorm.ErrNoDecision, "for good")
}

func TestContextCarriesDecisions(t *testing.T) {
	w := newWorld(t, false)
	ctx := scopegorm.WithDecisions(context.Background(), w.may("1", "view", "customer"))
	got, err := gorm.G[Customer](w.db).Find(ctx)
	require.NoError(t, err)
	assert.Len(t, got, 2)
	require.NoError(t, w.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		got, err := found(tx)
		assert.Len(t, got, 2)
		return err
	}))
}

// TestSavepoints nests a transaction that fails: GORM's own SQL passes, and what it did is undone.
func TestSavepoints(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		inner := errors.New("inner")
		require.NoError(t, w.as("1", "edit").Transaction(func(tx *gorm.DB) error {
			require.NoError(t, tx.Model(&Customer{ID: 1}).Update("name", "kept").Error)
			err := tx.Transaction(func(tx *gorm.DB) error {
				require.NoError(t, tx.Model(&Customer{ID: 2}).Update("name", "undone").Error)
				return inner
			})
			assert.ErrorIs(t, err, inner)
			return nil
		}))
		assert.Equal(t, []int64{1}, w.where("name = 'kept'"))
		assert.Empty(t, w.where("name = 'undone'"))
		assert.ErrorIs(t, w.db.Exec("SAVEPOINT a; DELETE FROM customers").Error, scopegorm.ErrRefused)
		assert.ErrorIs(t, w.db.Exec("savepoint a -- ").Error, scopegorm.ErrRefused)
	})
}

// TestSave writes the row it was given, or none: GORM itself overwrites another's row.
func TestSave(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		w.auth = authorizer(t, policy+"\np2, r:all, acme, customer, *, always, edit\ng, u:2, r:all, acme", access.Config{Catalog: catalog()})
		db := open(t, pool(t, w.plain), false)
		require.NoError(t, db.Use(scopegorm.New(w.auth, scopegorm.Options{Open: []any{&Note{}, Tag{}, "customer_tags"}})))
		w.db = db
		var own Customer
		require.NoError(t, w.as("2", "view").First(&own, 2).Error)
		own.Name = "saved"
		require.NoError(t, w.as("2", "edit", "create").Save(&own).Error)
		assert.Equal(t, []int64{2}, w.where("name = 'saved'"))

		foreign := own
		foreign.ID = 1
		foreign.TeamID = at(99)
		require.NoError(t, w.plain.Model(&Customer{ID: 1}).Updates(map[string]any{"owner_id": 5, "team_id": 5}).Error)
		assert.ErrorIs(t, w.as("2", "edit", "create").Save(&foreign).Error, scopegorm.ErrRefused)
		assert.Equal(t, []int64{1}, w.where("owner_id = 5 AND team_id = 5"), "the row is as it was")
	})
}

func TestUnguarded(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		db := scopegorm.Unguarded(w.as("1", "view"), "nightly clean-up")
		got, err := found(db)
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3, 4, 6}, got)
		require.NoError(t, db.Exec("UPDATE customers SET name = 'y' WHERE id = 6").Error)
		require.NoError(t, db.AutoMigrate(&Customer{}))
		var seen []audit.Event
		for _, e := range w.audit.Events() {
			if e.Kind == audit.KindUnguarded {
				seen = append(seen, e)
			}
		}
		require.Len(t, seen, 1)
		assert.Equal(t, "nightly clean-up", seen[0].Purpose)
		assert.Equal(t, "1", seen[0].Subject)

		for _, blank := range []string{"", " \t"} {
			_, err = found(scopegorm.Unguarded(w.db, blank))
			assert.ErrorIs(t, err, scopegorm.ErrRefused)
		}
		_, err = found(scopegorm.Unguarded(w.plain, "reason"))
		assert.Error(t, err, "where no guard is, nothing would be recorded")
		got, err = found(scopegorm.Filter(db, w.may("1", "view", "customer")))
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, got, "Filter ends it")

		tx := w.as("1", "view").Where("id > 0").Or("id < 0")
		_, err = found(tx)
		require.NoError(t, err)
		got, err = found(scopegorm.Unguarded(tx, "reason"))
		require.NoError(t, err)
		assert.Len(t, got, 5, "a statement that ran guarded keeps no scope")
	})
}

// failing is a sink that can be broken.
type failing struct{ broken bool }

func (f *failing) Write(context.Context, ...audit.Event) error {
	if f.broken {
		return errors.New("disk full")
	}
	return nil
}

func TestCommit(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		commits := func() (out []audit.Event) {
			for _, e := range w.audit.Events() {
				if e.Kind == audit.KindCommit {
					out = append(out, e)
				}
			}
			return out
		}
		view, edit := w.may("1", "view", "customer"), w.may("1", "edit", "customer")
		_, err := found(scopegorm.Filter(w.db, view))
		require.NoError(t, err)
		require.Len(t, commits(), 1)
		assert.Equal(t, 2, commits()[0].Count)
		assert.Equal(t, "view", commits()[0].Action)
		require.NoError(t, scopegorm.Filter(w.db, edit).Model(&Customer{ID: 1}).Updates(map[string]any{"name": "x", "stage": "y"}).Error)
		require.Len(t, commits(), 2)
		assert.Equal(t, []string{"name", "stage"}, commits()[1].Fields)

		both := w.with(scopegorm.Filter(w.db, view), "1", "contact")
		var out []Contact
		require.NoError(t, both.Where("customer_id IN (?)", both.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("id")).Find(&out).Error)
		require.Len(t, commits(), 4, "the subquery's decision too")
		assert.ElementsMatch(t, []string{"contact", "customer"}, []string{commits()[2].Type, commits()[3].Type})

		advisory, err := w.auth.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "1", Tenant: "acme"}, Action: "edit",
			Resource: access.Resource{Type: "customer"}, Advisory: true})
		require.NoError(t, err)
		_, err = found(scopegorm.Filter(w.db, advisory))
		require.ErrorIs(t, err, scopegorm.ErrRefused, "what nothing is recorded of shows nothing")
		assert.Len(t, commits(), 4)
		assert.ErrorIs(t, scopegorm.Filter(w.db, advisory).Model(&Customer{ID: 1}).Update("name", "z").Error, scopegorm.ErrRefused)
	})
}

func TestFailedCommit(t *testing.T) {
	w := newWorld(t, false)
	sink := &failing{}
	w.auth = authorizer(t, policy, access.Config{Catalog: catalog(), Audit: sink})
	w.db = open(t, pool(t, w.plain), false)
	require.NoError(t, w.db.Use(scopegorm.New(w.auth, scopegorm.Options{Open: []any{&Note{}, Tag{}, "customer_tags"}})))
	db := w.as("1", "view", "edit", "create", "delete")
	before := w.dump()
	sink.broken = true

	var out []Customer
	assert.ErrorIs(t, db.Find(&out).Error, access.ErrAudit)
	assert.Empty(t, out, "nothing was shown")
	var one Customer
	assert.ErrorIs(t, db.First(&one).Error, access.ErrAudit)
	assert.Zero(t, one)
	rows := map[string]any{}
	assert.ErrorIs(t, db.Model(&Customer{}).Limit(1).Find(&rows).Error, access.ErrAudit)
	assert.Empty(t, rows)
	var n int
	assert.ErrorIs(t, db.Model(&Customer{}).Select("count(*)").Row().Scan(&n), access.ErrAudit)
	_, err := db.Model(&Customer{}).Rows()
	assert.ErrorIs(t, err, access.ErrAudit)
	assert.ErrorIs(t, db.Model(&Customer{ID: 1}).Update("name", "x").Error, access.ErrAudit)
	assert.ErrorIs(t, db.Delete(&Customer{ID: 1}).Error, access.ErrAudit)
	assert.ErrorIs(t, db.Create(&Customer{TenantID: "acme", OwnerID: at(1)}).Error, access.ErrAudit)
	assert.ErrorIs(t, scopegorm.Unguarded(db, "reason").Find(&out).Error, access.ErrAudit)
	assert.Equal(t, before, w.dump(), "writes are rolled back")
}

func TestTwoGoroutines(t *testing.T) {
	w := newWorld(t, true)
	one, nine := w.as("1", "view"), w.as("9", "view")
	shared := one.Where("id > ?", 0).Or("id < ?", 0).Session(&gorm.Session{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for range 20 {
				got, err := found(shared)
				assert.NoError(t, err)
				assert.Equal(t, []int64{1, 2}, got)
			}
		}()
		go func() {
			defer wg.Done()
			for range 20 {
				got, err := found(nine)
				assert.NoError(t, err)
				assert.Equal(t, []int64{1, 2, 3, 4}, got)
			}
		}()
	}
	wg.Wait()
}

func TestInitializeRefuses(t *testing.T) {
	type Unknown struct {
		ID       int64
		TenantID string
	}
	type Parent struct {
		ID       int64
		TenantID string
		ChildID  int64
		Child    Unknown
	}
	type Linked struct {
		ID       int64
		TenantID string
		Tags     []Tag `gorm:"many2many:linked_tags"`
	}
	type Amount struct {
		ID       int64
		TenantID string
		Size     float64
	}
	tenant := scope.Schema{Tenant: "tenant_id"}
	with := func(a scope.Attr) scope.Schema { return scope.Schema{Tenant: "tenant_id", Attrs: []scope.Attr{a}} }
	cases := map[string]struct {
		types []access.Type
		open  []any
		text  string
	}{
		"relation to the unknown": {[]access.Type{{Name: "parent", Model: Parent{}, Schema: tenant}}, nil, "Child"},
		"join table":              {[]access.Type{{Name: "linked", Model: Linked{}, Schema: tenant}}, []any{Tag{}}, "linked_tags"},
		"column of another name":  {[]access.Type{{Name: "amount", Model: Amount{}, Schema: with(scope.Attr{Name: "size", Kind: scope.KindDecimal, Column: "length"})}}, nil, "length"},
		"kind of another type":    {[]access.Type{{Name: "amount", Model: Amount{}, Schema: with(scope.Attr{Name: "size", Kind: scope.KindText})}}, nil, "size"},
		"one table twice":         {[]access.Type{{Name: "a", Model: Amount{}, Schema: tenant}, {Name: "b", Model: &Amount{}, Schema: tenant}}, nil, "share"},
		"another table":           {[]access.Type{{Name: "amount", Model: Amount{}, Schema: scope.Schema{Table: "sums", Tenant: "tenant_id"}}}, nil, "sums"},
		"open nonsense":           {[]access.Type{{Name: "amount", Model: Amount{}, Schema: tenant}}, []any{7}, "int"},
	}
	plain := newWorld(t, false).plain
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := authorizerOf(t, c.types, "")
			db := open(t, pool(t, plain), false)
			err := db.Use(scopegorm.New(a, scopegorm.Options{Open: c.open}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.text)
		})
	}
	db := open(t, pool(t, plain), false)
	assert.Error(t, db.Use(scopegorm.New(nil, scopegorm.Options{})))
	db.ClauseBuilders["WHERE"] = func(clause.Clause, clause.Builder) {}
	assert.Error(t, db.Use(scopegorm.New(authorizerOf(t, nil, ""), scopegorm.Options{})))
}

func authorizerOf(t testing.TB, types []access.Type, policy string) *access.Authorizer {
	a, err := access.MemoryAuthorizer(context.Background(), "acme", policy, nil, access.Config{Catalog: access.Catalog{Types: types}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}
