package accesscasbin_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesscasbin"
)

// byRules is what the rules said of a decision: refused for the fields alone, they had allowed.
func byRules(d access.Decision) bool {
	if d.Allowed() {
		return true
	}
	rs := d.Reasons()
	return len(rs) == 1 && rs[0].Code == access.ReasonFieldNotWritable
}

// The enforcer handed out gives the rules' answer to every random question, at the present and at other times.
func TestEnforcer_agreesWithAuthorize(t *testing.T) {
	base := rand.Uint64()
	t.Logf("base seed %d", base)
	asked, allowed, ended, refusedForFields := 0, 0, 0, 0
	for i := range uint64(50) {
		w := newWorld(base + i)
		a := w.authorizer(t, func() time.Time { return noon })
		for _, off := range []time.Duration{0, -time.Hour, time.Hour, -time.Nanosecond} {
			at := noon.Add(off)
			e, rev, err := accesscasbin.Enforcer(ctx, a, "acme", at)
			require.NoError(t, err)
			for range 40 {
				r := w.request()
				r.Env.Time = at
				x, err := a.Explain(ctx, r)
				require.NoError(t, err)
				d := x.Decision
				if off == 0 {
					d = decide(t, a, r)
				}
				require.Equal(t, d.Revision(), rev)
				got, err := accesscasbin.Enforce(e, d)
				require.NoError(t, err)
				require.Equal(t, byRules(d), got, "seed %d, %v off: %+v, reasons %v", base+i, off, r, d.Reasons())

				requests, err := accesscasbin.Requests(d)
				require.NoError(t, err)
				answers, err := e.BatchEnforce(requests)
				require.NoError(t, err)
				require.Equal(t, got, len(answers) > 0 && !slices.Contains(answers, false))

				asked++
				switch {
				case len(requests) == 0:
					ended++
				case got && !d.Allowed():
					refusedForFields++
				case got:
					allowed++
				}
			}
		}
	}
	t.Logf("%d questions: %d allowed, %d refused for fields, %d ended early", asked, allowed, refusedForFields, ended)
	assert.Greater(t, allowed, asked/10)
	assert.Less(t, allowed, asked*7/10)
	assert.Positive(t, ended)
	assert.Positive(t, refusedForFields)
}

// The rows are those of the store, found without the library's own conversion.
func TestEnforcer_rows(t *testing.T) {
	base := rand.Uint64()
	for i := range uint64(50) {
		w := newWorld(base + i)
		a := w.authorizer(t, nil)
		e, _, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
		require.NoError(t, err)
		p, err := a.CasbinPolicy(ctx, "acme", time.Time{})
		require.NoError(t, err)
		for i := 1; i < len(p.Lines); i++ {
			require.Negative(t, slices.Compare(p.Lines[i-1], p.Lines[i]), "sorted, each once")
		}
		want := map[string][]string{"p": nil, "p2": {"r:a,acme,deal,*,always,edit"}, "g": nil}
		add := func(ptype, format string, values ...any) {
			if line := fmt.Sprintf(format, values...); !slices.Contains(want[ptype], line) {
				want[ptype] = append(want[ptype], line)
			}
		}
		for _, r := range slices.Concat(w.rows.Rules, w.shared.Rules) {
			add("p", "r:%s,acme,%s,%s,%s,%s", r.Role, r.Type, r.Action, r.When, r.Effect)
		}
		for _, x := range w.rows.Inherits {
			add("g", "r:%s,r:%s,acme", x.Role, x.Inherits)
		}
		for _, x := range w.rows.Assignments {
			add("g", "u:%s,r:%s,acme", x.Subject, x.Role)
		}
		for _, g := range w.rows.Grants {
			if g.From.Compare(noon) <= 0 && noon.Compare(g.Until) < 0 {
				add("g", "u:%s,r:%s,acme", g.Subject, g.Role)
			}
		}
		for ptype, rows := range want {
			values, err := e.GetModel().GetPolicy(ptype[:1], ptype)
			require.NoError(t, err)
			var have []string
			for _, v := range values {
				have = append(have, strings.Join(v, ","))
			}
			require.ElementsMatch(t, rows, have, "seed %d", base+i)
		}
	}
}

