package access_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// explainers lets root see the rules, and everybody who asks see that root may.
func (w *world) explainers() {
	w.org.People = append(w.org.People, access.Person{ID: "root"})
	w.rows.Rules = append(w.rows.Rules, access.Rule{Role: "looker", Tenant: "acme", Type: access.PolicyType, Action: "explain", When: "always", Effect: access.Allow})
	w.rows.Assignments = append(w.rows.Assignments, access.Assignment{Subject: "root", Role: "looker", Tenant: "acme"})
}

var lookingRoot = access.Request{Subject: access.Subject{ID: "root", Tenant: "acme"}}

// WhoCan is everybody for whom Authorize says yes, asked one by one, and the rules it names are those of the grounds.
func TestWhoCanIsEverybodyWhoIsAllowed(t *testing.T) {
	someone, nobody := 0, 0
	prepare := func(w *world) { w.entangleWritable(); w.explainers() }
	inWorlds(t, 60, prepare, func(w *world, a *access.Authorizer, where string) {
		everybody := append(w.subjects(), "ghost", "nobody", "root", "system:job")
		qs := w.imaged(access.Subject{Tenant: "acme"})
		for _, name := range slices.Sorted(maps.Keys(qs)) {
			q := qs[name]
			where := fmt.Sprintf("%s: %s %+v %+v", where, name, q.old, q.next)
			var want []string
			rules := map[string][]string{}
			for _, id := range everybody {
				r := q.req
				r.Subject = access.Subject{ID: id, Tenant: "acme"}
				if id == "system:job" {
					r.Subject = access.System("acme", "job", "nightly")
				}
				x := explained(t, a, r, where)
				if !x.Allowed {
					continue
				}
				want = append(want, id)
				if x.MoreGrounds {
					continue
				}
				for _, g := range x.Grounds {
					rules[id] = append(rules[id], g.Image+g.Rule.String())
				}
			}
			slices.Sort(want)
			var got []string
			for able, err := range a.WhoCan(context.Background(), lookingRoot, q.req, "") {
				require.NoError(t, err, where)
				got = append(got, able.Subject)
				through := map[string]bool{}
				for _, x := range able.Through {
					require.NotEmpty(t, x.Path, where)
					require.Equal(t, x.Rule.Role, x.Path[len(x.Path)-1].Role(), where)
					through[x.Image+x.Rule.String()] = true
				}
				truth := map[string]bool{}
				for _, x := range rules[able.Subject] {
					truth[x] = true
				}
				if rules[able.Subject] != nil {
					require.Equal(t, truth, through, "%s: %s", where, able.Subject)
				}
			}
			require.Equal(t, want, got, where)
			someone, nobody = someone+len(got), nobody+len(everybody)-len(got)
		}
	})
	t.Logf("%d may, %d may not", someone, nobody)
	require.Positive(t, someone)
	require.Positive(t, nobody)
}

func names(t *testing.T, a *access.Authorizer, by, r access.Request, after string, most int) []string {
	t.Helper()
	var out []string
	for able, err := range a.WhoCan(context.Background(), by, r, after) {
		require.NoError(t, err)
		if out = append(out, able.Subject); len(out) == most {
			break
		}
	}
	return out
}

const lookerPolicy = repPolicy + `
p, r:looker, acme, policy, explain, always, allow
g, u:root, r:looker, acme
`

func everyone(r access.Resource) access.Request {
	q := request("", "view", r)
	q.Subject.ID = ""
	return q
}

func TestWhoCanComesInPages(t *testing.T) {
	rows, err := access.ParseRows(lookerPolicy)
	require.NoError(t, err)
	const people = 1000
	for i := range people {
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: fmt.Sprintf("u%04d", i), Role: "rep"})
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.Directory = nil })
	all := names(t, a, by("root"), everyone(access.Resource{}), "", -1)
	assert.Len(t, all, people+3, "ann, bob and eve, whom without a directory nobody calls inactive")
	assert.True(t, slices.IsSorted(all))
	var paged []string
	for after := ""; ; {
		page := names(t, a, by("root"), everyone(access.Resource{}), after, 7)
		paged = append(paged, page...)
		if len(page) < 7 {
			break
		}
		after = page[6]
	}
	assert.Equal(t, all, paged)
	again := a.WhoCan(context.Background(), by("root"), everyone(of(annsDeal)), "")
	for range 2 {
		for able, err := range again {
			require.NoError(t, err)
			assert.Equal(t, "ann", able.Subject)
		}
	}
}

