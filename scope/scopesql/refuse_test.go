package scopesql_test

import (
	"encoding/base64"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

var (
	mine   = must(scope.Or(scope.Is("owner", scope.Int(7)), scope.Eq("team", scope.Int(1))).Within(leads, "acme"))
	byMade = scopesql.List{Columns: []string{"id"}, Filter: scope.All(), Size: 2, Order: []scopesql.Order{{Attr: "made", Desc: true, NotNull: true}}}
	key1   = []byte(strings.Repeat("1", 32))
	key2   = []byte(strings.Repeat("2", 32))
	pager  = must(scopesql.NewPager(scopesql.Config{Dialect: scope.SQLite, Keys: [][]byte{key1}}))
)

// cursor is one that the pager made for the list.
func cursor(t testing.TB, p *scopesql.Pager, d scopesql.Decision, l scopesql.List) string {
	q, err := p.List(d, l)
	require.NoError(t, err)
	rows := make([]lead, l.Size+1)
	page, err := scopesql.PageOf(q, rows)
	require.NoError(t, err)
	require.NotEmpty(t, page.Next)
	return page.Next
}

func TestACursorIsGoodForItsListOnly(t *testing.T) {
	d := allow(mine)
	good := cursor(t, pager, d, byMade)
	with := func(change func(*scopesql.List)) scopesql.List {
		l := byMade
		change(&l)
		return l
	}
	other := d
	other.binding = "bob"
	narrower := allow(scope.And(mine, scope.Not(scope.Eq("closed", scope.Bool(true)))))
	for _, c := range []struct {
		name string
		d    scopesql.Decision
		l    scopesql.List
	}{
		{"another subject, action, tenant or revision", other, byMade},
		{"another scope", narrower, byMade},
		{"another filter", d, with(func(l *scopesql.List) { l.Filter = scope.Eq("stage", scope.Text("a")) })},
		{"the other direction", d, with(func(l *scopesql.List) { l.Order = []scopesql.Order{{Attr: "made", NotNull: true}} })},
		{"NULLs elsewhere", d, with(func(l *scopesql.List) { l.Order = []scopesql.Order{{Attr: "made", Desc: true}} })},
		{"another attribute", d, with(func(l *scopesql.List) { l.Order = []scopesql.Order{{Attr: "team", Desc: true, NotNull: true}} })},
		{"no order", d, with(func(l *scopesql.List) { l.Order = nil })},
	} {
		for _, back := range []bool{false, true} {
			if c.l.After, c.l.Before = good, ""; back {
				c.l.After, c.l.Before = "", good
			}
			_, err := pager.List(c.d, c.l)
			assert.ErrorIs(t, err, scopesql.ErrCursor, c.name)
			assert.NotErrorIs(t, err, scopesql.ErrExpired, c.name)
		}
	}
	for _, same := range []scopesql.List{
		with(func(l *scopesql.List) { l.After = good }), with(func(l *scopesql.List) { l.Before = good }),
		with(func(l *scopesql.List) { l.After, l.Size, l.Columns = good, 100, []string{"id", "stage"} }),
	} {
		_, err := pager.List(d, same)
		assert.NoError(t, err, "size and columns are free")
	}
}

func TestAnAlteredCursorIsRefused(t *testing.T) {
	d, l := allow(mine), byMade
	good := cursor(t, pager, d, byMade)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	require.NoError(t, err)
	refuse := func(c string) {
		l.After = c
		_, err := pager.List(d, l)
		require.ErrorIs(t, err, scopesql.ErrCursor, c)
	}
	for i := range raw {
		bad := append([]byte{}, raw...)
		bad[i] ^= 1
		refuse(base64.RawURLEncoding.EncodeToString(bad))
	}
	for n := range raw {
		if n > 0 {
			refuse(base64.RawURLEncoding.EncodeToString(raw[:n]))
		}
	}
	for _, c := range []string{good + "A", good + "=", good + "\n", " ", "'", "' OR 1=1 --", "\x00", strings.Repeat("A", 1<<20), good + good,
		base64.RawURLEncoding.EncodeToString(append(make([]byte, 32), `{"Until":99999999999,"Values":["MA","MA"]}`...))} {
		refuse(c)
	}
}

func TestACursorExpires(t *testing.T) {
	now := noon
	p := must(scopesql.NewPager(scopesql.Config{Dialect: scope.SQLite, Keys: [][]byte{key1}, Lifetime: time.Minute, Now: func() time.Time { return now }}))
	d, l := allow(mine), byMade
	l.After = cursor(t, p, d, l)
	now = noon.Add(59 * time.Second)
	_, err := p.List(d, l)
	require.NoError(t, err)
	now = noon.Add(time.Minute)
	_, err = p.List(d, l)
	assert.ErrorIs(t, err, scopesql.ErrExpired)
	assert.ErrorIs(t, err, scopesql.ErrCursor)
}

func TestKeysAreReplaced(t *testing.T) {
	d, l := allow(mine), byMade
	l.After = cursor(t, pager, d, l)
	after := must(scopesql.NewPager(scopesql.Config{Dialect: scope.SQLite, Keys: [][]byte{key2, key1}}))
	_, err := after.List(d, l)
	assert.NoError(t, err)
	later := must(scopesql.NewPager(scopesql.Config{Dialect: scope.SQLite, Keys: [][]byte{key2}}))
	_, err = later.List(d, l)
	assert.ErrorIs(t, err, scopesql.ErrCursor)
}

func TestNewPagerRefuses(t *testing.T) {
	for _, c := range []scopesql.Config{
		{}, {Dialect: scope.SQLite}, {Keys: [][]byte{key1}}, {Dialect: 9, Keys: [][]byte{key1}}, {Dialect: scope.SQLite, Keys: [][]byte{key1[:31]}},
		{Dialect: scope.SQLite, Keys: [][]byte{key1, nil}}, {Dialect: scope.SQLite, Keys: [][]byte{key1}, Lifetime: -1},
	} {
		_, err := scopesql.NewPager(c)
		assert.Error(t, err)
	}
}

// What no decision to read stands behind is not written, by any way in.
func TestOnlyADecisionToReadHasRows(t *testing.T) {
	denied, advisory, writes, bare := allow(mine), allow(mine), allow(mine), allow(mine)
	denied.denied, advisory.advisory, writes.writes, bare.schema = true, true, true, nil
	for name, d := range map[string]scopesql.Decision{"none": nil, "denied": denied, "advisory": advisory, "writes": writes, "no schema": bare} {
		_, _, where := scopesql.Where(d, scopesql.Place{Dialect: scope.SQLite})
		_, list := pager.List(d, byMade)
		_, _, count := pager.Count(d, scope.All())
		for _, err := range []error{where, list, count} {
			assert.ErrorIs(t, err, scopesql.ErrRefused, name)
			assert.Equal(t, name == "denied", assert.ObjectsAreEqual(errDenied, rootOf(err)), name)
		}
	}
	unbound := allow(mine)
	unbound.binding = ""
	_, err := pager.List(unbound, byMade)
	assert.ErrorIs(t, err, scopesql.ErrRefused)
}

func rootOf(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() []error })
		if !ok {
			return err
		}
		of := u.Unwrap()
		err = of[len(of)-1]
	}
}