func TestEnforcer_grantsAtTheirEdges(t *testing.T) {
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: access.Rows{
		Rules:  []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}},
		Grants: []access.Grant{{Subject: "ann", Role: "rep", From: noon, Until: noon.Add(time.Hour)}},
	}})
	require.NoError(t, err)
	a := over(t, store, access.Config{})
	for _, c := range []struct {
		at   time.Time
		held bool
	}{
		{noon.Add(-1), false}, {noon, true}, {noon.Add(time.Hour - 1), true}, {noon.Add(time.Hour), false}, {time.Time{}, true},
	} {
		e, _, err := accesscasbin.Enforcer(ctx, a, "acme", c.at)
		require.NoError(t, err)
		held, err := e.HasNamedGroupingPolicy("g", "u:ann", "r:rep", "acme")
		require.NoError(t, err)
		assert.Equal(t, c.held, held, "%v", c.at)
	}
}

// An administrator sets the clock back; what has ended stays ended for whoever asks about now.
func TestEnforcer_aClockSetBackRevivesNoGrant(t *testing.T) {
	var clock atomic.Int64
	clock.Store(noon.Add(2 * time.Hour).UnixNano())
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: access.Rows{
		Rules:       []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}},
		Assignments: []access.Assignment{{Subject: "ann", Role: "other"}},
		Grants:      []access.Grant{{Subject: "ann", Role: "rep", Until: noon.Add(time.Hour)}},
	}})
	require.NoError(t, err)
	a := over(t, store, access.Config{Now: func() time.Time { return time.Unix(0, clock.Load()) }})
	held := func(at time.Time) bool {
		e, _, err := accesscasbin.Enforcer(ctx, a, "acme", at)
		require.NoError(t, err)
		ok, err := e.HasNamedGroupingPolicy("g", "u:ann", "r:rep", "acme")
		require.NoError(t, err)
		return ok
	}
	require.False(t, held(time.Time{}))
	clock.Store(noon.UnixNano())
	d := decide(t, a, view("ann", annsDeal))
	require.False(t, d.Allowed())
	assert.False(t, held(time.Time{}))
	assert.True(t, held(noon), "a past instant that is named is that instant")
}

func TestEnforcer_isACopy(t *testing.T) {
	rows, err := access.ParseRows("p, r:rep, acme, deal, view, own, allow\np, r:boss, acme, deal, *, global, allow\ng, u:ann, r:rep, acme")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, access.Config{})
	bobs := annsDeal
	bobs.OwnerID = text("bob")
	e, _, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	require.NoError(t, err)
	other, _, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	require.NoError(t, err)

	before, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	added, err := e.AddNamedGroupingPolicy("g", "u:ann", "r:boss", "acme")
	require.NoError(t, err)
	require.True(t, added, "a tool may try what it likes on its copy")
	mine, err := e.GetPolicy()
	require.NoError(t, err)
	for _, row := range mine { // Casbin returns its live rows
		row[len(row)-1] = "allow"
		row[3] = "*"
	}
	ok, err := accesscasbin.Enforce(e, decide(t, a, view("ann", bobs)))
	require.NoError(t, err)
	assert.False(t, ok, "global is a name that the decision had no rule about")

	assert.False(t, decide(t, a, view("ann", bobs)).Allowed())
	held, err := other.HasNamedGroupingPolicy("g", "u:ann", "r:boss", "acme")
	require.NoError(t, err)
	assert.False(t, held, "nor do two copies share anything")
	after, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, before, after)

	e.ClearPolicy()
	assert.ErrorIs(t, e.SavePolicy(), accesscasbin.ErrReadOnly)
	assert.True(t, decide(t, a, view("ann", annsDeal)).Allowed())
	for range 2 {
		require.NoError(t, e.LoadPolicy(), "which without an adapter would dereference nil")
		mine, err = e.GetPolicy()
		require.NoError(t, err)
		require.Contains(t, mine, []string{"r:rep", "acme", "deal", "view", "own", "allow"})
		for _, row := range mine {
			row[4] = "always"
		}
	}
	require.NoError(t, e.LoadPolicy())
	ok, err = accesscasbin.Enforce(e, decide(t, a, view("ann", annsDeal)))
	require.NoError(t, err)
	assert.True(t, ok, "it is back at the rows it came with")
	held, err = e.HasNamedGroupingPolicy("g", "u:ann", "r:boss", "acme")
	require.NoError(t, err)
	assert.False(t, held)
	e.EnableAutoSave(true)
	_, err = e.AddNamedGroupingPolicy("g", "u:ann", "r:boss", "acme")
	assert.ErrorIs(t, err, accesscasbin.ErrReadOnly)
}

