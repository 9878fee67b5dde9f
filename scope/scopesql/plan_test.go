package scopesql_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

// node is what PostgreSQL says of a step of a plan and what it did.
type node struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Cond    string  `json:"Index Cond"`
	Rows    float64 `json:"Actual Rows"`
	Removed float64 `json:"Rows Removed by Filter"`
	Loops   float64 `json:"Actual Loops"`
	Hits    int     `json:"Shared Hit Blocks"`
	Reads   int     `json:"Shared Read Blocks"`
	Plans   []node
}

func (n node) each(visit func(node)) {
	visit(n)
	for _, p := range n.Plans {
		p.each(visit)
	}
}

// read is how many rows of the table the plan looked at.
func (n node) read() (rows float64) {
	n.each(func(n node) {
		if n.Table == "leads" {
			rows += (n.Rows + n.Removed) * n.Loops
		}
	})
	return rows
}

func (w *world) explain(t testing.TB, sql string, args []any) node {
	var text []byte
	require.NoError(t, w.db.QueryRow("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+sql, args...).Scan(&text), sql)
	var plans []struct{ Plan node }
	require.NoError(t, json.Unmarshal(text, &plans))
	return plans[0].Plan
}

// annsLeads are 100,000 rows of one tenant.
const annsLeads = `INSERT INTO leads (id, tenant_id, owner_id, team, made)
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
	SELECT i, 'acme', CASE WHEN i % 20000 = 17 THEN 7 ELSE 1000 + i % 500 END,
		CASE WHEN i <= 4000 THEN 1 + i % 2 ELSE 100 + i % 50 END, i FROM n;
	CREATE INDEX by_owner ON leads (tenant_id, owner_id, made, id);
	CREATE INDEX by_team ON leads (tenant_id, team, made, id);
	CREATE INDEX by_tenant ON leads (tenant_id, made, id)`

var (
	ann   = allow(must(scope.Team().Resolve(scope.Subject{ID: "7", Tenant: "acme", Teams: []string{"1", "2", "3"}}, leads).Within(leads, "acme")))
	new50 = scopesql.List{Columns: []string{"id", "made"}, Filter: scope.All(), Size: 50, Order: []scopesql.Order{{Attr: "made", Desc: true, NotNull: true}}}
)

// Of 100,000 rows of the tenant ann has 5, two of her teams 2,000 old ones each, one none. A page reads no more rows of
// each than it could show, a deep one neither, and a count only theirs; as one condition it walks the tenant's newer rows.
func TestATeamIsReadFromItsIndexes(t *testing.T) {
	w := server(t, scope.Postgres, "pgx", "CRMACCESS_TEST_POSTGRES", "CREATE SCHEMA %[1]s; SET search_path TO %[1]s", "DROP SCHEMA %s CASCADE")
	w.exec(t, fmt.Sprintf(tables, "", "UUID", "TIMESTAMPTZ"))
	w.exec(t, annsLeads+"; VACUUM ANALYZE leads")
	d, l := ann, new50
	first, err := w.pager().List(d, l)
	require.NoError(t, err)
	var rows []map[string]any
	for _, made := range []int64{60_000, 50_000} {
		rows = append(rows, map[string]any{"made": made, "id": int64(1)})
	}
	small := l
	small.Size = 1
	q, err := w.pager().List(d, small)
	require.NoError(t, err)
	page, err := scopesql.PageOf(q, rows)
	require.NoError(t, err)
	l.After = page.Next
	deep, err := w.pager().List(d, l)
	require.NoError(t, err)
	count, args, err := w.pager().Count(d, scope.All())
	require.NoError(t, err)
	where, bound, err := scopesql.Where(d, scopesql.Place{Dialect: scope.Postgres})
	require.NoError(t, err)

	for _, c := range []struct {
		name, sql, plain string
		args             []any
		most, ratio      float64 // rows read, and how many times as many as one condition
	}{
		{"page", first.SQL, "SELECT id, made FROM leads WHERE " + where + " ORDER BY made DESC, id DESC LIMIT 51", first.Args, 110, 100},
		{"deep page", deep.SQL, "SELECT id, made FROM leads WHERE " + where + " AND made <= 60000 ORDER BY made DESC, id DESC LIMIT 51", deep.Args, 110, 100},
		{"count", count, "SELECT COUNT(*) FROM leads WHERE " + where, args, 4005, 0.9},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, plain := w.explain(t, c.sql, c.args), w.explain(t, c.plain, bound)
			plan.each(func(n node) {
				if n.Table == "leads" {
					assert.Contains(t, []string{"Index Scan", "Index Only Scan"}, n.Type)
					assert.Regexp(t, "owner_id|team", n.Cond, "the whole tenant is read")
				}
			})
			assert.LessOrEqual(t, plan.read(), c.most)
			assert.GreaterOrEqual(t, plain.read(), c.ratio*plan.read())
			t.Logf("rows read: %.0f, as one condition %.0f; buffers: %d, as one condition %d",
				plan.read(), plain.read(), plan.Hits+plan.Reads, plain.Hits+plain.Reads)
		})
	}
}

