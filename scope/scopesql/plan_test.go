package scopesql_test

import (
	"encoding/json"
	"fmt"
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

// Of 100,000 rows of the tenant ann has 5, two of her teams 2,000 old ones each, one none. A page reads no more rows of
// each than it could show, a deep one neither, and a count only theirs; as one condition it walks the tenant's newer rows.
func TestATeamIsReadFromItsIndexes(t *testing.T) {
	w := server(t, scope.Postgres, "pgx", "CRMACCESS_TEST_POSTGRES", "CREATE SCHEMA %[1]s; SET search_path TO %[1]s", "DROP SCHEMA %s CASCADE")
	w.exec(t, fmt.Sprintf(tables, "", "UUID", "TIMESTAMPTZ"))
	w.exec(t, `INSERT INTO leads (id, tenant_id, owner_id, team, made) SELECT i, 'acme',
			CASE WHEN i % 20000 = 17 THEN 7 ELSE 1000 + i % 500 END,
			CASE WHEN i <= 4000 THEN 1 + i % 2 ELSE 100 + i % 50 END, i FROM generate_series(1, 100000) AS i;
		CREATE INDEX by_owner ON leads (tenant_id, owner_id, made, id);
		CREATE INDEX by_team ON leads (tenant_id, team, made, id);
		CREATE INDEX by_tenant ON leads (tenant_id, made, id);
		VACUUM ANALYZE leads`)
	ann := scope.Subject{ID: "7", Tenant: "acme", Teams: []string{"1", "2", "3"}}
	d := allow(must(scope.Team().Resolve(ann, leads).Within(leads, "acme")))
	l := scopesql.List{Columns: []string{"id", "made"}, Filter: scope.All(), Size: 50, Order: []scopesql.Order{{Attr: "made", Desc: true, NotNull: true}}}
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