func TestWhoCanTellsWhenAGrantEnds(t *testing.T) {
	rows, err := access.ParseRows(lookerPolicy)
	require.NoError(t, err)
	rows.Grants = []access.Grant{
		{Subject: "max", Role: "rep", From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Purpose: "holiday"},
		{Subject: "root", Role: "rep", From: noon.Add(-time.Hour), Until: noon},
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store)
	found := false
	for able, err := range a.WhoCan(context.Background(), by("root"), everyone(access.Resource{}), "") {
		require.NoError(t, err)
		assert.NotEqual(t, "root", able.Subject, "his grant is over")
		assert.NotEqual(t, "eve", able.Subject, "she left")
		if able.Subject == "max" {
			found = true
			assert.Equal(t, noon.Add(time.Hour), able.Until)
			assert.Equal(t, noon.Add(time.Hour), able.Through[0].Path[0].Grant.Until)
		}
	}
	assert.True(t, found)
	later := everyone(access.Resource{})
	later.Env.Time = noon.Add(2 * time.Hour)
	assert.Equal(t, []string{"ann", "bob"}, names(t, a, by("root"), later, "", -1), "who will be able")
}

func TestAClockSetBackMakesNobodyAbleAgain(t *testing.T) {
	rows, err := access.ParseRows(lookerPolicy)
	require.NoError(t, err)
	rows.Grants = []access.Grant{{Subject: "max", Role: "rep", Until: noon.Add(time.Hour)}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	var now atomic.Pointer[time.Time]
	later := noon.Add(time.Hour)
	now.Store(&later)
	a := over(t, store, func(c *access.Config) { c.Now = func() time.Time { return *now.Load() } })
	_, err = annViews(a)
	require.NoError(t, err)
	now.Store(&noon)
	assert.Equal(t, []string{"ann", "bob"}, names(t, a, by("root"), everyone(access.Resource{}), "", -1))
}

func TestWhoCanIsRefused(t *testing.T) {
	a := acme(t, lookerPolicy)
	ask := func(by, r access.Request) (out []access.Able, err error) {
		for able, e := range a.WhoCan(context.Background(), by, r, "") {
			if e != nil {
				assert.Equal(t, access.Able{}, able)
				assert.NoError(t, err, "an error is the last")
				err = e
				continue
			}
			out = append(out, able)
		}
		return out, err
	}
	foreign := everyone(access.Resource{})
	foreign.Subject.Tenant = "globex"
	for name, c := range map[string]struct {
		by, r access.Request
		is    error
	}{
		"by one who may not":      {by("ann"), everyone(access.Resource{}), access.ErrDenied},
		"by nobody":               {access.Request{}, everyone(access.Resource{}), access.ErrInvalid},
		"about another tenant":    {by("root"), foreign, access.ErrDenied},
		"about no tenant":         {by("root"), access.Request{Action: "view", Resource: access.Resource{Type: "deal"}}, access.ErrDenied},
		"about somebody":          {by("root"), request("ann", "view", access.Resource{}), access.ErrInvalid},
		"about an unknown type":   {by("root"), access.Request{Subject: access.Subject{Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "x"}}, access.ErrInvalid},
		"about an id, no loader":  {by("root"), everyone(access.Resource{ID: "7"}), access.ErrInvalid},
		"acting for one who may":  {access.Request{Subject: access.Subject{ID: "root", Tenant: "acme", Actor: "ann"}}, everyone(access.Resource{}), access.ErrDenied},
		"by one who is suspended": {by("eve"), everyone(access.Resource{}), access.ErrDenied},
	} {
		able, err := ask(c.by, c.r)
		assert.ErrorIs(t, err, c.is, name)
		assert.Empty(t, able, name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range a.WhoCan(ctx, by("root"), everyone(access.Resource{}), "") {
		assert.ErrorIs(t, err, context.Canceled)
	}
	foreignDeal := annsDeal
	foreignDeal.TenantID = "globex"
	able, err := ask(by("root"), everyone(of(foreignDeal)))
	assert.NoError(t, err)
	assert.Empty(t, able, "a record of another tenant is nobody's")
	require.NoError(t, a.Close())
	_, err = ask(by("root"), everyone(access.Resource{}))
	assert.ErrorIs(t, err, access.ErrClosed)
}

// shelf is a Loader that gives out whatever is asked for, of whatever tenant.
type shelf struct {
	records map[string]scope.Record
	loads   int
}

func (s *shelf) Load(_ context.Context, _, _, id string, _ []scope.Predicate) (scope.Record, error) {
	s.loads++
	return s.records[id], nil
}

func (s *shelf) Facts(_ context.Context, _, _ string, rs []scope.Record, _ []scope.Predicate) ([]scope.Record, error) {
	return rs, nil
}

func newShelf() *shelf {
	foreign := annsDeal
	foreign.TenantID = "globex"
	return &shelf{records: map[string]scope.Record{"own": scope.Of(&annsDeal), "foreign": scope.Of(&foreign)}}
}

func TestWhoCanLoadsARecordOnceAndAForeignOneIsNone(t *testing.T) {
	s := newShelf()
	a := acme(t, lookerPolicy, func(c *access.Config) { c.Loader = s })
	assert.Equal(t, []string{"ann"}, names(t, a, by("root"), everyone(access.Resource{ID: "own"}), "", -1))
	assert.Equal(t, 1, s.loads)
	assert.Empty(t, names(t, a, by("root"), everyone(access.Resource{ID: "foreign"}), "", -1))
	assert.Empty(t, names(t, a, by("root"), everyone(access.Resource{ID: "absent"}), "", -1))
}
