package accessgorm

import (
	"sync"
	"testing"

	gormadapter "github.com/casbin/gorm-adapter/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
)

func TestMigrate_againKeepsEverything(t *testing.T) {
	db, s := fresh(t)
	rev := must(t, s, "acme", everything("acme"), access.Rows{})
	require.NoError(t, Migrate(ctx, db))
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rev, p.Revision)
	assertRows(t, everything("acme"), p.Rows)
	assert.Equal(t, rev+1, must(t, s, "acme", rules("acme", 0, 1), access.Rows{}), "the counter goes on")
}

func TestSQL_runByHand(t *testing.T) {
	db := open(t, file(t), quiet())
	text, err := SQL("sqlite", WithTable("crm"))
	require.NoError(t, err)
	require.NoError(t, db.Exec(text).Error)
	s, err := New(db, WithTable("crm"))
	require.NoError(t, err)
	must(t, s, "acme", everything("acme"), access.Rows{})
	assert.NotContains(t, text, "crmaccess")

	_, err = SQL("oracle")
	assert.ErrorContains(t, err, "not supported")
	_, err = SQL("sqlite", WithTable("a b"))
	assert.Error(t, err)
}

func TestMigrate_atOnceOnSeveralNodes(t *testing.T) {
	dsn := file(t)
	var group sync.WaitGroup
	for range 4 {
		db := open(t, dsn, quiet())
		group.Add(1)
		go func() {
			defer group.Done()
			assert.NoError(t, Migrate(ctx, db))
		}()
	}
	group.Wait()
	exercise(t, open(t, dsn, quiet()))
}

func TestMigrate_prefixesAreApart(t *testing.T) {
	db, s := fresh(t)
	require.NoError(t, Migrate(ctx, db, WithTable("crm_two")))
	two, err := New(db, WithTable("crm_two"))
	require.NoError(t, err)
	must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
	must(t, two, "acme", everything("acme"), access.Rows{})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Len(t, p.Rows.Rules, 1)
	p, err = two.Load(ctx, "acme")
	require.NoError(t, err)
	assertRows(t, everything("acme"), p.Rows)
	_, err = New(db, WithTable("crmaccess_"))
	assert.NoError(t, err)
}

func TestMigrate_refusesATableOfAnotherShape(t *testing.T) {
	for name, ddl := range map[string]string{
		"NULL":      `CREATE TABLE crmaccess_rule (id INTEGER PRIMARY KEY, ptype TEXT, v0 TEXT, v1 TEXT, v2 TEXT, v3 TEXT, v4 TEXT, v5 TEXT)`,
		"collation": `CREATE TABLE crmaccess_rule (id INTEGER PRIMARY KEY, ptype TEXT NOT NULL, v0 TEXT NOT NULL COLLATE NOCASE, v1 TEXT NOT NULL, v2 TEXT NOT NULL, v3 TEXT NOT NULL, v4 TEXT NOT NULL, v5 TEXT NOT NULL)`,
		"numbers":   `CREATE TABLE crmaccess_rule (id INTEGER PRIMARY KEY, ptype TEXT NOT NULL, v0 NUMERIC NOT NULL, v1 TEXT NOT NULL, v2 TEXT NOT NULL, v3 TEXT NOT NULL, v4 TEXT NOT NULL, v5 TEXT NOT NULL)`,
	} {
		db := open(t, file(t), quiet())
		require.NoError(t, db.Exec(ddl).Error)
		assert.ErrorIs(t, Migrate(ctx, db), errShape, name)
	}
	db := open(t, file(t), quiet())
	_, err := gormadapter.NewAdapterByDBUseTableName(db.Session(&gorm.Session{NewDB: true}), "crmaccess", "rule")
	require.NoError(t, err)
	assert.ErrorIs(t, Migrate(ctx, db), errShape, "the adapter's own migration lets NULL in")
}

func TestStore_withoutMigrate(t *testing.T) {
	s, err := New(open(t, file(t), quiet()))
	require.NoError(t, err)
	_, err = s.Load(ctx, "acme")
	assert.Error(t, err)
	_, err = s.Apply(ctx, entry("acme", 0, rules("acme", 0, 1), access.Rows{}))
	assert.Error(t, err)
}

// TestIndexes asks SQLite how it finds a tenant's rows: not by reading every tenant's.
func TestIndexes(t *testing.T) {
	db, _ := fresh(t)
	for query, index := range map[string]string{
		"SELECT * FROM crmaccess_rule WHERE ptype IN ('p') AND v1 IN ('acme', '*') ORDER BY id": "crmaccess_rule_v1",
		"SELECT * FROM crmaccess_rule WHERE ptype IN ('g') AND v2 IN ('acme', '*') ORDER BY id": "crmaccess_rule_v2",
		"SELECT * FROM crmaccess_grant WHERE tenant IN ('acme', '*')":                           "sqlite_autoindex_crmaccess_grant_1",
		"SELECT * FROM crmaccess_log WHERE tenant = 'acme' AND rev > 3 ORDER BY rev":            "crmaccess_log_tenant",
	} {
		var plan []struct{ Detail string }
		require.NoError(t, db.Raw("EXPLAIN QUERY PLAN "+query).Scan(&plan).Error)
		require.NotEmpty(t, plan)
		assert.Contains(t, plan[0].Detail, index, query)
	}
}
