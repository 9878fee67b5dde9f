package access_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// quickly lets an Authorizer take the quick way, which nothing watches over.
func quickly(c *access.Config) { c.CrossCheck = 0 }

// sameBothWays asks by Authorize, which may take the quick way, and by AuthorizeAll, which never does.
func sameBothWays(t *testing.T, a *access.Authorizer, r access.Request, where string) (access.Decision, error) {
	t.Helper()
	quick, errQuick := a.Authorize(context.Background(), r)
	long, errLong := a.AuthorizeAll(context.Background(), []access.Request{r})
	if errLong != nil {
		require.EqualError(t, errQuick, errLong.Error(), where)
		require.False(t, quick.Allowed(), where)
		return quick, errQuick
	}
	require.NoError(t, errQuick, where)
	require.Equal(t, long[0].Allowed(), quick.Allowed(), where)
	require.Equal(t, long[0].Reasons(), quick.Reasons(), where)
	require.Equal(t, long[0].Scope().String(), quick.Scope().String(), where)
	require.Equal(t, long[0].Kinds(), quick.Kinds(), where)
	until, ends := long[0].ValidUntil()
	quickUntil, quickEnds := quick.ValidUntil()
	require.Equal(t, ends, quickEnds, where)
	require.True(t, until.Equal(quickUntil), where)
	return quick, nil
}

// The records are whole and in part, of this tenant and of another, and the circumstances change from one question to the
// next: what the quick way keeps must not be given to a question that it is no answer to.
func TestTheQuickWayAnswersAsTheLongWay(t *testing.T) {
	base := rand.Uint64()
	t.Logf("base seed %d", base)
	for i := range uint64(12) {
		w := newWorld(base + i)
		store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
		require.NoError(t, err)
		dir := access.NewMemoryDirectory()
		dir.Set("acme", w.org)
		a := over(t, store, quickly, served(dir), func(c *access.Config) {
			c.Catalog.Types = []access.Type{customerType("customer"), customerType("deal")}
			c.Now = func() time.Time { return w.now }
		})
		for range 300 {
			r := access.Request{
				Subject: access.Subject{ID: pick(w.rng, append(w.subjects(), "nobody")...), Tenant: "acme"},
				Action:  pick(w.rng, "view", "edit", "delete", "export"), Resource: access.Resource{Type: "customer"}, Env: w.env(),
			}
			if w.rng.IntN(4) > 0 {
				r.Resource.Record = w.seen(pick(w.rng, w.records...))
			}
			_, _ = sameBothWays(t, a, r, where(base+i, r))
		}
		require.NoError(t, a.Close())
	}
}

func where(seed uint64, r access.Request) string {
	return fmt.Sprintf("seed %d: %s %s %v", seed, r.Subject.ID, r.Action, r.Resource.Record.Names())
}

// seen is a record as a host may have it in hand: a struct, or a map of which something may be missing.
func (w *world) seen(r record) scope.Record {
	if w.rng.IntN(6) == 0 {
		r.TenantID = "globex"
	}
	view := r.view()
	if w.rng.IntN(2) == 0 {
		return view
	}
	m := map[string]any{}
	for _, name := range view.Names() {
		if w.rng.IntN(20) > 0 {
			m[name], _ = view.Get(name)
		}
	}
	return scope.FromMap(m)
}

