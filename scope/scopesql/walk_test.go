package scopesql_test

import (
	"errors"
	"math/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

var (
	errDenied = errors.New("denied")
	errHidden = errors.New("no such field")
)

// To walk all pages, forward and back, is to read what Go selects row by row, in its order, each row once; Count is how
// many these are.
func TestAllPagesAreTheList(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	onEveryDatabase(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewSource(seed))
		unions, rows, nulls := 0, 0, 0
		for range 6 {
			w.fill(t, r)
			for range 25 {
				p := must(randomScope(r).Within(leads, "acme"))
				l := scopesql.List{Columns: everyColumn, Filter: randomFilter(r), Order: randomOrder(r), Size: 1 + r.Intn(9)}
				want := w.inGo(t, scope.And(p, l.Filter), l.Order)
				forward, sql := w.walk(t, allow(p), l)
				require.Equal(t, want, forward, "seed %d\n%s\n%v\n%s", seed, p, l.Order, sql)
				assert.Equal(t, len(want), w.count(t, allow(p), l.Filter), "seed %d\n%s", seed, p)
				rows += len(want)
				if strings.Contains(sql, "UNION ALL") {
					unions++
				}
				if slices.ContainsFunc(l.Order, func(o scopesql.Order) bool { return !o.NotNull }) {
					nulls++
				}
			}
		}
		assert.NotZero(t, unions, "seed %d", seed)
		assert.NotZero(t, rows, "seed %d", seed)
		assert.NotZero(t, nulls, "seed %d", seed)
	})
}

// walk reads page after page to the end, and then back to the beginning.
func (w *world) walk(t testing.TB, d scopesql.Decision, l scopesql.List) (ids []int64, sql string) {
	ids = []int64{}
	var back []int64
	pages, onPage := 0, map[int64]int{}
	var last scopesql.Page[lead]
	for {
		q, err := w.pager().List(d, l)
		require.NoError(t, err)
		page, err := scopesql.PageOf(q, w.read(t, q))
		require.NoError(t, err)
		sql = q.SQL
		assert.LessOrEqual(t, len(page.Rows), l.Size)
		assert.Equal(t, pages > 0, page.Prev != "")
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
			onPage[row.ID] = pages
		}
		pages++
		require.Less(t, pages, 60, "the pages do not end")
		if last = page; page.Next == "" {
			break
		}
		l.After = page.Next
	}
	for page := last; ; {
		for i := len(page.Rows) - 1; i >= 0; i-- {
			back = append(back, page.Rows[i].ID)
		}
		if page.Prev == "" {
			break
		}
		l.After, l.Before = "", page.Prev
		q, err := w.pager().List(d, l)
		require.NoError(t, err)
		page, err = scopesql.PageOf(q, w.read(t, q))
		require.NoError(t, err)
		assert.NotEmpty(t, page.Next)
		require.LessOrEqual(t, len(back), len(ids), "the pages do not end")
	}
	slices.Reverse(back)
	require.Equal(t, ids, append([]int64{}, back...), "%v", l.Order)
	return ids, sql
}

func (w *world) count(t testing.TB, d scopesql.Decision, filter scope.Predicate) (n int) {
	sql, args, err := w.pager().Count(d, filter)
	require.NoError(t, err)
	require.NoError(t, w.db.QueryRow(sql, args...).Scan(&n), sql)
	return n
}

// Where selects what Go does, in a statement of the host's with values of its own before it.
func TestWhereSelectsWhatGoDoes(t *testing.T) {
	seed := time.Now().UnixNano()
	onEveryDatabase(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewSource(seed))
		w.fill(t, r)
		for range 60 {
			p := must(randomScope(r).Within(leads, "acme"))
			where, args, err := scopesql.Where(allow(p), scopesql.Place{Dialect: w.dialect, Table: "c", Bound: 1})
			require.NoError(t, err)
			first := map[bool]string{true: "$1", false: "?"}[w.dialect == scope.Postgres]
			q := scopesql.Query{SQL: "SELECT c.* FROM leads AS c WHERE c.id > " + first + " AND " + where + " ORDER BY c.id", Args: append([]any{int64(0)}, args...)}
			ids := []int64{}
			for _, l := range w.read(t, q) {
				ids = append(ids, l.ID)
			}
			require.Equal(t, w.inGo(t, p, nil), ids, "seed %d: %s", seed, p)
		}
	})
}

// randomScope draws what decisions come to: alternatives, more than one of which a row may be in, and denies.
func randomScope(r *rand.Rand) scope.Predicate {
	var of []scope.Predicate
	for range 1 + r.Intn(5) {
		of = append(of, randomAlternative(r))
	}
	p := scope.Or(of...)
	for range r.Intn(3) {
		p = scope.And(p, scope.Not(randomTest(r)))
	}
	return p
}

