package scope

import (
	"database/sql"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite"
	"github.com/stretchr/testify/require"
)

// world is a database whose rows are held in Go too.
type world struct {
	dialect        Dialect
	db             *sql.DB
	leads, tickets []map[string]any
}

const tables = `
CREATE TABLE leads (id INTEGER PRIMARY KEY, tenant_id VARCHAR(64) %[1]s, owner_id BIGINT, deputy VARCHAR(64) %[1]s, team BIGINT,
	region VARCHAR(64) %[1]s, creator %[2]s, stage VARCHAR(64) %[1]s, amount NUMERIC(20,4), closed BOOLEAN, due %[3]s, account VARCHAR(64) %[1]s);
CREATE TABLE tickets (lead_id BIGINT, tenant_id VARCHAR(64) %[1]s, status VARCHAR(64) %[1]s, weight BIGINT, region VARCHAR(64) %[1]s);
CREATE INDEX leads_account ON leads (account);
CREATE INDEX leads_owner ON leads (owner_id);
CREATE INDEX tickets_lead ON tickets (lead_id)`

// sqlite keeps text under a collation that ignores case.
func sqlite(t testing.TB) *world {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	w := &world{dialect: SQLite, db: db}
	w.create(t, fmt.Sprintf(tables, "COLLATE NOCASE", "CHAR(36)", "DATETIME"))
	return w
}

func (w *world) create(t testing.TB, ddl string) {
	for _, statement := range strings.Split(ddl, ";") {
		_, err := w.db.Exec(statement)
		require.NoError(t, err)
	}
}

var (
	owners  = []any{nil, 0, 7, 8, 9}
	texts   = []any{nil, "", "7", "8", "a", "A", "a ", "07"}
	stages  = []any{nil, "", "a", "A", "b", "b ", "%", "a' OR '1'='1"}
	teams   = []any{nil, 0, 1, 11, 111, 2, 12, 99}
	regions = []any{nil, "", "1", "11", "111", "2", "21", "0", "a", "A", "99"}
	uuids   = []any{nil, nilUUID, uuidA, uuidB}
	amounts = []any{nil, "0", "10", "10.5", "-3.25", "9"}
	truths  = []any{nil, true, false}
	times   = []any{nil, noon, noon.Add(time.Second), noon.Add(500 * time.Millisecond), noon.Add(-24 * time.Hour)}
	tenants = []any{"acme", "acme", "acme", "ACME", "globex", nil}
)

func one(r *rand.Rand, from []any) any { return from[r.Intn(len(from))] }

// fill replaces the rows by random ones.
func (w *world) fill(t testing.TB, r *rand.Rand) {
	w.create(t, "DELETE FROM leads; DELETE FROM tickets")
	w.leads, w.tickets = nil, nil
	for id := range 40 {
		w.leads = append(w.leads, map[string]any{
			"id": id + 1, "tenant": one(r, tenants), "owner": one(r, owners), "deputy": one(r, texts), "team": one(r, teams),
			"region": one(r, regions), "creator": one(r, uuids), "stage": one(r, stages), "amount": one(r, amounts),
			"closed": one(r, truths), "due": one(r, times), "account": one(r, texts),
		})
	}
	for range 60 {
		w.tickets = append(w.tickets, map[string]any{
			"lead_id": r.Intn(45), "tenant": one(r, tenants), "status": one(r, stages), "weight": one(r, owners), "region": one(r, regions),
		})
	}
	w.insert(t, "leads", []string{"id", "tenant", "owner", "deputy", "team", "region", "creator", "stage", "amount", "closed", "due", "account"}, w.leads)
	w.insert(t, "tickets", []string{"lead_id", "tenant", "status", "weight", "region"}, w.tickets)
}

func (w *world) insert(t testing.TB, table string, names []string, rows []map[string]any) {
	columns := strings.NewReplacer("tenant", "tenant_id", "owner", "owner_id").Replace(strings.Join(names, ", "))
	for _, row := range rows {
		var args []any
		var marks []string
		for i, n := range names {
			args = append(args, row[n])
			marks = append(marks, map[bool]string{true: fmt.Sprintf("$%d", i+1), false: "?"}[w.dialect == Postgres])
		}
		_, err := w.db.Exec("INSERT INTO "+table+" ("+columns+") VALUES ("+strings.Join(marks, ", ")+")", args...)
		require.NoError(t, err)
	}
}

