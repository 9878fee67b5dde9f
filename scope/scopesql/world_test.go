package scopesql_test

import (
	"database/sql"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

// leads has an attribute of every kind and rows that point at it.
var leads = &scope.Schema{
	Type: "lead", Table: "leads", Key: []string{"id"}, Tenant: "tenant", Owner: []string{"owner"}, Team: "team", Region: "region",
	Attrs: []scope.Attr{
		{Name: "id", Kind: scope.KindInt}, {Name: "tenant", Kind: scope.KindText, Column: "tenant_id"},
		{Name: "owner", Kind: scope.KindInt, Column: "owner_id"}, {Name: "team", Kind: scope.KindInt}, {Name: "region", Kind: scope.KindText},
		{Name: "stage", Kind: scope.KindText}, {Name: "ref", Kind: scope.KindUUID}, {Name: "amount", Kind: scope.KindDecimal},
		{Name: "closed", Kind: scope.KindBool}, {Name: "due", Kind: scope.KindTime}, {Name: "made", Kind: scope.KindInt},
	},
	Relations: []scope.Relation{{Name: "tickets", Table: "tickets", Local: "id", Foreign: "lead_id", Tenant: "tenant",
		Attrs: []scope.Attr{{Name: "tenant", Kind: scope.KindText}, {Name: "status", Kind: scope.KindText}}}},
}

// lead is a row of it.
type lead struct {
	ID     int64   `access:"id"`
	Tenant *string `access:"tenant"`
	Owner  *int64  `access:"owner"`
	Team   *int64
	Region *string
	Stage  *string
	Ref    *string
	Amount *string
	Closed *bool
	Due    *time.Time
	Made   int64
}

var everyColumn = []string{"id", "tenant", "owner", "team", "region", "stage", "ref", "amount", "closed", "due", "made"}

func (l *lead) fields() []any {
	return []any{&l.ID, &l.Tenant, &l.Owner, &l.Team, &l.Region, &l.Stage, &l.Ref, &l.Amount, &l.Closed, &l.Due, &l.Made}
}

type ticket struct {
	lead           int64
	tenant, status string
}

// world is a database whose rows are held in Go too.
type world struct {
	dialect scope.Dialect
	db      *sql.DB
	leads   []lead
	tickets []ticket
}

const tables = `
CREATE TABLE leads (id BIGINT PRIMARY KEY, tenant_id VARCHAR(64) %[1]s, owner_id BIGINT, team BIGINT, region VARCHAR(64) %[1]s,
	stage VARCHAR(64) %[1]s, ref %[2]s, amount NUMERIC(20,4), closed BOOLEAN, due %[3]s, made BIGINT NOT NULL);
CREATE TABLE tickets (lead_id BIGINT, tenant VARCHAR(64) %[1]s, status VARCHAR(64) %[1]s)`

// onEveryDatabase runs a test on SQLite, and on the servers that the environment names, in a schema of its own there.
func onEveryDatabase(t *testing.T, test func(*testing.T, *world)) {
	t.Run("sqlite", func(t *testing.T) {
		db, err := sql.Open("sqlite", ":memory:")
		require.NoError(t, err)
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { _ = db.Close() })
		w := &world{dialect: scope.SQLite, db: db}
		w.exec(t, fmt.Sprintf(tables, "COLLATE NOCASE", "CHAR(36)", "DATETIME"))
		test(t, w)
	})
	t.Run("postgres", func(t *testing.T) {
		w := server(t, scope.Postgres, "pgx", "CRMACCESS_TEST_POSTGRES", "CREATE SCHEMA %[1]s; SET search_path TO %[1]s", "DROP SCHEMA %s CASCADE")
		w.exec(t, fmt.Sprintf(tables, "", "UUID", "TIMESTAMPTZ"))
		test(t, w)
	})
	t.Run("mysql", func(t *testing.T) {
		w := server(t, scope.MySQL, "mysql", "CRMACCESS_TEST_MYSQL", "CREATE DATABASE %[1]s; USE %[1]s", "DROP DATABASE %s")
		w.exec(t, fmt.Sprintf(tables, "", "CHAR(36)", "DATETIME(6)"))
		test(t, w)
	})
}