func randomAlternative(r *rand.Rand) scope.Predicate {
	led := []scope.Predicate{
		scope.Is("owner", scope.Int(7)), scope.Is("owner", scope.Int(7), scope.Int(8)), scope.In("team", scope.Int(1), scope.Int(2), scope.Int(11)),
		scope.Eq("team", scope.Int(12)), scope.Under("region", places, "1"), scope.Under("team", places, "2"), scope.Eq("stage", scope.Text("a")),
		scope.Eq("region", scope.Text("A")), scope.In("team", scope.Int(1), scope.Null()), scope.Under("region", places, "none"),
	}
	p := led[r.Intn(len(led))]
	switch r.Intn(8) {
	case 0, 1:
		p = scope.And(p, randomTest(r))
	case 2:
		p = scope.And(randomTest(r), scope.Or(p, led[r.Intn(len(led))]))
	case 3:
		p = randomTest(r)
	}
	return p
}

func randomTest(r *rand.Rand) scope.Predicate {
	tests := []scope.Predicate{
		{}, scope.All(), scope.IsNull("owner"), scope.IsBlank("region", scope.KindText), scope.Eq("closed", scope.Bool(true)),
		scope.Compare("amount", scope.Lt, must(scope.Decimal("10"))), scope.Compare("due", scope.Ge, scope.Time(noon)),
		scope.Eq("stage", scope.Text("A")), scope.Exists("tickets", scope.Eq("status", scope.Text("open"))), scope.Eq("team", scope.Int(11)),
		scope.Or(scope.Eq("stage", scope.Text("b")), scope.IsNull("amount")), scope.Not(scope.Eq("owner", scope.Int(8))),
	}
	return tests[r.Intn(len(tests))]
}

func randomFilter(r *rand.Rand) scope.Predicate {
	for r.Intn(3) == 0 {
		if p := randomTest(r); len(p.Facts()) == 0 {
			return p
		}
	}
	return scope.All()
}

func randomOrder(r *rand.Rand) []scopesql.Order {
	names := []string{"owner", "team", "region", "stage", "ref", "amount", "closed", "due", "made"}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var by []scopesql.Order
	for _, name := range names[:r.Intn(4)] {
		by = append(by, scopesql.Order{Attr: name, Desc: r.Intn(2) == 0, NotNull: name == "made" && r.Intn(2) == 0})
	}
	return by
}

// A key of several attributes ends the order as one, text by its bytes among them.
func TestAKeyOfSeveralAttributes(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(5)))
		several := *leads
		several.Key = []string{"tenant", "made", "id"}
		d := allow(mine)
		d.schema = &several
		for _, by := range [][]scopesql.Order{nil, {{Attr: "stage", Desc: true}}, {{Attr: "made"}}, {{Attr: "id", Desc: true}}} {
			ids, _ := w.walk(t, d, scopesql.List{Columns: everyColumn, Filter: scope.All(), Size: 3, Order: by})
			full := slices.Clone(by)
			for _, name := range []string{"tenant", "made"} {
				if !slices.ContainsFunc(full, func(o scopesql.Order) bool { return o.Attr == name || o.Attr == "id" }) {
					full = append(full, scopesql.Order{Attr: name, Desc: len(by) > 0 && by[len(by)-1].Desc})
				}
			}
			assert.Equal(t, w.inGo(t, mine, full), ids, "%v", by)
		}
	})
}

// Beyond MaxBranches an OR is one condition, with the same rows.
func TestManyAlternativesAreOneCondition(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(6)))
		alternatives := []scope.Predicate{
			scope.Is("owner", scope.Int(7)), scope.Eq("team", scope.Int(1)), scope.Eq("region", scope.Text("a")), scope.Eq("stage", scope.Text("a")),
			scope.Eq("amount", must(scope.Decimal("10.5"))), scope.Eq("closed", scope.Bool(true)), scope.Eq("due", scope.Time(noon)),
			scope.Eq("made", scope.Int(3)), scope.Eq("id", scope.Int(1)),
		}
		for n := 2; n <= len(alternatives); n++ {
			p := must(scope.Or(alternatives[:n]...).Within(leads, "acme"))
			ids, sql := w.walk(t, allow(p), scopesql.List{Columns: everyColumn, Filter: scope.All(), Size: 4})
			assert.Equal(t, w.inGo(t, p, nil), ids)
			most := map[bool]int{true: 4, false: scopesql.MaxBranches}[w.dialect == scope.MySQL]
			assert.Equal(t, n <= most, strings.Contains(sql, "UNION ALL"), n)
			count, _, err := w.pager().Count(allow(p), scope.All())
			require.NoError(t, err)
			assert.Equal(t, map[bool]int{true: n, false: 1}[n <= scopesql.MaxBranches], strings.Count(count, "COUNT(*)"))
			assert.Equal(t, len(ids), w.count(t, allow(p), scope.All()))
		}
	})
}

func TestAPagerIsShared(t *testing.T) {
	var done sync.WaitGroup
	for range 4 {
		done.Add(1)
		go func() {
			defer done.Done()
			for range 50 {
				l := byMade
				l.After = cursor(t, pager, allow(mine), l)
				_, err := pager.List(allow(mine), l)
				assert.NoError(t, err)
			}
		}()
	}
	done.Wait()
}