// The zero Predicate selects nothing, as a scope and as a filter.
func TestTheZeroPredicateSelectsNothing(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(1)))
		for _, c := range []struct{ of, filter scope.Predicate }{{scope.Predicate{}, scope.All()}, {mine, scope.Predicate{}}, {scope.None(), scope.All()}} {
			l := byMade
			l.Columns, l.Filter = everyColumn, c.filter
			q, err := w.pager().List(allow(c.of), l)
			require.NoError(t, err)
			page, err := scopesql.PageOf(q, w.read(t, q))
			require.NoError(t, err)
			assert.Equal(t, scopesql.Page[lead]{Rows: []lead{}}, page)
			assert.Zero(t, w.count(t, allow(c.of), c.filter))
		}
	})
}

func TestHostileLists(t *testing.T) {
	names := []string{"", "made; DROP TABLE leads", `made" DESC --`, "made`", "1", "owner_id", "MADE", "id\x00", "listed.made", "(SELECT 1)", "random()"}
	hidden := allow(mine)
	hidden.hidden = []string{"amount"}
	lists := []scopesql.List{
		{}, {Columns: []string{"id"}, Filter: scope.All()},
		{Columns: []string{"id"}, Size: -1}, {Columns: []string{"id"}, Size: scopesql.MaxSize + 1}, {Size: 1},
		{Columns: []string{"id"}, Size: 1, Order: []scopesql.Order{{Attr: "made"}, {Attr: "made", Desc: true}}},
		{Columns: []string{"id"}, Size: 1, Order: make([]scopesql.Order, scopesql.MaxOrder+1)},
		{Columns: []string{"id"}, Size: 1, After: "a", Before: "b"},
		{Columns: []string{"id"}, Size: 1, Order: []scopesql.Order{{Attr: "amount"}}},
		{Columns: []string{"id"}, Size: 1, Filter: scope.Compare("amount", scope.Gt, must(scope.Decimal("5")))},
		{Columns: []string{"id"}, Size: 1, Filter: scope.Exists("tickets", scope.All())},
		{Columns: []string{"id"}, Size: 1, Filter: scope.Not(must(scope.Exists("tickets", scope.All()).Within(leads, "globex")))},
		{Columns: []string{"id"}, Size: 1, Filter: scope.Eq("owner", scope.Text("7"))},
		{Columns: []string{"id"}, Size: 1, Filter: scope.Eq("nothing", scope.Text("7"))},
	}
	for _, name := range names {
		lists = append(lists, scopesql.List{Columns: []string{name}, Size: 1}, scopesql.List{Columns: []string{"id"}, Size: 1, Order: []scopesql.Order{{Attr: name}}},
			scopesql.List{Columns: []string{"id"}, Size: 1, Filter: scope.IsNull(name)})
	}
	for _, l := range lists {
		q, err := pager.List(hidden, l)
		assert.ErrorIs(t, err, scopesql.ErrRefused, "%+v", l)
		assert.Empty(t, q.SQL)
	}
	_, _, err := pager.Count(hidden, scope.IsNull("amount"))
	assert.ErrorIs(t, err, errHidden, "a count tells values as a sort does")
}