func server(t *testing.T, d scope.Dialect, driver, variable, create, drop string) *world {
	dsn := os.Getenv(variable)
	if dsn == "" {
		t.Skip(variable + " is unset")
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	db.SetMaxOpenConns(1) // what SET and USE say holds for one connection
	t.Cleanup(func() { _ = db.Close() })
	w := &world{dialect: d, db: db}
	own := fmt.Sprintf("crmaccess_scopesql_%d", time.Now().UnixNano())
	w.exec(t, fmt.Sprintf(create, own))
	t.Cleanup(func() { w.exec(t, fmt.Sprintf(drop, own)) })
	return w
}

func (w *world) exec(t testing.TB, statements string) {
	for _, s := range strings.Split(statements, ";") {
		_, err := w.db.Exec(s)
		require.NoError(t, err, s)
	}
}

var (
	owners  = []any{nil, int64(0), int64(7), int64(8), int64(9)}
	teams   = []any{nil, int64(0), int64(1), int64(2), int64(11), int64(12)}
	regions = []any{nil, "", "1", "11", "2", "a", "A"}
	stages  = []any{nil, "", "a", "A", "b", "é", "ß", "B", "%", "a' OR '1'='1"}
	refs    = []any{nil, "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"}
	amounts = []any{nil, "0", "10", "10.5", "-3.25", "9"}
	truths  = []any{nil, true, false}
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dues    = []any{nil, noon, noon.Add(time.Second), noon.Add(500 * time.Millisecond), noon.Add(-24 * time.Hour)}
	tenants = []any{"acme", "acme", "acme", "ACME", "globex", nil}
	places  = must(orgtree.New(orgtree.Node{ID: "1"}, orgtree.Node{ID: "11", Parent: "1"}, orgtree.Node{ID: "2"}, orgtree.Node{ID: "A", Parent: "2"}))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func one(r *rand.Rand, from []any) any { return from[r.Intn(len(from))] }

// fill replaces the rows by random ones.
func (w *world) fill(t testing.TB, r *rand.Rand) {
	w.exec(t, "DELETE FROM leads; DELETE FROM tickets")
	w.leads, w.tickets = nil, nil
	for id := range 40 {
		values := []any{int64(id + 1), one(r, tenants), one(r, owners), one(r, teams), one(r, regions), one(r, stages), one(r, refs),
			one(r, amounts), one(r, truths), one(r, dues), int64(r.Intn(5))}
		w.insert(t, "leads", values)
		l := lead{ID: values[0].(int64), Tenant: ptr[string](values[1]), Owner: ptr[int64](values[2]), Team: ptr[int64](values[3]),
			Region: ptr[string](values[4]), Stage: ptr[string](values[5]), Ref: ptr[string](values[6]), Amount: ptr[string](values[7]),
			Closed: ptr[bool](values[8]), Due: ptr[time.Time](values[9]), Made: values[10].(int64)}
		w.leads = append(w.leads, l)
	}
	for range 30 {
		k := ticket{int64(r.Intn(45)), []string{"acme", "globex"}[r.Intn(2)], []string{"open", "done"}[r.Intn(2)]}
		w.insert(t, "tickets", []any{k.lead, k.tenant, k.status})
		w.tickets = append(w.tickets, k)
	}
}

func ptr[T any](v any) *T {
	if v == nil {
		return nil
	}
	x := v.(T)
	return &x
}

func (w *world) insert(t testing.TB, table string, values []any) {
	var marks []string
	for i := range values {
		marks = append(marks, map[bool]string{true: fmt.Sprintf("$%d", i+1), false: "?"}[w.dialect == scope.Postgres])
	}
	_, err := w.db.Exec("INSERT INTO "+table+" VALUES ("+strings.Join(marks, ", ")+")", values...)
	require.NoError(t, err)
}

// inGo returns the ids of the records that match, in the order of the list.
func (w *world) inGo(t testing.TB, p scope.Predicate, by []scopesql.Order) []int64 {
	var found []scope.Record
	for i := range w.leads {
		var rows []scope.Record
		for _, k := range w.tickets {
			if k.lead == w.leads[i].ID {
				rows = append(rows, scope.FromMap(map[string]any{"tenant": k.tenant, "status": k.status}))
			}
		}
		r := scope.Of(&w.leads[i]).With("tickets", rows...)
		ok, err := p.Match(r)
		require.NoError(t, err, "%s", p)
		if ok {
			found = append(found, r)
		}
	}
	last := len(by) > 0 && by[len(by)-1].Desc
	by = append(slices.Clone(by), scopesql.Order{Attr: "id", Desc: last})
	slices.SortFunc(found, func(a, b scope.Record) int {
		for _, o := range by {
			v, w := value(a, o.Attr), value(b, o.Attr)
			c, both := v.Compare(w)
			switch {
			case !both && v.IsNull() != w.IsNull():
				return map[bool]int{true: 1, false: -1}[v.IsNull()]
			case o.Desc:
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	ids := []int64{}
	for _, r := range found {
		id, _ := value(r, "id").Any().(int64)
		ids = append(ids, id)
	}
	return ids
}

func value(r scope.Record, name string) scope.Value {
	a, _ := leads.Attr(name)
	return must(r.Value(name, a.Kind))
}

// read runs a query.
func (w *world) read(t testing.TB, q scopesql.Query) []lead {
	rows, err := w.db.Query(q.SQL, q.Args...)
	require.NoError(t, err, "%s\n%v", q.SQL, q.Args)
	defer func() { _ = rows.Close() }()
	var out []lead
	for rows.Next() {
		var l lead
		require.NoError(t, rows.Scan(l.fields()...), q.SQL)
		out = append(out, l)
	}
	require.NoError(t, rows.Err())
	return out
}

func (w *world) pager() *scopesql.Pager {
	return must(scopesql.NewPager(scopesql.Config{Dialect: w.dialect, Keys: [][]byte{[]byte(strings.Repeat("k", 32))}}))
}

// stub is a decision with a scope of the test's.
type stub struct {
	of                       scope.Predicate
	schema                   *scope.Schema
	hidden                   []string
	binding                  string
	denied, advisory, writes bool
}

func allow(p scope.Predicate) stub { return stub{of: p, schema: leads, binding: "alice"} }

func (s stub) Allowed() bool          { return !s.denied }
func (s stub) Advisory() bool         { return s.advisory }
func (s stub) ReadsRows() bool        { return !s.writes }
func (s stub) Scope() scope.Predicate { return s.of }
func (s stub) Schema() *scope.Schema  { return s.schema }
func (s stub) Binding() string        { return s.binding }
func (s stub) Err() error {
	if s.denied {
		return errDenied
	}
	return nil
}

func (s stub) Queryable(fields ...string) error {
	for _, f := range fields {
		if slices.Contains(s.hidden, f) {
			return errHidden
		}
	}
	return nil
}
