package accesscasbin_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	fileadapter "github.com/casbin/casbin/v2/persist/file-adapter"
	stringadapter "github.com/casbin/casbin/v2/persist/string-adapter"
	gormadapter "github.com/casbin/gorm-adapter/v3"
	"github.com/glebarez/sqlite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesscasbin"
)

const good = "p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme"

// refused checks that a store over the adapter answers no tenant, and says these words.
func refused(t *testing.T, s access.Store, words ...string) {
	t.Helper()
	for _, tenant := range []string{"acme", "globex", access.Shared} {
		p, err := s.Load(ctx, tenant)
		require.Error(t, err, tenant)
		assert.Zero(t, p, "nothing beside an error")
		for _, w := range words {
			assert.ErrorContains(t, err, w)
		}
		_, err = s.Revision(ctx, tenant)
		assert.Error(t, err)
	}
}

// One row that is none of ours refuses the load and is named.
func TestTrap_rowsOfAnotherShape(t *testing.T) {
	for _, c := range []struct{ row, names, says string }{
		{"p, alice, data1, read", "[alice data1 read]", "expected 6, got 3"},
		{"p, alice, domain1, data1, read", "[alice domain1 data1 read]", "expected 6, got 4"},
		{"p, alice, domain1, data1, read, always, allow", "alice, domain1", "does not begin with r:"},
		{"p, u:mallory, acme, deal, view, always, allow", "u:mallory, acme", "does not begin with r:"},
		{"p, r:rep, acme, deal, view, always, deny, more", "always deny more", "expected 6, got 7"},
		{"p2, r:rep, acme, deal", "[r:rep acme deal]", "expected 6, got 3"},
		{"g, alice, admin", "[alice admin]", "expected 3, got 2"},
		{"g, alice, admin, acme", "alice, admin, acme", "does not begin with r:"},
		{"g, alice, r:admin, acme", "alice, r:admin, acme", "neither with u: nor with r:"},
		{"g, u:ann, r:rep, acme, 2020-01-01, 2021-01-01", "2020-01-01", "has 5 values"},
		{"g2, data1, data_group, acme", "g2, data1", "unknown type"},
		{"p3, r:rep, acme, deal, view, always, deny", "p3, r:rep", "unknown type"},
		{"p20, r:rep, acme, deal, view, always, deny", "p20", "missing required definition"},
		{"r, a, b", "r, a, b", "unknown type"},
		{"e, a, b", "e, a, b", "unknown type"},
		{"m, a, b", "m, a, b", "unknown type"},
		{"P, r:rep, acme, deal, view, always, deny", "", "missing required section P"},
		{"p, r:rep, , deal, view, always, deny", "r:rep, , deal", "value 2 is blank"},
		{`p, r:rep, acme, deal, view, "", deny`, "view, , deny", "value 5 is blank"},
		{`p, r:rep, acme, deal, view, "  ", deny`, "view,   , deny", "value 5 is blank"},
		{"p, r:rep, acme , deal, view, always, deny", "acme , deal", "begins or ends with a blank"},
		{"p, r:rep, ac\u200bme, deal, view, always, deny", "deal, view", "control character"},
		{"g, u:ann, r:rep, " + strings.Repeat("x", 99), "u:ann, r:rep", "99 bytes"},
		{`p, r:rep, acme, "a,b", c, always, deny`, "a,b, c", "comma"},
		{`p, r:rep, acme, deal, view, always`, "[r:rep acme deal view always]", "expected 6, got 5"},
		{",", "", "panicked"},
	} {
		for name, text := range map[string]string{"first": c.row + "\n" + good, "last": good + "\n" + c.row, "another tenant's": strings.ReplaceAll(good, "acme", "globex") + "\n" + c.row} {
			t.Run(name+" "+c.row, func(t *testing.T) {
				refused(t, store(t, fileadapter.NewAdapter(file(t, text)), accesscasbin.Options{}), c.names, c.says)
			})
		}
	}
}

// Adapters that put rows into the model themselves are checked by nobody else.
func TestTrap_adaptersThatCheckNothing(t *testing.T) {
	for _, row := range [][]string{
		{"p", "r:rep", "acme", "deal"}, {"p"}, {"p2", "r:rep"}, {"g", "u:ann", "r:rep"}, {"g", "", "", ""}, {"g", "u:ann", "r:rep", "acme\x00"},
		{"p", "r:rep", "acme", "deal", "view", "own", "allow", ""}, {"p", "r:rep", "acme", "", "", "", ""},
	} {
		refused(t, store(t, adapter{func(m model.Model) error {
			if err := lines(good)(m); err != nil {
				return err
			}
			return m.AddPolicy(row[0][:1], row[0], row[1:])
		}}, accesscasbin.Options{}), fmt.Sprintf("%q", strings.Join(row, ", ")))
	}
}