func TestTheQuickWayRefusesWhatTheLongWayRefuses(t *testing.T) {
	policy := repPolicy + `
p, r:rep, acme, deal, export, global, allow
p, r:rep, acme, deal, export, team, allow
p, r:rep, acme, deal, create, own, allow
p, r:rep, acme, deal, unmask, own, allow
g, u:system:job, r:rep, acme
`
	a := acme(t, policy, withUnmask, quickly)
	may := request("ann", "view", of(annsDeal))
	job := may
	job.Subject, job.Resource = access.System("acme", "job", "nightly"), access.Resource{Type: "deal"}
	for range 2 {
		require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
		require.True(t, decide(t, a, "ann", "export", of(annsDeal)).Allowed())
		d, err := a.Authorize(context.Background(), job)
		require.NoError(t, err)
		require.Equal(t, "system:job", d.Subject().ID)
		for _, action := range []string{"create", "unmask"} {
			r := request("ann", action, access.Resource{New: scope.Of(&annsDeal)})
			if action == "unmask" {
				r.Resource, r.Purpose = of(annsDeal), "the customer called"
				r.Resource.Type = "deal"
			}
			_, err := a.Authorize(context.Background(), r)
			require.NoError(t, err, action)
		}
	}
	newer, err := access.ParseRevision("99.0")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		spoil func(*access.Request)
		want  error
	}{
		"older policy than asked for":  {func(r *access.Request) { r.AtLeast = newer }, access.ErrStale},
		"a time off the clock":         {func(r *access.Request) { r.Env.Time = noon.Add(2 * time.Minute) }, access.ErrInvalid},
		"a time long past":             {func(r *access.Request) { r.Env.Time = noon.Add(-2 * time.Minute) }, access.ErrInvalid},
		"unmask for no purpose":        {func(r *access.Request) { r.Action = "unmask" }, access.ErrInvalid},
		"a create of what exists":      {func(r *access.Request) { r.Action = "create" }, access.ErrInvalid},
		"a user who calls himself job": {func(r *access.Request) { r.Subject.ID = "system:job" }, access.ErrInvalid},
		"a job without a reason":       {func(r *access.Request) { r.Subject = access.System("acme", "job", " ") }, access.ErrInvalid},
		"an id beside the record":      {func(r *access.Request) { r.Resource.ID = "7" }, access.ErrInvalid},
		"an unknown action":            {func(r *access.Request) { r.Action = "fly" }, access.ErrInvalid},
		"somebody without rights acts": {func(r *access.Request) { r.Subject.Actor = "max" }, access.ErrDenied},
		"a record of another tenant":   {func(r *access.Request) { d := annsDeal; d.TenantID = "globex"; r.Resource.Record = scope.Of(&d) }, access.ErrDenied},
	} {
		r := may
		c.spoil(&r)
		d, err := sameBothWays(t, a, r, name)
		if err == nil {
			err = d.Err()
		}
		assert.ErrorIs(t, err, c.want, name)
	}
	part := map[string]any{"id": int64(7), "tenant_id": "acme", "owner_id": "bob"}
	_, err = sameBothWays(t, a, request("ann", "export", access.Resource{Record: scope.FromMap(part)}), "a record without an attribute")
	assert.ErrorContains(t, err, "team_id", "one rule reads it, though another allows")
}