// Casbin follows ten links by default and loses a deny behind the eleventh, also after a reload.
func TestEnforcer_deepDenies(t *testing.T) {
	lines := []string{"p, r:role1, acme, deal, view, own, allow", "p, r:role31, acme, deal, view, always, deny", "g, u:ann, r:role1, acme"}
	for i := 1; i < 31; i++ {
		lines = append(lines, fmt.Sprintf("g, r:role%d, r:role%d, acme", i, i+1))
	}
	a := policy(t, strings.Join(lines, "\n"))
	d := decide(t, a, view("ann", annsDeal))
	require.False(t, d.Allowed())
	e, _, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	require.NoError(t, err)
	for range 2 {
		ok, err := accesscasbin.Enforce(e, d)
		require.NoError(t, err)
		assert.False(t, ok)
		require.NoError(t, e.LoadPolicy())
	}
}

func TestEnforcer_refuses(t *testing.T) {
	a := policy(t, "p, r:rep, acme, deal, view, own, allow")
	for _, tenant := range []string{"", "*", " acme", "acme ", "a,b", strings.Repeat("x", 200)} {
		e, rev, err := accesscasbin.Enforcer(ctx, a, tenant, time.Time{})
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", tenant)
		assert.Nil(t, e)
		assert.Zero(t, rev)
	}
	_, _, err := accesscasbin.Enforcer(ctx, nil, "acme", time.Time{})
	assert.ErrorContains(t, err, "nil")
	_, _, err = accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	require.NoError(t, err)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err = accesscasbin.Enforcer(gone, a, "acme", time.Time{})
	assert.ErrorIs(t, err, context.Canceled)
	known := over(t, must(access.NewMemoryStore()), access.Config{Directory: directory()})
	_, _, err = accesscasbin.Enforcer(ctx, known, "nobody", time.Time{})
	assert.ErrorIs(t, err, access.ErrUnknownTenant)
	require.NoError(t, a.Close())
	_, _, err = accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	assert.ErrorIs(t, err, access.ErrClosed)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A tenant's copy holds nothing of another's, and a decision of one is not repeated by the other's enforcer.
func TestEnforcer_tenantsApart(t *testing.T) {
	acme := must(access.ParseRows("p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme"))
	globex := must(access.ParseRows("p, r:rep, globex, deal, *, global, allow\ng, u:ann, r:rep, globex"))
	shared := must(access.ParseRows("p, r:rep, *, lead, view, global, allow"))
	a := over(t, must(access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: acme}, access.Policy{Tenant: "globex", Rows: globex},
		access.Policy{Tenant: access.Shared, Rows: shared})), access.Config{})
	d := decide(t, a, view("ann", annsDeal))
	require.True(t, d.Allowed())
	for tenant, want := range map[string]bool{"acme": true, "globex": false} {
		e, _, err := accesscasbin.Enforcer(ctx, a, tenant, time.Time{})
		require.NoError(t, err)
		ok, err := accesscasbin.Enforce(e, d)
		require.NoError(t, err)
		assert.Equal(t, want, ok)
		rows, err := e.GetFilteredPolicy(1, tenant)
		require.NoError(t, err)
		all, err := e.GetPolicy()
		require.NoError(t, err)
		assert.Len(t, all, 2)
		assert.Equal(t, all, rows, "all under the tenant's name")
	}
}

