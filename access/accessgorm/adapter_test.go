package accessgorm

import (
	"errors"
	"fmt"
	"testing"

	"github.com/casbin/casbin/v2/model"
	gormadapter "github.com/casbin/gorm-adapter/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// Each test shows what the adapter does on our own table and then what the store does instead.

// adapter is the adapter on the store's rule table.
func adapter(t *testing.T, db *gorm.DB) *gormadapter.Adapter {
	t.Helper()
	a, err := gormadapter.NewFilteredAdapterByDB(db.Session(&gorm.Session{NewDB: true}), "crmaccess", "rule")
	require.NoError(t, err)
	return a
}

func count(t *testing.T, db *gorm.DB, where string) int {
	t.Helper()
	var n int64
	require.NoError(t, db.Table("crmaccess_rule").Where(where).Count(&n).Error)
	return int(n)
}

func TestAdapter_removeTakesABlankForAnything(t *testing.T) {
	db, s := fresh(t)
	for _, tenant := range []string{"acme", "globex"} {
		must(t, s, tenant, access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep", Tenant: tenant}}}, access.Rows{})
	}
	bob := access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}
	_, err := s.Apply(ctx, entry("acme", 1, access.Rows{}, bob))
	assert.ErrorIs(t, err, access.ErrInvalid)
	assert.Equal(t, 2, count(t, db, "v0 = 'u:bob'"))
	blank := stored{lines: [][]string{{"g", "u:bob", "r:rep", ""}}}
	assert.ErrorIs(t, s.remove(s.db, blank), access.ErrConflict, "the statement itself matches blanks exactly")
	assert.Equal(t, 2, count(t, db, "v0 = 'u:bob'"))

	require.NoError(t, adapter(t, db).RemovePolicy("g", "g", []string{"u:bob", "r:rep", ""}))
	assert.Equal(t, 0, count(t, db, "v0 = 'u:bob'"), "the adapter removed it in every tenant")
}

func TestAdapter_removePoliciesSwallowsErrors(t *testing.T) {
	db, s := fresh(t)
	alice := access.Rows{Assignments: everything("acme").Assignments}
	rev := must(t, s, "acme", alice, access.Rows{})
	require.NoError(t, db.Exec(`CREATE TRIGGER keep BEFORE DELETE ON crmaccess_rule BEGIN SELECT RAISE(ABORT, 'kept'); END`).Error)

	require.NoError(t, adapter(t, db).RemovePolicies("g", "g", [][]string{{"u:alice", "r:rep", "acme"}}), "the adapter reports success")
	require.Equal(t, 1, count(t, db, "v0 = 'u:alice'"), "and the role is still there")

	_, err := s.Apply(ctx, entry("acme", rev, access.Rows{}, alice))
	assert.ErrorContains(t, err, "kept")
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rev, p.Revision, "nothing was written")
}

func TestAdapter_removeOfNothingSucceeds(t *testing.T) {
	db, s := fresh(t)
	require.NoError(t, adapter(t, db).RemovePolicy("g", "g", []string{"u:nobody", "r:rep", "acme"}))
	_, err := s.Apply(ctx, entry("acme", 0, access.Rows{}, access.Rows{Assignments: []access.Assignment{{Subject: "nobody", Role: "rep", Tenant: "acme"}}}))
	assert.ErrorIs(t, err, access.ErrConflict)
}

func TestAdapter_addHidesDuplicates(t *testing.T) {
	db, s := fresh(t)
	rev := must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
	require.NoError(t, adapter(t, db).AddPolicy("p", "p", []string{"r:rep", "acme", "t0", "view", "always", "allow"}))
	require.Equal(t, 1, count(t, db, "1 = 1"), "a nil error and nothing written")
	_, err := s.Apply(ctx, entry("acme", rev, rules("acme", 0, 1), access.Rows{}))
	assert.ErrorIs(t, err, access.ErrConflict)
}

func TestAdapter_addDropsMoreThanSixValues(t *testing.T) {
	db, s := fresh(t)
	require.NoError(t, adapter(t, db).AddPolicy("p", "p", []string{"r:rep", "acme", "deal", "view", "always", "allow", "only on Mondays"}))
	require.Equal(t, 1, count(t, db, "v5 = 'allow'"), "the seventh value is gone")
	_, err := s.Load(ctx, "acme")
	assert.ErrorContains(t, err, "by other means")
}

func TestAdapter_addFailsOnLargeChanges(t *testing.T) {
	db, _ := fresh(t)
	var many [][]string
	for n := range 12_000 {
		many = append(many, rule("acme", n, access.Allow).Line()[1:])
	}
	require.ErrorContains(t, adapter(t, db).AddPolicies("p", "p", many), "too many SQL variables")
}

func TestAdapter_savePolicyEmptiesTheTable(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "acme", everything("acme"), access.Rows{})
	m, err := model.NewModelFromString(casbinx.Model())
	require.NoError(t, err)
	require.NoError(t, m.AddPolicy("p", "p", []string{"r:rep", "acme", "deal", "view", "always", "allow"}))
	require.NoError(t, db.Exec(`CREATE TRIGGER full BEFORE INSERT ON crmaccess_rule BEGIN SELECT RAISE(ABORT, 'disk full'); END`).Error)
	before := count(t, db, "1 = 1")
	require.Error(t, saveWithin(adapter(t, db), m))
	if after := count(t, db, "1 = 1"); after != 0 {
		t.Fatalf("SavePolicy left %d of %d rows", after, before)
	}
	_, err = s.Load(ctx, "acme")
	assert.ErrorContains(t, err, "by other means", "the loss is found at the next load")
}

// saveWithin gives the failed SavePolicy as an error also where it panics.
func saveWithin(a *gormadapter.Adapter, m model.Model) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return a.SavePolicy(m)
}

func TestAdapter_anEmptyFilterIsEverything(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "globex", everything("globex"), access.Rows{})
	m, err := model.NewModelFromString(casbinx.Model())
	require.NoError(t, err)
	require.NoError(t, adapter(t, db).LoadFilteredPolicy(m, []gormadapter.Filter{{Ptype: []string{"p"}, V1: nil}}))
	rows, err := m.GetPolicy("p", "p")
	require.NoError(t, err)
	require.NotEmpty(t, rows, "no tenant given is every tenant's rows")

	_, err = s.Load(ctx, "")
	assert.ErrorIs(t, err, access.ErrInvalid)
}

func TestAdapter_blankRowPanics(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
	require.NoError(t, db.Exec("INSERT INTO crmaccess_rule DEFAULT VALUES").Error)
	m, err := model.NewModelFromString(casbinx.Model())
	require.NoError(t, err)
	require.Panics(t, func() { _ = adapter(t, db).LoadPolicy(m) })

	p, err := s.Load(ctx, "acme")
	require.NoError(t, err, "it is no tenant's row")
	assert.Len(t, p.Rows.Rules, 1)
}

func TestAdapter_turnOffAutoMigrateOverwritesTheHandle(t *testing.T) {
	db, s := fresh(t)
	before := db.Statement.Context
	must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
	_, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, before, db.Statement.Context, "the host's context is as it was")

	gormadapter.TurnOffAutoMigrate(db)
	assert.NotEqual(t, before, db.Statement.Context)
}

func TestConflict_isAConflict(t *testing.T) {
	err := conflict("row %d", 7)
	assert.ErrorIs(t, err, access.ErrConflict)
	assert.False(t, errors.Is(err, access.ErrInvalid))
	assert.ErrorContains(t, err, "row 7")
}