// Casbin's string adapter drops a row that its model does not take, here a deny with a value too few.
func TestTrap_adaptersThatHideRows(t *testing.T) {
	text := good + "\np, r:rep, acme, deal, view, deny"
	m, err := model.NewModelFromString(access.Model())
	require.NoError(t, err)
	require.NoError(t, stringadapter.NewAdapter(text).LoadPolicy(m), "Casbin says nothing")
	rows, err := m.GetPolicy("p", "p")
	require.NoError(t, err)
	require.Len(t, rows, 1, "the deny is gone")

	refused(t, store(t, stringadapter.NewAdapter(text), accesscasbin.Options{}), "hides rows", "access.ParseRows")
	refused(t, store(t, stringadapter.NewAdapter(good), accesscasbin.Options{}), "hides rows")
}

// Casbin joins values with commas, so that of two rows the second, a deny, is lost; the first gives it away.
func TestTrap_commasCollide(t *testing.T) {
	text := good + "\n" + `p, r:rep, acme, deal, "view,own", x, deny` + "\n" + `p, r:rep, acme, "deal,view", own, x, deny`
	m, err := model.NewModelFromString(access.Model())
	require.NoError(t, err)
	require.NoError(t, lines(text)(m))
	rows, err := m.GetPolicy("p", "p")
	require.NoError(t, err)
	require.Len(t, rows, 2, "of three")
	refused(t, store(t, adapter{lines(text)}, accesscasbin.Options{}), "view,own", "comma")
}

// A filter by p's columns overlooks g, whose domain stands elsewhere, and the shared rows: the inherited deny is lost.
func TestTrap_filteredAdapters(t *testing.T) {
	text := good + "\ng, r:rep, r:base, *\np, r:base, *, deal, view, always, deny"
	a := fileadapter.NewFilteredAdapter(file(t, text))
	s := store(t, a, accesscasbin.Options{})
	m, err := model.NewModelFromString(access.Model())
	require.NoError(t, err)
	require.NoError(t, a.LoadFilteredPolicy(m, &fileadapter.Filter{P: []string{"", "acme"}, G: []string{"", "", "acme"}}))
	rows, err := m.GetPolicy("p", "p")
	require.NoError(t, err)
	require.Len(t, rows, 1, "the deny is not acme's by name")
	require.True(t, a.IsFiltered())

	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, 4, p.Rows.Len(), "the store asks for everything whatever was asked before")
	assert.False(t, decide(t, over(t, s, access.Config{}), view("ann", annsDeal)).Allowed())
}

func open(t *testing.T) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(sqlite.Open(filepath.Join(t.TempDir(), "policy.db")), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		pool, err := db.DB()
		require.NoError(t, err)
		require.NoError(t, pool.Close())
	})
	return db
}

// gorm-adapter, whole and filtered, over a casbin_rule of our shape that the host's own tools keep.
func TestStore_gormAdapter(t *testing.T) {
	db := open(t)
	whole, err := gormadapter.NewAdapterByDB(db)
	require.NoError(t, err)
	filtered, err := gormadapter.NewFilteredAdapterByDB(db, "", "casbin_rule")
	require.NoError(t, err)
	require.True(t, filtered.IsFiltered())
	add := func(line string) {
		row := strings.Split(line, ", ")
		require.NoError(t, whole.AddPolicy(row[0][:1], row[0], row[1:]))
	}
	for _, line := range strings.Split(good, "\n") {
		add(line)
	}
	for name, a := range map[string]*gormadapter.Adapter{"whole": whole, "filtered": filtered} {
		s := store(t, a, accesscasbin.Options{})
		authz := over(t, s, access.Config{})
		assert.True(t, decide(t, authz, view("ann", annsDeal)).Allowed(), name)
	}
	s := store(t, filtered, accesscasbin.Options{})
	before, err := s.Revision(ctx, "acme")
	require.NoError(t, err)
	add("p, r:rep, acme, deal, view, always, deny")
	after, err := s.Revision(ctx, "acme")
	require.NoError(t, err)
	assert.Greater(t, after, before)
	assert.False(t, decide(t, over(t, s, access.Config{}), view("ann", annsDeal)).Allowed())
}

