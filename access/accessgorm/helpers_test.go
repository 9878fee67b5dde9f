package accessgorm

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

var ctx = context.Background()

func quiet() *gorm.Config { return &gorm.Config{Logger: logger.Discard} }

// file is a fresh database's DSN.
func file(t *testing.T) string {
	return filepath.Join(t.TempDir(), "policy.db") + "?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)"
}

func open(t *testing.T, dsn string, config *gorm.Config) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(sqlite.Open(dsn), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		if pool, err := db.DB(); err == nil {
			_ = pool.Close()
		}
	})
	return db
}

// fresh is a host's handle and a store on new tables.
func fresh(t *testing.T) (*gorm.DB, *Store) {
	t.Helper()
	db := open(t, file(t), quiet())
	require.NoError(t, Migrate(ctx, db))
	s, err := New(db)
	require.NoError(t, err)
	return db, s
}

// must applies a change made against the present revision.
func must(t *testing.T, s *Store, tenant string, add, remove access.Rows) uint64 {
	t.Helper()
	base, err := s.Revision(ctx, tenant)
	require.NoError(t, err)
	rev, err := s.Apply(ctx, entry(tenant, base, add, remove))
	require.NoError(t, err)
	return rev
}

func entry(tenant string, base uint64, add, remove access.Rows) access.Entry {
	return access.Entry{
		Change: access.Change{Tenant: tenant, Base: base, Add: add, Remove: remove, Reason: "test"},
		By:     "root", At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

// everything has a row of each kind.
func everything(tenant string) access.Rows {
	return access.Rows{
		Rules: []access.Rule{
			{Role: "rep", Tenant: tenant, Type: "customer", Action: "view", When: "own || shared", Effect: access.Allow},
			{Role: "rep", Tenant: tenant, Type: "*", Action: "*", When: "late", Effect: access.Deny},
		},
		Fields:      []access.FieldRule{{Role: "rep", Tenant: tenant, Type: "customer", Field: "phone", When: "always", Level: "mask:phone"}},
		Assignments: []access.Assignment{{Subject: "alice", Role: "rep", Tenant: tenant}},
		Inherits:    []access.Inheritance{{Role: "manager", Inherits: "rep", Tenant: tenant}},
		Grants: []access.Grant{
			{Subject: "bob", Role: "rep", Tenant: tenant, From: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Until: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), Purpose: "holiday, 'cover'"},
			{Subject: "bob", Role: "manager", Tenant: tenant, Until: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
		},
		Definitions: []access.Definition{
			{Name: "late", Tenant: tenant, Expr: "!always"},
			{Name: "won", Tenant: tenant, Scope: &scope.Criterion{Attr: "stage", Op: "eq", Values: []string{"won <&>"}}},
		},
		Suspensions: []access.Suspension{{Subject: "mallory", Tenant: tenant, Reason: "left\nthe company"}},
		Roles: []access.RoleInfo{
			{Name: "rep", Tenant: tenant, Purpose: "sells, 'face to face'", Owner: "head of sales"},
			{Name: "manager", Tenant: tenant},
			{Name: "report_export", Tenant: tenant, Purpose: "导出报表", Group: true},
		},
	}
}

func rule(tenant string, n int, e access.Effect) access.Rule {
	return access.Rule{Role: "rep", Tenant: tenant, Type: fmt.Sprint("t", n), Action: "view", When: "always", Effect: e}
}

func rules(tenant string, from, to int) access.Rows {
	var r access.Rows
	for n := from; n < to; n++ {
		r.Rules = append(r.Rules, rule(tenant, n, access.Allow))
	}
	return r
}