func TestTheQuickWayHearsOfEveryChange(t *testing.T) {
	sees := func(t *testing.T, a *access.Authorizer, want bool, why string) {
		t.Helper()
		for range 3 { // the first may find the holder anew, the others meet the one that was kept
			d, err := sameBothWays(t, a, request("ann", "view", of(annsDeal)), why)
			require.NoError(t, err)
			require.Equal(t, want, d.Allowed(), why)
		}
	}
	policy := adminPolicy + "p, r:team, acme, deal, view, team, deny\np, r:other, acme, deal, view, own, allow\n"
	for name, c := range map[string]access.Change{
		"the assignment goes":  remove(assignment("ann", "rep")),
		"the rule goes":        remove(access.Rows{Rules: []access.Rule{{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "own", Effect: access.Allow}}}),
		"a deny comes":         add(access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "*", When: "always", Effect: access.Deny}}}),
		"a role that denies":   add(access.Rows{Inherits: []access.Inheritance{{Role: "rep", Inherits: "team"}}}),
		"a suspension":         add(access.Rows{Suspensions: []access.Suspension{{Subject: "ann"}}}),
		"a definition with it": add(access.Rows{Definitions: []access.Definition{{Name: "x", Expr: "own"}}, Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "x", Effect: access.Deny}}}),
	} {
		t.Run(name, func(t *testing.T) {
			a := acme(t, policy, quickly)
			sees(t, a, true, "before")
			_, err := a.Apply(context.Background(), by("root"), c)
			require.NoError(t, err)
			sees(t, a, false, "after")
		})
	}
	t.Run("she leaves", func(t *testing.T) {
		dir := people(t)
		a := acme(t, policy, quickly, served(dir), polling(time.Millisecond))
		sees(t, a, true, "before")
		dir.Set("acme", annLeft)
		eventuallyDenied(t, a, "the directory says that she left")
	})
	t.Run("a grant ends, and the clock is set back", func(t *testing.T) {
		var now atomic.Pointer[time.Time]
		now.Store(&noon)
		store := memory(t, "p, r:rep, acme, deal, view, own, allow")
		_, err := store.Apply(context.Background(), access.Entry{Change: add(access.Rows{
			Grants: []access.Grant{{Subject: "ann", Role: "rep", Tenant: "acme", From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)}},
		})})
		require.NoError(t, err)
		a := over(t, store, quickly, func(c *access.Config) { c.Now = func() time.Time { return *now.Load() } })
		for _, c := range []struct {
			at   time.Duration
			want bool
		}{{0, false}, {time.Hour, true}, {2*time.Hour - 1, true}, {2 * time.Hour, false}, {90 * time.Minute, false}} {
			at := noon.Add(c.at)
			now.Store(&at)
			sees(t, a, c.want, c.at.String())
		}
	})
}

func TestTheQuickWayKnowsWhenPolicyIsStale(t *testing.T) {
	store := &failing{Store: memory(t, repPolicy)}
	a := over(t, store, quickly, staleAfter(50*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.set(true)
	eventuallyStale(t, a, "nobody could check the policy for longer than MaxStale")
}

// The same seat answers by day and by night, from here and from there.
func TestTheQuickWayKeepsNoListForOtherCircumstances(t *testing.T) {
	var now atomic.Pointer[time.Time]
	now.Store(&noon)
	a := acme(t, `
p, r:rep, acme, deal, view, own && office_hours, allow
p, r:rep, acme, deal, edit, own, allow
p, r:rep, acme, deal, edit, office_hours, deny
g, u:ann, r:rep, acme
`, quickly, func(c *access.Config) { c.Now = func() time.Time { return *now.Load() } })
	night := noon.Add(10 * time.Hour)
	for range 2 {
		for action, open := range map[string]*time.Time{"view": &noon, "edit": &night} {
			for _, at := range []*time.Time{&noon, &night, &noon} {
				now.Store(at)
				list, err := sameBothWays(t, a, request("ann", action, access.Resource{}), action)
				require.NoError(t, err)
				assert.Equal(t, at == open, list.Allowed(), "%s at %v", action, at)
				assert.Equal(t, at == open, decide(t, a, "ann", action, of(annsDeal)).Allowed(), "%s at %v", action, at)
			}
		}
	}
}

func TestTheQuickWayLetsNoUnknownHelp(t *testing.T) {
	a := acme(t, `
p, r:rep, acme, deal, view, own, allow
p, r:rep, acme, deal, view, !approved, deny
p, r:rep, acme, deal, edit, own && approved, allow
p, r:rep, acme, deal, export, own && !approved, allow
g, u:ann, r:rep, acme
`, quickly)
	for range 2 {
		for _, action := range []string{"view", "edit", "export"} {
			r := request("ann", action, of(annsDeal))
			r.Env = condition.Env{Time: noon}
			d, err := sameBothWays(t, a, r, action)
			require.NoError(t, err)
			assert.False(t, d.Allowed(), action)
		}
	}
}

func TestTheQuickWayLeavesItsTrace(t *testing.T) {
	trail := audit.NewMemory(10)
	a := acme(t, repPolicy, quickly, recordedBy(trail))
	for range 3 {
		decide(t, a, "ann", "view", of(annsDeal))
	}
	assert.Len(t, trail.Events(), 3)
}