// What gorm-adapter trims, drops or panics on is a refused load.
func TestTrap_gormAdapter(t *testing.T) {
	for name, c := range map[string]struct{ sql, says string }{
		"no value at all":   {`INSERT INTO casbin_rule (ptype) VALUES ('')`, "panicked"},
		"last value blank":  {`UPDATE casbin_rule SET v5 = '' WHERE ptype = 'p'`, "expected 6, got 5"},
		"inner value blank": {`UPDATE casbin_rule SET v4 = '' WHERE ptype = 'p'`, "value 5 is blank"},
		"NULL":              {`UPDATE casbin_rule SET v4 = NULL WHERE ptype = 'p'`, "value 5 is blank"},
		"no tenant":         {`UPDATE casbin_rule SET v2 = '' WHERE ptype = 'g'`, "expected 3, got 2"},
		"another model":     {`INSERT INTO casbin_rule (ptype, v0, v1, v2) VALUES ('p', 'alice', 'data1', 'read')`, "[alice data1 read]"},
		"another type":      {`INSERT INTO casbin_rule (ptype, v0, v1) VALUES ('g2', 'data1', 'group')`, "data1"},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			a, err := gormadapter.NewAdapterByDB(db)
			require.NoError(t, err)
			s := store(t, a, accesscasbin.Options{})
			for _, line := range strings.Split(good, "\n") {
				row := strings.Split(line, ", ")
				require.NoError(t, a.AddPolicy(row[0][:1], row[0], row[1:]))
			}
			_, err = s.Load(ctx, "acme")
			require.NoError(t, err)
			done := db.Exec(c.sql)
			require.NoError(t, done.Error)
			require.NotZero(t, done.RowsAffected)
			refused(t, s, c.says)
		})
	}
}

// Casbin takes these rows; the Authorizer does not, and keeps to the tenant that is concerned.
func TestTrap_whatTheAuthorizerRefuses(t *testing.T) {
	for _, row := range []string{
		"p, r:rep, acme, deal, view, always, Deny", "p, r:rep, acme, deal, view, allways, deny", "p, r:rep, acme, deal, view, always && , deny",
		"p, r:rep, acme, nothing, view, always, deny", "p, r:rep, acme, deal, wiew, always, deny", "p2, r:rep, acme, deal, *, always, show",
		"g, u:ann , r:rep, acme", "g, r:rep, r:rep, acme", "g, u:, r:rep, acme",
	} {
		a := over(t, store(t, adapter{lines(good + "\n" + strings.ReplaceAll(good, "acme", "globex") + "\n" + row)}, accesscasbin.Options{}), access.Config{})
		_, err := a.Authorize(ctx, view("ann", annsDeal))
		assert.ErrorIs(t, err, access.ErrUnavailable, row)
		other := view("ann", annsDeal)
		other.Subject.Tenant = "globex"
		_, err = a.Authorize(ctx, other)
		assert.NoError(t, err, row)
	}
}

// An enforcer that a tool has switched off allows everything.
func TestTrap_enforcerSwitchedOff(t *testing.T) {
	a := policy(t, good)
	e, _, err := accesscasbin.Enforcer(ctx, a, "acme", noon)
	require.NoError(t, err)
	bobs := annsDeal
	bobs.OwnerID = text("bob")
	d := decide(t, a, view("ann", bobs))
	require.NotEmpty(t, d.CasbinQuestions())
	require.False(t, d.Allowed())
	e.EnableEnforce(false)
	ok, err := e.Enforce("anybody", "anything")
	require.NoError(t, err)
	require.True(t, ok, "Casbin's switch")
	ok, err = accesscasbin.Enforce(e, d)
	assert.ErrorContains(t, err, "EnableEnforce")
	assert.False(t, ok)
	e.EnableEnforce(true)
	ok, err = accesscasbin.Enforce(e, d)
	assert.NoError(t, err)
	assert.False(t, ok)
}

// An enforcer of another model, or of none of ours, is an error and never an allow.
func TestTrap_anEnforcerOfAnotherModel(t *testing.T) {
	m, err := model.NewModelFromString("[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act\n[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = true")
	require.NoError(t, err)
	e, err := casbin.NewEnforcer(m)
	require.NoError(t, err)
	d := decide(t, policy(t, good), view("ann", annsDeal))
	require.True(t, d.Allowed())
	ok, err := accesscasbin.Enforce(e, d)
	assert.Error(t, err)
	assert.NotContains(t, fmt.Sprint(err), "goroutine")
	assert.False(t, ok)
}