// records views the leads with all rows that point at them, of whatever tenant.
func (w *world) records() []Record {
	var records []Record
	for _, lead := range w.leads {
		var tickets, twins []Record
		for _, ticket := range w.tickets {
			if ticket["lead_id"] == lead["id"] {
				tickets = append(tickets, FromMap(ticket))
			}
		}
		for _, twin := range w.leads {
			if lead["account"] != nil && lead["account"] == twin["account"] {
				twins = append(twins, FromMap(twin))
			}
		}
		records = append(records, FromMap(lead).With("tickets", tickets...).With("twins", twins...))
	}
	return records
}

// inSQL returns the ids that the rendered predicate selects.
func (w *world) inSQL(t testing.TB, p Predicate) []int {
	where, args, err := p.SQL(leads, w.dialect, "l")
	require.NoError(t, err, "%s", p)
	rows, err := w.db.Query("SELECT l.id FROM leads AS l WHERE "+where+" ORDER BY l.id", args...)
	require.NoError(t, err, "%s\n%s %v", p, where, args)
	defer func() { _ = rows.Close() }()
	ids := []int{}
	for rows.Next() {
		var id int
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

// inGo returns the ids of the records that match.
func (w *world) inGo(t testing.TB, p Predicate) []int {
	ids := []int{}
	for i, r := range w.records() {
		ok, err := p.Match(r)
		require.NoError(t, err, "%s", p)
		if ok {
			ids = append(ids, w.leads[i]["id"].(int))
		}
	}
	return ids
}

// randomPredicate draws from every kind of node, over the values that the rows hold.
func randomPredicate(r *rand.Rand, depth int) Predicate {
	if depth > 0 && r.Intn(3) > 0 {
		var of []Predicate
		for range 1 + r.Intn(3) {
			of = append(of, randomPredicate(r, depth-1))
		}
		return []func(...Predicate) Predicate{And, Or, func(ps ...Predicate) Predicate { return Not(ps[0]) }}[r.Intn(3)](of...)
	}
	switch r.Intn(12) {
	case 0:
		return Const(Truth(r.Intn(3) - 1))
	case 1:
		return Exists("tickets", randomRow(r, "status", "weight", "region"))
	case 2:
		return Exists("twins", randomRow(r, "stage", "owner", ""))
	case 3:
		return Under("team", places, []string{"1", "11", "2", "99", "0"}[r.Intn(5)], "111")
	case 4:
		return Under("region", places, []string{"1", "11", "2", "99", ""}[r.Intn(5)])
	default:
		a := leads.Attrs[r.Intn(len(leads.Attrs))]
		return randomLeaf(r, a)
	}
}

func randomRow(r *rand.Rand, text, number, place string) Predicate {
	leaf := []Predicate{
		All(), {}, randomLeaf(r, Attr{Name: text, Kind: KindText}), randomLeaf(r, Attr{Name: number, Kind: KindInt}), IsNull(text),
	}
	if place != "" {
		leaf = append(leaf, Under(place, places, "1", "a"))
	}
	one := func() Predicate { return leaf[r.Intn(len(leaf))] }
	return []Predicate{one(), Not(one()), And(one(), one()), Or(one(), Not(one()))}[r.Intn(4)]
}

func randomLeaf(r *rand.Rand, a Attr) Predicate {
	domain := map[Kind][]any{KindText: stages, KindInt: owners, KindUUID: uuids, KindBool: truths, KindDecimal: amounts, KindTime: times}[a.Kind]
	switch a.Name {
	case "tenant":
		domain = tenants
	case "deputy", "account":
		domain = texts
	case "team":
		domain = teams
	}
	value := func() Value { return must(ValueOf(a.Kind, one(r, domain))) }
	switch r.Intn(6) {
	case 0:
		return Eq(a.Name, value())
	case 1:
		return In(a.Name, []Value{value(), value(), value()}[:r.Intn(4)]...)
	case 2:
		return Is(a.Name, []Value{value(), value()}[:r.Intn(3)]...)
	case 3:
		return Compare(a.Name, Op(1+r.Intn(5)), value())
	case 4:
		return IsNull(a.Name)
	default:
		return IsBlank(a.Name, a.Kind)
	}
}