// Values that a user gives are values, whatever they look like.
func TestHostileValues(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(2)))
		for _, text := range []string{"'", `"`, "`", "\\", "\\'", "$1", "?", "--", "/*", "; DROP TABLE leads", "a' OR '1'='1", "%", "日本"} {
			f := scope.Or(scope.Eq("stage", scope.Text(text)), scope.Not(scope.Eq("region", scope.Text(text))))
			l := scopesql.List{Columns: everyColumn, Filter: f, Size: 7, Order: []scopesql.Order{{Attr: "stage"}}}
			ids, _ := w.walk(t, allow(mine), l)
			assert.Equal(t, w.inGo(t, scope.And(mine, f), l.Order), ids, text)
		}
	})
}

// Text that a server would answer with an error is refused before it is sent.
func TestTextThatNoServerHolds(t *testing.T) {
	for d, bad := range map[scope.Dialect][]string{scope.Postgres: {"\x00", "a\xff"}, scope.MySQL: {"a\xff"}, scope.SQLite: nil} {
		p := must(scopesql.NewPager(scopesql.Config{Dialect: d, Keys: [][]byte{key1}}))
		for _, text := range bad {
			_, _, err := p.Count(allow(mine), scope.Eq("stage", scope.Text(text)))
			assert.ErrorIs(t, err, scopesql.ErrRefused, "%s %q", d, text)
		}
	}
	onEveryDatabase(t, func(t *testing.T, w *world) {
		if w.dialect == scope.SQLite {
			w.insert(t, "leads", []any{1, "acme", 7, nil, nil, "a\xff", nil, nil, nil, nil, 1})
			w.insert(t, "leads", []any{2, "acme", 7, nil, nil, "a\xfe", nil, nil, nil, nil, 1})
			ids, _ := w.walk(t, allow(mine), scopesql.List{Columns: everyColumn, Filter: scope.All(), Size: 1, Order: []scopesql.Order{{Attr: "stage"}}})
			assert.Equal(t, []int64{2, 1}, ids, "a cursor keeps bytes as they are")
		}
	})
}

// A filter within filters runs until it is refused, and is refused before a parser gives up.
func TestADeepFilterIsRefusedBeforeTheDatabaseDoes(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		f := scope.IsNull("stage")
		for i := range int64(100) {
			f = scope.Or(scope.And(f, scope.Compare("made", scope.Gt, scope.Int(-i))), scope.Compare("made", scope.Lt, scope.Int(i)))
			sql, args, err := w.pager().Count(allow(mine), f)
			if err != nil {
				require.ErrorIs(t, err, scopesql.ErrBudget)
				assert.Greater(t, i, int64(10))
				return
			}
			_, err = w.db.Exec(sql, args...)
			require.NoError(t, err)
			q, err := w.pager().List(allow(mine), scopesql.List{Columns: everyColumn, Filter: f, Size: 1})
			require.NoError(t, err)
			w.read(t, q)
		}
		assert.Fail(t, "never refused")
	})
}

func TestAliases(t *testing.T) {
	d := allow(mine)
	for _, alias := range []string{"c", "Leads", "_x1"} {
		_, _, err := scopesql.Where(d, scopesql.Place{Dialect: scope.SQLite, Table: alias})
		assert.NoError(t, err, alias)
	}
	for _, alias := range []string{"c d", `c"`, "a.b", "tickets", "TICKETS", "rel_1", "REL_12", "1", strings.Repeat("a", 64), "c--"} {
		_, _, err := scopesql.Where(d, scopesql.Place{Dialect: scope.SQLite, Table: alias})
		assert.ErrorIs(t, err, scopesql.ErrRefused, alias)
	}
	_, _, err := scopesql.Where(d, scopesql.Place{Dialect: scope.SQLite, Bound: -1})
	assert.ErrorIs(t, err, scopesql.ErrRefused)
	_, _, err = scopesql.Where(d, scopesql.Place{})
	assert.Error(t, err, "no dialect")
}

