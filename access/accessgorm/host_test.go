package accessgorm

import (
	"context"
	"errors"
	"testing"

	gormadapter "github.com/casbin/gorm-adapter/v3"
	"github.com/glebarez/sqlite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// exercise runs every method once.
func exercise(t *testing.T, db *gorm.DB) {
	t.Helper()
	require.NoError(t, Migrate(ctx, db))
	s, err := New(db)
	require.NoError(t, err)
	must(t, s, "acme", everything("acme"), access.Rows{})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assertRows(t, everything("acme"), p.Rows)
	log, err := s.Log(ctx, "acme", 0)
	require.NoError(t, err)
	require.Len(t, log, 1)
	must(t, s, "acme", access.Rows{}, everything("acme"))
}

func TestHost_handleIsLeftAlone(t *testing.T) {
	type tag struct{}
	db := open(t, file(t), quiet()).WithContext(context.WithValue(ctx, tag{}, "the host's"))
	config, statement, context := *db.Config, db.Statement, db.Statement.Context
	exercise(t, db)
	assert.Equal(t, "the host's", db.Statement.Context.Value(tag{}))
	assert.Same(t, statement, db.Statement)
	assert.Equal(t, context, db.Statement.Context)
	assert.Empty(t, db.Statement.Clauses)
	assert.Empty(t, db.Plugins)
	assert.NoError(t, db.Error)
	assert.Same(t, config.ConnPool, db.ConnPool)
	assert.Equal(t, config.Logger, db.Logger)
	assert.Equal(t, config.Dialector, db.Dialector)
	assert.Equal(t, config.SkipDefaultTransaction, db.SkipDefaultTransaction)
	assert.Equal(t, len(config.ClauseBuilders), len(db.ClauseBuilders))
	pool, err := db.DB()
	require.NoError(t, err)
	assert.NoError(t, pool.Ping(), "the pool is open")
	assert.Zero(t, pool.Stats().InUse, "no connection is kept")
}

func TestHost_settings(t *testing.T) {
	for name, config := range map[string]*gorm.Config{
		"prepared statements": {PrepareStmt: true},
		"dry run":             {DryRun: true},
		"query fields":        {QueryFields: true},
		"names of its own":    {NamingStrategy: schema.NamingStrategy{TablePrefix: "host_", NoLowerCase: true, SingularTable: true}},
		"global updates":      {AllowGlobalUpdate: true, CreateBatchSize: 1, PropagateUnscoped: true},
		"no transactions":     {SkipDefaultTransaction: true, DisableNestedTransaction: true},
		"translated errors":   {TranslateError: true},
	} {
		t.Run(name, func(t *testing.T) {
			config.Logger = logger.Discard
			exercise(t, open(t, file(t), config))
		})
	}
	t.Run("one connection", func(t *testing.T) {
		db := open(t, ":memory:", quiet())
		pool, err := db.DB()
		require.NoError(t, err)
		pool.SetMaxOpenConns(1)
		exercise(t, db)
	})
	t.Run("a handle in use", func(t *testing.T) {
		db := open(t, file(t), quiet())
		exercise(t, db.Where("tenant = ?", "other").Limit(1).Unscoped().Debug().Session(&gorm.Session{Logger: logger.Discard}))
	})
}

// TestHost_callbacks has a host whose callbacks refuse or narrow every statement: a filter that reached the store's
// loads would take the denies out of a policy.
func TestHost_callbacks(t *testing.T) {
	db := open(t, file(t), quiet())
	refuse := func(db *gorm.DB) { _ = db.AddError(errors.New("refused by the host's guard")) }
	for _, register := range []func(name string, fn func(*gorm.DB)) error{
		db.Callback().Create().Before("*").Register, db.Callback().Query().Before("*").Register, db.Callback().Update().Before("*").Register,
		db.Callback().Delete().Before("*").Register, db.Callback().Row().Before("*").Register, db.Callback().Raw().Before("*").Register,
	} {
		require.NoError(t, register("guard", refuse))
	}
	exercise(t, db)

	narrow := open(t, file(t), quiet())
	require.NoError(t, narrow.Callback().Query().Before("gorm:query").Register("narrow", func(db *gorm.DB) { db.Where("v5 <> ?", "deny") }))
	exercise(t, narrow)
}

func TestHost_ownCasbinTable(t *testing.T) {
	db := open(t, file(t), quiet())
	own, err := gormadapter.NewAdapterByDB(db.Session(&gorm.Session{NewDB: true}))
	require.NoError(t, err)
	require.NoError(t, own.AddPolicy("p", "p", []string{"alice", "data1", "read"}))
	exercise(t, db)
	var rows []gormadapter.CasbinRule
	require.NoError(t, db.Find(&rows).Error)
	assert.Len(t, rows, 1)
}

func TestHost_transactionRefused(t *testing.T) {
	db, _ := fresh(t)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		_, err := New(tx)
		assert.ErrorContains(t, err, "inside a transaction")
		assert.ErrorContains(t, Migrate(ctx, tx), "inside a transaction")
		return nil
	}))
	prepared := open(t, file(t), &gorm.Config{Logger: logger.Discard, PrepareStmt: true})
	require.NoError(t, prepared.Transaction(func(tx *gorm.DB) error {
		_, err := New(tx)
		assert.ErrorContains(t, err, "inside a transaction")
		return nil
	}))
	require.NoError(t, db.Connection(func(one *gorm.DB) error {
		_, err := New(one)
		assert.Error(t, err, "a single borrowed connection is no pool")
		return nil
	}))
}

// other is a database this package does not know.
type other struct{ gorm.Dialector }

func (other) Name() string { return "oracle" }

func TestNew_refuses(t *testing.T) {
	db, _ := fresh(t)
	for _, none := range []*gorm.DB{nil, {}, {Config: &gorm.Config{}}} {
		_, err := New(none)
		assert.Error(t, err)
		assert.Error(t, Migrate(ctx, none))
	}
	strange := open(t, file(t), quiet())
	strange.Dialector = other{strange.Dialector}
	_, err := New(strange)
	assert.ErrorContains(t, err, `"oracle" is not supported`)
	assert.Error(t, Migrate(ctx, strange))

	for _, prefix := range []string{"", "casbin", "Crm", "1a", "a b", "a;DROP TABLE customers", `a"`, "a.b", "abcdefghijklmnopqrstuvwxyz_01234"} {
		_, err := New(db, WithTable(prefix))
		assert.Error(t, err, prefix)
		assert.Error(t, Migrate(ctx, db, WithTable(prefix)), prefix)
	}
}

func TestNew_runsNoStatement(t *testing.T) {
	db := open(t, file(t), quiet())
	pool, err := db.DB()
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	s, err := New(db)
	require.NoError(t, err, "a closed pool is not noticed yet")
	_, err = s.Load(ctx, "acme")
	assert.Error(t, err)
}

func TestErrors_tellNoDSN(t *testing.T) {
	dsn := file(t)
	db, err := gorm.Open(sqlite.Open(dsn+"&secret=hunter2"), quiet())
	require.NoError(t, err)
	s, err := New(db)
	require.NoError(t, err)
	_, loadErr := s.Load(ctx, "acme")
	pool, err := db.DB()
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	_, applyErr := s.Apply(ctx, entry("acme", 0, access.Rows{}, access.Rows{}))
	for _, err := range []error{loadErr, applyErr, Migrate(ctx, db)} {
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hunter2")
		assert.NotContains(t, err.Error(), "policy.db")
	}
}