func TestEnforce_refuses(t *testing.T) {
	a := policy(t, "p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme")
	e, _, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
	require.NoError(t, err)
	list := view("ann", annsDeal)
	list.Resource.Record = access.Resource{}.Record
	for name, d := range map[string]access.Decision{"zero Decision": {}, "collection": decide(t, a, list)} {
		ok, err := accesscasbin.Enforce(e, d)
		assert.ErrorContains(t, err, name)
		assert.False(t, ok)
		requests, err := accesscasbin.Requests(d)
		assert.ErrorContains(t, err, name)
		assert.Nil(t, requests)
	}
	d := decide(t, a, view("ann", annsDeal))
	require.True(t, d.Allowed())
	ok, err := accesscasbin.Enforce(nil, d)
	assert.Error(t, err)
	assert.False(t, ok)
	for _, kept := range []any{nil, true, 1, "own", d} {
		ok, err = e.Enforce("u:ann", "acme", "deal", "view", kept)
		assert.Error(t, err, "%v is no kept value", kept)
		assert.False(t, ok)
	}
	var zero access.CasbinQuestion
	assert.Zero(t, zero.Value("own"))
	requests, err := accesscasbin.Requests(d)
	require.NoError(t, err)
	require.Len(t, requests, 1)
	assert.Equal(t, []any{"u:ann", "acme", "deal", "view"}, requests[0][:4])
}

// A name unknown to the decision, as an enforcer of newer rows has it, helps nobody.
func TestEnforce_namesTheDecisionHadNoRuleAbout(t *testing.T) {
	d := decide(t, policy(t, "p, r:rep, acme, deal, view, own, allow\ng, u:ann, r:rep, acme"), view("ann", annsDeal))
	require.True(t, d.Allowed())
	for rules, want := range map[string]bool{
		"p, r:rep, acme, deal, view, global, allow":                                           false,
		"p, r:rep, acme, deal, view, own, allow\np, r:rep, acme, deal, view, unowned, deny":   false,
		"p, r:rep, acme, deal, view, own || global, allow":                                    true,
		"p, r:rep, acme, deal, view, own, allow\np, r:rep, acme, deal, delete, unowned, deny": true,
	} {
		e, _, err := accesscasbin.Enforcer(ctx, policy(t, rules+"\ng, u:ann, r:rep, acme"), "acme", time.Time{})
		require.NoError(t, err)
		ok, err := accesscasbin.Enforce(e, d)
		require.NoError(t, err)
		assert.Equal(t, want, ok, rules)
	}
}

// Copies are made and asked while the policy changes; each agrees with a decision of its own revision.
func TestEnforcer_concurrently(t *testing.T) {
	rows := must(access.ParseRows("p, r:rep, acme, deal, view, own, allow\np, r:admin, acme, policy, administer, always, allow\ng, u:admin, r:admin, acme\ng, u:bob, r:rep, acme"))
	a := over(t, must(access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})), access.Config{Directory: directory()})
	give := access.Rows{Assignments: []access.Assignment{{Subject: "ann", Role: "rep", Tenant: "acme"}}}
	var work sync.WaitGroup
	for range 3 {
		work.Add(1)
		go func() {
			defer work.Done()
			for range 60 {
				e, rev, err := accesscasbin.Enforcer(ctx, a, "acme", time.Time{})
				if !assert.NoError(t, err) {
					return
				}
				d, err := a.Authorize(ctx, view("ann", annsDeal))
				assert.NoError(t, err)
				ok, err := accesscasbin.Enforce(e, d)
				assert.NoError(t, err)
				if d.Revision() == rev {
					assert.Equal(t, d.Allowed(), ok)
				}
				_, err = e.RemoveNamedGroupingPolicy("g", "u:bob", "r:rep", "acme")
				assert.NoError(t, err)
			}
		}()
	}
	by := access.Request{Subject: access.Subject{ID: "admin", Tenant: "acme"}}
	for i := range 40 {
		p, err := a.Policy(ctx, "acme")
		require.NoError(t, err)
		c := access.Change{Tenant: "acme", Base: p.Revision, Add: give}
		if i%2 == 1 {
			c.Add, c.Remove = access.Rows{}, give
		}
		_, err = a.Apply(ctx, by, c)
		require.NoError(t, err)
	}
	work.Wait()
}