func TestATeamIsReadFromItsIndexesOnSQLite(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	w := &world{dialect: scope.SQLite, db: db}
	w.exec(t, fmt.Sprintf(tables, "", "CHAR(36)", "DATETIME")+";"+annsLeads+"; ANALYZE")
	q, err := w.pager().List(ann, new50)
	require.NoError(t, err)
	count, args, err := w.pager().Count(ann, scope.All())
	require.NoError(t, err)
	searches, last := 0, ""
	for _, step := range append(w.steps(t, q.SQL, q.Args), w.steps(t, count, args)...) {
		if strings.Contains(step, "listed") {
			searches++
			assert.Regexp(t, `^SEARCH listed USING (COVERING )?INDEX by_(owner|team) \(tenant_id=\? AND (owner_id|team)=\?\)`, step)
		}
		if strings.Contains(step, "TEMP B-TREE") {
			assert.NotContains(t, last, "listed", "the rows of a branch are sorted, not only its page")
		}
		last = step
	}
	assert.Equal(t, 4+2, searches)
}

// steps is SQLite's plan.
func (w *world) steps(t testing.TB, query string, args []any) (out []string) {
	rows, err := w.db.Query("EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		out = append(out, detail)
	}
	require.NoError(t, rows.Err())
	return out
}

func TestATeamIsReadFromItsIndexesOnMySQL(t *testing.T) {
	w := server(t, scope.MySQL, "mysql", "CRMACCESS_TEST_MYSQL", "CREATE DATABASE %[1]s; USE %[1]s", "DROP DATABASE %s")
	w.exec(t, fmt.Sprintf(tables, "", "CHAR(36)", "DATETIME(6)")+"; SET max_recursive_iterations = 100000; "+annsLeads+"; ANALYZE TABLE leads")
	q, err := w.pager().List(ann, new50)
	require.NoError(t, err)
	where, bound, err := scopesql.Where(ann, scopesql.Place{Dialect: scope.MySQL})
	require.NoError(t, err)
	union := w.handled(t, q.SQL, q.Args)
	plain := w.handled(t, "SELECT id, made FROM leads WHERE "+where+" ORDER BY made DESC, id DESC LIMIT 51", bound)
	t.Logf("rows read: %d, as one condition %d", union, plain)
	assert.LessOrEqual(t, union, 400)
	assert.Greater(t, plain, 5*union)
}

// handled is how many rows MySQL reads for a query.
func (w *world) handled(t testing.TB, query string, args []any) (n int) {
	w.exec(t, "FLUSH STATUS")
	rows, err := w.db.Query(query, args...)
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	require.NoError(t, w.db.QueryRow(`SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read_%'`).Scan(&n))
	return n
}
