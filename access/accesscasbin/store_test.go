package accesscasbin_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
	fileadapter "github.com/casbin/casbin/v2/persist/file-adapter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesscasbin"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

const csv = `
# two tenants and shared rows
p,  r:rep,  acme,   deal, view,  own && office, allow
p,  r:boss, acme,   deal, *,     global,        allow
p2, r:rep,  acme,   deal, stage, always,        read
g,  u:ann,  r:rep,  acme
g,  r:boss, r:rep,  acme
p,  r:rep,  globex, deal, view,  own,           deny
g,  u:ann,  r:rep,  globex
p,  r:rep,  *,      lead, view,  team,          allow
g,  r:rep,  r:base, *
`

// adapter is any adapter: it loads by a function, and every change through it is a mistake.
type adapter struct {
	load func(model.Model) error
}

func (a adapter) LoadPolicy(m model.Model) error                           { return a.load(m) }
func (adapter) SavePolicy(model.Model) error                               { panic("saved") }
func (adapter) AddPolicy(_, _ string, _ []string) error                    { panic("added") }
func (adapter) RemovePolicy(_, _ string, _ []string) error                 { panic("removed") }
func (adapter) RemoveFilteredPolicy(_, _ string, _ int, _ ...string) error { panic("removed") }

// lines loads rows as adapters do.
func lines(text string) func(model.Model) error {
	return func(m model.Model) error {
		for _, l := range strings.Split(text, "\n") {
			if err := persist.LoadPolicyLine(strings.TrimSpace(l), m); err != nil {
				return err
			}
		}
		return nil
	}
}

func store(t testing.TB, a persist.Adapter, o accesscasbin.Options) access.Store {
	t.Helper()
	s, err := accesscasbin.NewStore(a, o)
	require.NoError(t, err)
	return s
}

func file(t testing.TB, text string) string {
	name := filepath.Join(t.TempDir(), "policy.csv")
	replace(t, name, text)
	return name
}

// replace writes a file as a whole.
func replace(t testing.TB, name, text string) {
	require.NoError(t, os.WriteFile(name+".new", []byte(text), 0o600))
	require.NoError(t, os.Rename(name+".new", name))
}

// A tenant's rows and the shared ones are those that access's own parser reads from the same text.
func TestStore_load(t *testing.T) {
	s := store(t, fileadapter.NewAdapter(file(t, csv)), accesscasbin.Options{Definitions: defs})
	all, err := access.ParseRows(csv)
	require.NoError(t, err)
	for _, tenant := range []string{"acme", "globex", "nobody", access.Shared} {
		p, err := s.Load(ctx, tenant)
		require.NoError(t, err)
		assert.Equal(t, tenant, p.Tenant)
		assert.ElementsMatch(t, of(tenant, all.Rules, func(r access.Rule) string { return r.Tenant }), p.Rows.Rules)
		assert.ElementsMatch(t, of(tenant, all.Fields, func(r access.FieldRule) string { return r.Tenant }), p.Rows.Fields)
		assert.ElementsMatch(t, of(tenant, all.Assignments, func(r access.Assignment) string { return r.Tenant }), p.Rows.Assignments)
		assert.ElementsMatch(t, of(tenant, all.Inherits, func(r access.Inheritance) string { return r.Tenant }), p.Rows.Inherits)
		assert.Len(t, p.Rows.Definitions, len(defs))
		rev, err := s.Revision(ctx, tenant)
		require.NoError(t, err)
		assert.Equal(t, p.Revision, rev)
	}
	for _, tenant := range []string{"", " acme", "a,b"} {
		_, err := s.Load(ctx, tenant)
		assert.ErrorIs(t, err, access.ErrInvalid)
		_, err = s.Revision(ctx, tenant)
		assert.ErrorIs(t, err, access.ErrInvalid)
	}
}

func of[T any](tenant string, rows []T, where func(T) string) []T {
	var out []T
	for _, r := range rows {
		if where(r) == tenant || where(r) == access.Shared {
			out = append(out, r)
		}
	}
	return out
}

// Random worlds decide alike from memory and from a file that Casbin reads.
func TestStore_decidesAsFromMemory(t *testing.T) {
	base := rand.Uint64()
	allowed := 0
	for i := range uint64(25) {
		w := newWorld(base + i)
		w.rows.Grants, w.rows.Suspensions = nil, nil // which Casbin rows cannot hold
		var text strings.Builder
		for _, rows := range []access.Rows{w.rows, w.shared} {
			for _, r := range rows.Rules {
				text.WriteString(r.String() + "\n")
			}
			for _, r := range rows.Fields {
				text.WriteString(r.String() + "\n")
			}
			for _, r := range rows.Inherits {
				text.WriteString(r.String() + "\n")
			}
			for _, r := range rows.Assignments {
				text.WriteString(r.String() + "\n")
			}
		}
		memory := w.authorizer(t, nil)
		read := over(t, store(t, fileadapter.NewAdapter(file(t, text.String())), accesscasbin.Options{Definitions: w.rows.Definitions}),
			access.Config{Directory: directory()})
		for range 60 {
			r := w.request()
			want, got := decide(t, memory, r), decide(t, read, r)
			require.Equal(t, want.Allowed(), got.Allowed(), "seed %d: %+v", base+i, r)
			if got.Allowed() {
				allowed++
			}
		}
	}
	assert.Positive(t, allowed)
}

