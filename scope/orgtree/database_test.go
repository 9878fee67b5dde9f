package orgtree

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
)

// host is a database with the tables of a CRM. Connections are several, so that a reader and a writer can be at work.
type host struct {
	t       testing.TB
	db      *sql.DB
	dialect Dialect
}

const hostTables = `
CREATE TABLE staff (id BIGINT PRIMARY KEY, company VARCHAR(64) NOT NULL, active %[1]s, left_at TIMESTAMP NULL, boss BIGINT, branch VARCHAR(64),
	skill VARCHAR(64), changed BIGINT);
CREATE TABLE squads (id BIGINT, company VARCHAR(64) NOT NULL, above BIGINT, title VARCHAR(64), changed BIGINT);
CREATE TABLE branches (id VARCHAR(64), above VARCHAR(64), changed BIGINT);
CREATE TABLE staff_squads (staff_id BIGINT, squad_id BIGINT, changed BIGINT);
CREATE TABLE versions (company VARCHAR(64), version VARCHAR(64));
CREATE INDEX staff_company ON staff (company);
CREATE INDEX links_staff ON staff_squads (staff_id)`

func mapping() Tables {
	return Tables{
		People: People{
			Table: "staff", ID: "id", Tenant: "company", IDsAreGlobal: true, Active: "active", LeftAt: "left_at", Superior: "boss", Region: "branch",
			TeamLinks: Links{Table: "staff_squads", Person: "staff_id", Node: "squad_id", UpdatedAt: "changed"},
			Attrs:     map[string]string{"skill": "skill"}, UpdatedAt: "changed",
		},
		Teams:   Nodes{Table: "squads", ID: "id", Tenant: "company", Parent: "above", Name: "title", UpdatedAt: "changed"},
		Regions: Nodes{Table: "branches", ID: "id", Parent: "above", Shared: true, UpdatedAt: "changed"},
	}
}

// databases are SQLite and the servers that the environment names, with a schema of the test's own there.
var databases = []struct {
	name string
	open func(testing.TB) host
}{{"sqlite", sqlite}, {"postgres", postgres}, {"mysql", mysql}}

func onEveryDatabase(t *testing.T, test func(*testing.T, host)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) { test(t, d.open(t)) })
	}
}

func postgres(t testing.TB) host {
	dsn := os.Getenv("CRMACCESS_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("CRMACCESS_TEST_POSTGRES is unset")
	}
	own := ownName()
	server := open(t, "pgx", dsn)
	server.exec("CREATE SCHEMA " + own)
	t.Cleanup(func() { server.exec("DROP SCHEMA " + own + " CASCADE") })
	h := open(t, "pgx", dsn+" search_path="+own)
	h.dialect = Postgres
	h.exec(fmt.Sprintf(hostTables, "BOOLEAN"))
	return h
}

func mysql(t testing.TB) host {
	dsn := os.Getenv("CRMACCESS_TEST_MYSQL")
	if dsn == "" {
		t.Skip("CRMACCESS_TEST_MYSQL is unset")
	}
	own := ownName()
	server := open(t, "mysql", dsn)
	server.exec("CREATE DATABASE " + own)
	t.Cleanup(func() { server.exec("DROP DATABASE " + own) })
	address, options, _ := strings.Cut(dsn, "?")
	h := open(t, "mysql", address[:strings.LastIndex(address, "/")+1]+own+"?"+options)
	h.dialect = MySQL
	h.exec(fmt.Sprintf(hostTables, "TINYINT(1)"))
	return h
}

func sqlite(t testing.TB) host {
	h := open(t, "sqlite", filepath.Join(t.TempDir(), "host.db")+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	h.dialect = SQLite
	h.exec(fmt.Sprintf(hostTables, "BOOLEAN"))
	return h
}

func ownName() string { return fmt.Sprintf("crmaccess_orgtree_%d", time.Now().UnixNano()) }

func open(t testing.TB, driver, dsn string) host {
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return host{t: t, db: db}
}

func (h host) exec(statements string) {
	h.t.Helper()
	for _, s := range strings.Split(statements, ";") {
		_, err := h.db.Exec(s)
		require.NoError(h.t, err, s)
	}
}

// staffed fills the tables with a small company, and another one.
func (h host) staffed() host {
	h.exec(`INSERT INTO branches VALUES ('cn', NULL, 1), ('cn-gd', 'cn', 1);
		INSERT INTO squads VALUES (1, 'acme', NULL, 'sales', 1), (2, 'acme', 1, 'east', 1), (3, 'globex', 0, 'theirs', 1);
		INSERT INTO staff VALUES (7, 'acme', TRUE, NULL, NULL, 'cn', 'crm', 1), (8, 'acme', TRUE, NULL, 7, 'cn-gd', NULL, 1),
			(9, 'acme', FALSE, NULL, 8, NULL, NULL, 1), (10, 'acme', NULL, NULL, 8, '', NULL, 1), (11, 'acme', TRUE, '2026-01-01 00:00:00', 0, NULL, NULL, 1),
			(70, 'globex', TRUE, NULL, NULL, NULL, NULL, 1), (71, 'ACME', TRUE, NULL, NULL, NULL, NULL, 1);
		INSERT INTO staff_squads VALUES (7, 1, 1), (8, 2, 1), (8, 1, 1), (8, 2, 1), (70, 3, 1);
		INSERT INTO versions VALUES ('acme', 'v1')`)
	return h
}

func (h host) source(t Tables) *Source {
	h.t.Helper()
	s, err := NewSource(h.db, h.dialect, t)
	require.NoError(h.t, err)
	return s
}

func (h host) load(s *Source) Organisation {
	h.t.Helper()
	o, err := s.Load(context.Background(), "acme")
	require.NoError(h.t, err)
	return o
}

func (h host) revision(s *Source) uint64 {
	h.t.Helper()
	n, err := s.Revision(context.Background(), "acme")
	require.NoError(h.t, err)
	return n
}
