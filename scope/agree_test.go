package scope

import (
	"database/sql"
	"fmt"
	"math/rand"
	"os"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onEveryDatabase runs a test on SQLite and on the servers that the environment names, in a schema of its own there.
func onEveryDatabase(t *testing.T, test func(*testing.T, *world)) {
	t.Run(SQLite.String(), func(t *testing.T) { test(t, sqlite(t)) })
	for _, s := range []struct {
		dialect                   Dialect
		driver, variable          string
		uuid, instant, make, drop string
	}{
		{Postgres, "pgx", "CRMACCESS_TEST_POSTGRES", "UUID", "TIMESTAMPTZ", "CREATE SCHEMA %[1]s; SET search_path TO %[1]s", "DROP SCHEMA %s CASCADE"},
		{MySQL, "mysql", "CRMACCESS_TEST_MYSQL", "CHAR(36)", "DATETIME(6)", "CREATE DATABASE %[1]s; USE %[1]s", "DROP DATABASE %s"},
	} {
		t.Run(s.dialect.String(), func(t *testing.T) {
			dsn := os.Getenv(s.variable)
			if dsn == "" {
				t.Skip(s.variable + " is unset")
			}
			db, err := sql.Open(s.driver, dsn)
			require.NoError(t, err)
			db.SetMaxOpenConns(1) // what SET and USE say holds for one connection
			t.Cleanup(func() { _ = db.Close() })
			w := &world{dialect: s.dialect, db: db}
			own := fmt.Sprintf("crmaccess_scope_%d", time.Now().UnixNano())
			w.create(t, fmt.Sprintf(s.make, own))
			t.Cleanup(func() { w.create(t, fmt.Sprintf(s.drop, own)) })
			w.create(t, fmt.Sprintf(tables, "", s.uuid, s.instant))
			test(t, w)
		})
	}
}

func TestGoAndSQLAgree(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	onEveryDatabase(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewSource(seed))
		selected := 0
		for range 15 {
			w.fill(t, r)
			for range 100 {
				p := must(randomPredicate(r, 3).Within(leads, "acme"))
				for _, q := range []Predicate{p, Not(p)} {
					ids := w.inGo(t, q)
					where, _, _ := q.SQL(leads, w.dialect, "l")
					require.Equal(t, ids, w.inSQL(t, q), "seed %d\n%s\n%s", seed, q, where)
					selected += len(ids)
				}
			}
		}
		assert.NotZero(t, selected)
	})
}

func TestEveryVariantAgrees(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(1)))
		for _, v := range variants() {
			t.Run(v.text, func(t *testing.T) {
				p, err := v.p.Within(leads, "acme")
				require.NoError(t, err)
				assert.Equal(t, w.inGo(t, p), w.inSQL(t, p))
				assert.Equal(t, w.inGo(t, Not(p)), w.inSQL(t, Not(p)))
			})
		}
	})
}