func TestStore_revisionFollowsTheContent(t *testing.T) {
	name := file(t, csv)
	s := store(t, fileadapter.NewAdapter(name), accesscasbin.Options{})
	revs := func() (acme, globex, shared, nobody uint64) {
		var out [4]uint64
		for i, tenant := range []string{"acme", "globex", access.Shared, "nobody"} {
			rev, err := s.Revision(ctx, tenant)
			require.NoError(t, err)
			out[i] = rev
		}
		return out[0], out[1], out[2], out[3]
	}
	a0, g0, s0, n0 := revs()
	assert.Positive(t, s0)
	assert.Equal(t, s0, n0, "who has no rows stands where the shared rows stand")

	rows := strings.Split(strings.TrimSpace(csv), "\n")
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	replace(t, name, strings.Join(append(rows, rows...), "\n"))
	a1, g1, s1, _ := revs()
	assert.Equal(t, [3]uint64{a0, g0, s0}, [3]uint64{a1, g1, s1}, "order and duplicates are no change")

	replace(t, name, csv+"g, u:bob, r:rep, acme\n")
	a2, g2, s2, _ := revs()
	assert.Greater(t, a2, a1)
	assert.Equal(t, [2]uint64{g1, s1}, [2]uint64{g2, s2}, "another tenant's change is no change")

	replace(t, name, csv)
	a3, _, _, _ := revs()
	assert.Greater(t, a3, a2, "back to what it was is a change")

	replace(t, name, strings.ReplaceAll(csv, "g,  r:rep,  r:base, *", ""))
	a4, g4, s4, n4 := revs()
	assert.Greater(t, s4, a3, "a change of shared rows is everybody's")
	assert.Equal(t, [3]uint64{s4, s4, s4}, [3]uint64{a4, g4, n4})

	replace(t, name, "")
	a5, g5, s5, n5 := revs()
	assert.Greater(t, min(a5, g5, s5, n5), s4, "rows that are gone are a change")

	replace(t, name, csv)
	later, err := accesscasbin.NewStore(fileadapter.NewAdapter(name), accesscasbin.Options{})
	require.NoError(t, err)
	a6, err := later.Revision(ctx, "acme")
	require.NoError(t, err)
	assert.Greater(t, a6, a5, "a process started later does not fall behind")
}

// A decision and its Authorizer take a change of the file at the next look, and keep the last good policy if the file
// is broken meanwhile.
func TestStore_underAnAuthorizer(t *testing.T) {
	const before = "p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme"
	name := file(t, before)
	a := over(t, store(t, fileadapter.NewAdapter(name), accesscasbin.Options{}), access.Config{Poll: 2 * time.Millisecond, MaxStale: time.Minute})
	allowed := func() bool { return decide(t, a, view("ann", annsDeal)).Allowed() }
	require.True(t, allowed())
	was := decide(t, a, view("ann", annsDeal)).Revision()

	replace(t, name, before+"\np, r:rep, acme, deal, view, always, Deny")
	_, err := a.Policy(ctx, "acme")
	require.NoError(t, err, "what an effect may be, the Authorizer checks")
	replace(t, name, before+"\np, r:rep, acme, deal, view")
	_, err = a.Policy(ctx, "acme")
	require.Error(t, err)
	assert.True(t, allowed(), "the last good policy stays")

	replace(t, name, before+"\np, r:rep, acme, deal, view, always, deny")
	require.Eventually(t, func() bool { return !allowed() }, 5*time.Second, time.Millisecond)
	r := view("ann", annsDeal)
	r.AtLeast = decide(t, a, r).Revision()
	assert.NotEqual(t, was, r.AtLeast)
	decide(t, a, r)
}

// Whoever may administer the policy is told that it is kept elsewhere; the adapter is not even asked.
func TestStore_isReadOnly(t *testing.T) {
	rows := "p, r:admin, acme, policy, administer, always, allow\ng, u:admin, r:admin, acme"
	s := store(t, adapter{lines(rows)}, accesscasbin.Options{})
	a := over(t, s, access.Config{})
	p, err := a.Policy(ctx, "acme")
	require.NoError(t, err)
	_, err = a.Apply(ctx, access.Request{Subject: access.Subject{ID: "admin", Tenant: "acme"}}, access.Change{Tenant: "acme", Base: p.Revision,
		Add: access.Rows{Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}}}})
	assert.ErrorIs(t, err, accesscasbin.ErrReadOnly)
	assert.ErrorIs(t, err, access.ErrInvalid, "which says that nothing was written")
	_, err = s.Apply(ctx, access.Entry{})
	assert.ErrorIs(t, err, accesscasbin.ErrReadOnly)
	after, err := a.Policy(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, p, after)
}

func TestStore_definitions(t *testing.T) {
	given := []access.Definition{
		{Name: "late", Tenant: "acme", Condition: &condition.Spec{Daily: &condition.Daily{Zone: "Asia/Shanghai", From: "18:00", To: "22:00"}}},
		defs[2],
	}
	s := store(t, adapter{lines(csv)}, accesscasbin.Options{Definitions: given})
	given[0].Condition.Daily.From = "00:00"
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	require.Len(t, p.Rows.Definitions, 2)
	assert.Equal(t, "18:00", p.Rows.Definitions[0].Condition.Daily.From, "what the caller writes later is his own")
	assert.Equal(t, access.Shared, p.Rows.Definitions[1].Tenant)
	p.Rows.Definitions[1].Scope.Values[0] = "won"
	p, err = s.Load(ctx, "globex")
	require.NoError(t, err)
	require.Len(t, p.Rows.Definitions, 1)
	assert.Equal(t, "open", p.Rows.Definitions[0].Scope.Values[0], "one who loads shares nothing with the next")
}

func TestNewStore_refusesNoAdapter(t *testing.T) {
	var typed *fileadapter.Adapter
	for _, a := range []persist.Adapter{nil, typed} {
		s, err := accesscasbin.NewStore(a, accesscasbin.Options{})
		assert.ErrorContains(t, err, "nil")
		assert.Nil(t, s)
	}
}