func TestTheBudgetIsAnErrorAndNeverAShorterList(t *testing.T) {
	tests := func(n int) scope.Predicate {
		var of []scope.Predicate
		for i := range n {
			of = append(of, scope.Compare("made", scope.Gt, scope.Int(int64(i))))
		}
		return scope.Or(of...)
	}
	values := func(n int, from int64) []scope.Value {
		var of []scope.Value
		for i := range n {
			of = append(of, scope.Int(from+int64(i)))
		}
		return of
	}
	_, err := pager.List(allow(scope.Or(tests(scopesql.MaxTests+1))), byMade)
	assert.ErrorIs(t, err, scopesql.ErrBudget)
	_, _, err = pager.Count(allow(tests(scopesql.MaxTests+1)), scope.All())
	assert.ErrorIs(t, err, scopesql.ErrBudget)
	var lists []scope.Predicate
	for i := range 31 {
		lists = append(lists, scope.Or(scope.IsNull("team"), scope.In("owner", values(1000, int64(i)*1000)...)))
	}
	_, _, err = scopesql.Where(allow(scope.And(lists...)), scopesql.Place{Dialect: scope.SQLite})
	assert.ErrorIs(t, err, scopesql.ErrBudget)
	_, _, err = scopesql.Where(allow(mine), scopesql.Place{Dialect: scope.SQLite, Bound: scopesql.MaxBinds})
	assert.ErrorIs(t, err, scopesql.ErrBudget)
	_, err = pager.List(allow(scope.Or(scope.In("owner", values(1001, 1)...), scope.Eq("team", scope.Int(1)))), byMade)
	assert.ErrorIs(t, err, scope.ErrBudget)
}

// What just fits runs.
func TestTheBudgetFits(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		w.fill(t, rand.New(rand.NewSource(3)))
		var of []scope.Predicate
		for i := range scopesql.MaxTests {
			of = append(of, scope.Compare("made", scope.Gt, scope.Int(int64(i))))
		}
		l := byMade
		l.Columns, l.Size = everyColumn, scopesql.MaxSize
		q, err := w.pager().List(allow(scope.Or(of...)), l)
		require.NoError(t, err)
		assert.Len(t, w.read(t, q), len(w.inGo(t, scope.Or(of...), nil)))
		var teams []scope.Value
		for i := range 49 {
			teams = append(teams, scope.Int(int64(i)))
		}
		p := must(scope.Or(scope.Is("owner", scope.Int(7)), scope.In("team", teams...)).Within(leads, "acme"))
		ids, sql := w.walk(t, allow(p), l)
		assert.Equal(t, w.inGo(t, p, l.Order), ids)
		assert.Equal(t, w.dialect != scope.MySQL, strings.Contains(sql, "UNION ALL"))
	})
}

func TestPageOfRefuses(t *testing.T) {
	_, err := scopesql.PageOf(scopesql.Query{}, []lead{})
	assert.Error(t, err)
	q := must(pager.List(allow(mine), byMade))
	_, err = scopesql.PageOf(q, make([]lead, 4))
	assert.Error(t, err, "more rows than were selected")
	_, err = scopesql.PageOf(q, []map[string]any{{"id": int64(1)}, {"id": int64(2)}, {"id": int64(3)}})
	var missing *scope.MissingError
	assert.ErrorAs(t, err, &missing)
	_, err = scopesql.PageOf(q, []map[string]any{{"id": int64(1), "made": nil}, {"id": int64(2), "made": nil}, {"id": int64(3), "made": nil}})
	assert.ErrorContains(t, err, "NotNull")
}

func TestErrorsSayWhatToDo(t *testing.T) {
	_, err := pager.List(allow(mine), scopesql.List{})
	assert.EqualError(t, err, "scopesql: refused: the page has no size, or too large a one; ask for 1 to 1000 rows")
	assert.NotContains(t, fmt.Sprint(&scopesql.BudgetError{What: "tests", Have: 801, Limit: 800}), "%!")
}

func TestACursorTellsNoHiddenKey(t *testing.T) {
	d := allow(mine)
	d.hidden = []string{"id"}
	_, err := pager.List(d, byMade)
	assert.ErrorIs(t, err, errHidden)
}
