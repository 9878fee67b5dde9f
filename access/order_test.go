package access_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const repPolicy = `
p, r:rep, acme, deal, view, own, allow
p, r:rep, acme, deal, edit, own, allow
p2, r:rep, acme, deal, *, always, edit
p2, r:rep, acme, deal, tenant_id, always, read
p2, r:rep, acme, deal, id, always, read
g, u:ann, r:rep, acme
g, u:bob, r:rep, acme
g, u:eve, r:rep, acme
`

func TestStep1InvalidRequests(t *testing.T) {
	a := acme(t, repPolicy)
	ok := request("ann", "view", access.Resource{})
	for name, spoil := range map[string]func(*access.Request){
		"blank subject":          func(r *access.Request) { r.Subject.ID = "" },
		"zero request":           func(r *access.Request) { *r = access.Request{} },
		"long subject":           func(r *access.Request) { r.Subject.ID = string(make([]byte, 200)) },
		"comma in the subject":   func(r *access.Request) { r.Subject.ID = "ann,bob" },
		"control character":      func(r *access.Request) { r.Subject.ID = "ann\x00" },
		"trailing blank":         func(r *access.Request) { r.Subject.ID = "ann " },
		"not in normal form":     func(r *access.Request) { r.Subject.ID = "e\u0301" },
		"blank tenant":           func(r *access.Request) { r.Subject.Tenant = "" },
		"the shared tenant":      func(r *access.Request) { r.Subject.Tenant = "*" },
		"unknown type":           func(r *access.Request) { r.Resource.Type = "lead" },
		"unknown action":         func(r *access.Request) { r.Action = "fly" },
		"star as action":         func(r *access.Request) { r.Action = "*" },
		"time off the clock":     func(r *access.Request) { r.Env.Time = noon.Add(2 * time.Minute) },
		"calls himself system":   func(r *access.Request) { r.Subject.ID = "system:import" },
		"actor is no id":         func(r *access.Request) { r.Subject.Actor = "a,b" },
		"record id too long":     func(r *access.Request) { r.Resource.ID = string(make([]byte, 2000)) },
		"record id is not UTF-8": func(r *access.Request) { r.Resource.ID = "\xff" },
		"an id and no loader":    func(r *access.Request) { r.Resource.ID = "7" },
		"set beside a record": func(r *access.Request) {
			r.Resource = of(annsDeal)
			r.Resource.Type = "deal"
			r.Resource.Set = map[string]scope.Value{}
		},
		"id and record":           func(r *access.Request) { r.Resource = of(annsDeal); r.Resource.Type = "deal"; r.Resource.ID = "7" },
		"system without a reason": func(r *access.Request) { r.Subject = access.System("acme", "import", " ") },
	} {
		r := ok
		spoil(&r)
		d, err := a.Authorize(context.Background(), r)
		assert.ErrorIs(t, err, access.ErrInvalid, name)
		assert.False(t, d.Allowed(), name)
		assert.Equal(t, access.Decision{}, d, name)
	}
}

func TestStep1NoPolicyIsUnavailableAndOldPolicyIsStale(t *testing.T) {
	store := &failing{Store: memory(t, repPolicy), fail: true}
	a := over(t, store, func(c *access.Config) { c.Poll, c.MaxStale = time.Millisecond, 50*time.Millisecond })
	_, err := a.Authorize(context.Background(), request("ann", "view", access.Resource{}))
	require.ErrorIs(t, err, access.ErrUnavailable)
	store.set(false)
	_, err = a.Authorize(context.Background(), request("ann", "view", access.Resource{}))
	require.NoError(t, err)
	store.set(true)
	require.Eventually(t, func() bool {
		d, err := a.Authorize(context.Background(), request("ann", "view", access.Resource{}))
		return errors.Is(err, access.ErrStale) && !d.Allowed()
	}, 5*time.Second, 5*time.Millisecond)
	store.set(false)
	require.Eventually(t, func() bool {
		_, err := a.Authorize(context.Background(), request("ann", "view", access.Resource{}))
		return err == nil
	}, 5*time.Second, 5*time.Millisecond, "a store that is back is believed again")
}

func TestStep2WhoIsRefusedBeforeAnyRule(t *testing.T) {
	a := acme(t, repPolicy)
	assert.Equal(t, []access.ReasonCode{access.ReasonSuspended}, codes(decide(t, a, "eve", "view", access.Resource{})), "inactive in the directory")
	assert.Equal(t, []access.ReasonCode{access.ReasonUnknownSubject}, codes(decide(t, a, "mallory", "view", access.Resource{})))
	foreign := annsDeal
	foreign.TenantID = "globex"
	assert.Equal(t, []access.ReasonCode{access.ReasonTenantMismatch}, codes(decide(t, a, "ann", "view", of(foreign))), "her own id in another tenant")
	assert.Equal(t, []access.ReasonCode{access.ReasonTenantMismatch}, codes(decide(t, a, "ann", "edit", move(annsDeal, foreign))), "a record moved out of the tenant")
	d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "ann", Tenant: "nowhere"}, Action: "view", Resource: access.Resource{Type: "deal"}})
	require.NoError(t, err)
	assert.Equal(t, []access.ReasonCode{access.ReasonUnknownTenant}, codes(d))

	rows, err := access.ParseRows(repPolicy)
	require.NoError(t, err)
	rows.Suspensions = []access.Suspension{{Subject: "ann"}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	assert.Equal(t, []access.ReasonCode{access.ReasonSuspended}, codes(decide(t, over(t, store), "ann", "view", of(annsDeal))))
}

func TestStep3GrantsLiveFromBeginToEndAndAClockSetBackRevivesNone(t *testing.T) {
	var now atomic.Pointer[time.Time]
	now.Store(&noon)
	rows := access.Rows{
		Rules:  []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}},
		Grants: []access.Grant{{Subject: "ann", Role: "rep", From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)}},
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.Now = func() time.Time { return *now.Load() } })
	for _, c := range []struct {
		at   time.Duration
		want bool
	}{{0, false}, {time.Hour - 1, false}, {time.Hour, true}, {2*time.Hour - 1, true}, {2 * time.Hour, false}, {90 * time.Minute, false}} {
		at := noon.Add(c.at)
		now.Store(&at)
		d := decide(t, a, "ann", "view", of(annsDeal))
		assert.Equal(t, c.want, d.Allowed(), "at %v", c.at)
		if c.want {
			until, ok := d.ValidUntil()
			assert.True(t, ok)
			assert.Equal(t, noon.Add(2*time.Hour), until)
		}
	}
}

func TestStep4DenyWins(t *testing.T) {
	a := acme(t, repPolicy+"p, r:rep, acme, *, *, office_hours, deny\n")
	d := decide(t, a, "ann", "view", of(annsDeal))
	assert.False(t, d.Allowed())
	assert.Contains(t, codes(d), access.ReasonDenyRule)
	a = acme(t, repPolicy+"p, r:rep, acme, deal, view, own && office_hours, deny\n")
	list := decide(t, a, "ann", "view", access.Resource{})
	assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	in, err := list.Scope().Match(scope.Of(&annsDeal))
	require.NoError(t, err)
	assert.False(t, in, "what a deny takes from the list")
}

func TestStep5UnknownNeverHelps(t *testing.T) {
	defs := access.Definition{Name: "head_office", Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{"10.0.0.0/8"}}}}
	for when, effect := range map[string]string{"head_office": "allow", "!head_office": "deny"} {
		rows, err := access.ParseRows("g, u:ann, r:rep, acme\np, r:rep, acme, deal, view, own && " + when + ", " + effect)
		require.NoError(t, err)
		if effect == "deny" {
			rows.Rules = append(rows.Rules, access.Rule{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "own", Effect: access.Allow})
		}
		rows.Definitions = []access.Definition{defs}
		store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
		require.NoError(t, err)
		a := over(t, store)
		assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "%s %s: the address is unknown", effect, when)
		list := decide(t, a, "ann", "view", access.Resource{})
		in, err := list.Scope().Match(scope.Of(&annsDeal))
		require.NoError(t, err)
		assert.False(t, in)
	}
}

func TestStep6AWritePassesOnBothImages(t *testing.T) {
	a := acme(t, `
p, r:rep, acme, deal, edit, own, allow
p, r:rep, acme, deal, claim, old.unowned && new.own, allow
p, r:rep, acme, deal, transfer, old.own && new.team, allow
p2, r:rep, acme, deal, *, always, edit
g, u:ann, r:rep, acme
`)
	free, bobs, away := annsDeal, annsDeal, annsDeal
	free.OwnerID, bobs.OwnerID, away.OwnerID, away.TeamID = "", "bob", "max", "t2"
	for _, c := range []struct {
		name   string
		action string
		res    access.Resource
		want   bool
	}{
		{"her own stays hers", "edit", move(annsDeal, annsDeal), true},
		{"her own given away by an edit", "edit", move(annsDeal, bobs), false},
		{"somebody's taken by an edit", "edit", move(bobs, annsDeal), false},
		{"the pool is claimed", "claim", move(free, annsDeal), true},
		{"a colleague's is not in the pool", "claim", move(bobs, annsDeal), false},
		{"claimed for somebody else", "claim", move(free, bobs), false},
		{"a claim without saying what will be", "claim", of(free), false},
		{"handed to a team mate", "transfer", move(annsDeal, bobs), true},
		{"handed out of the team", "transfer", move(annsDeal, away), false},
	} {
		assert.Equal(t, c.want, decide(t, a, "ann", c.action, c.res).Allowed(), c.name)
	}
	bulk := func(values map[string]scope.Value) access.Decision {
		return decide(t, a, "ann", "claim", access.Resource{Set: values})
	}
	d := bulk(map[string]scope.Value{"owner_id": scope.Text("ann")})
	for _, r := range []struct {
		d    deal
		want bool
	}{{free, true}, {bobs, false}, {annsDeal, false}} {
		in, err := d.Scope().Match(scope.Of(&r.d))
		require.NoError(t, err)
		assert.Equal(t, r.want, in, "bulk claim of %+v", r.d)
	}
	assert.False(t, bulk(map[string]scope.Value{"owner_id": scope.Text("bob")}).Allowed(), "claimed for bob")
	assert.False(t, bulk(nil).Allowed(), "nothing said about what is set")
}

func TestStep7EveryChangedFieldMustBeWritable(t *testing.T) {
	a := acme(t, repPolicy)
	next := annsDeal
	next.Phone, next.TenantID = "1", "acme"
	assert.True(t, decide(t, a, "ann", "edit", move(annsDeal, next)).Allowed())
	next.ID = 8
	d := decide(t, a, "ann", "edit", move(annsDeal, next))
	require.False(t, d.Allowed())
	require.Len(t, d.Reasons(), 1)
	assert.Equal(t, access.Reason{Code: access.ReasonFieldNotWritable, Missing: []string{"id"}, Public: true}, d.Reasons()[0])
}

func TestStep8PublicReasonsAreThoseThePersonCanActOn(t *testing.T) {
	a := acme(t, `
p, r:rep, acme, deal, view, own && office_hours, allow
p, r:rep, acme, deal, edit, own && approved, allow
g, u:ann, r:rep, acme
`, func(c *access.Config) { c.Now = func() time.Time { return noon.Add(8 * time.Hour) } })
	var denied *access.DeniedError
	require.ErrorAs(t, decide(t, a, "ann", "view", of(annsDeal)).Err(), &denied)
	require.Len(t, denied.Public, 1)
	assert.Equal(t, access.ReasonOutsideWindow, denied.Public[0].Code)
	assert.True(t, time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC).Equal(denied.Public[0].At), "the next opening, 08:00 in Shanghai")
	assert.Empty(t, denied.Public[0].Rule)
	assert.Equal(t, "access: view deal: denied", denied.Error())

	require.ErrorAs(t, decide(t, a, "ann", "edit", of(annsDeal)).Err(), &denied)
	assert.Equal(t, access.ReasonNeedsApproval, denied.Public[0].Code)

	bobs := annsDeal
	bobs.OwnerID = "bob"
	require.ErrorAs(t, decide(t, a, "ann", "edit", of(bobs)).Err(), &denied)
	assert.Empty(t, denied.Public, "approval alone would not open a colleague's record")
	require.ErrorAs(t, decide(t, a, "ann", "view", access.Resource{}).Err(), &denied)
	assert.Equal(t, access.ReasonOutsideWindow, denied.Public[0].Code, "for the collection too")
}

func TestStep9ValidUntilIsTheEdgeOfTheWindow(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, view, own && office_hours, allow\ng, u:ann, r:rep, acme\n")
	until, ok := decide(t, a, "ann", "view", of(annsDeal)).ValidUntil()
	require.True(t, ok)
	assert.True(t, noon.Add(6*time.Hour).Equal(until), "%v", until)
	_, ok = decide(t, acme(t, repPolicy), "ann", "view", of(annsDeal)).ValidUntil()
	assert.False(t, ok)
}

type brokenSink struct{}

func (brokenSink) Write(context.Context, ...audit.Event) error { return errors.New("disk full") }

func TestStep10NoRecordNoAccess(t *testing.T) {
	a := acme(t, repPolicy, func(c *access.Config) { c.Audit = brokenSink{} })
	d, err := a.Authorize(context.Background(), request("ann", "view", of(annsDeal)))
	require.ErrorIs(t, err, access.ErrAudit)
	assert.Equal(t, access.Decision{}, d)
	a = acme(t, repPolicy, func(c *access.Config) { c.Audit, c.AuditFailure = brokenSink{}, access.ProceedWithoutAudit })
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())

	seen := audit.NewMemory(10)
	a = acme(t, repPolicy, func(c *access.Config) { c.Audit = seen })
	d = decide(t, a, "ann", "view", of(annsDeal))
	advisory := request("ann", "edit", of(annsDeal))
	advisory.Advisory = true
	hint, err := a.Authorize(context.Background(), advisory)
	require.NoError(t, err)
	require.NoError(t, a.Commit(context.Background(), d, access.Outcome{Records: []string{"7"}}))
	assert.ErrorIs(t, a.Commit(context.Background(), hint, access.Outcome{}), access.ErrInvalid)
	assert.ErrorIs(t, a.Commit(context.Background(), access.Decision{}, access.Outcome{}), access.ErrInvalid)
	events := seen.Events()
	require.Len(t, events, 2)
	assert.Equal(t, d.ID(), events[0].ID)
	assert.Equal(t, "7", events[0].Record)
	assert.Equal(t, d.ID(), events[1].Detail["decision"])
}

func TestZeroDecisionOpensNothing(t *testing.T) {
	var d access.Decision
	assert.False(t, d.Allowed())
	assert.ErrorIs(t, d.Err(), access.ErrDenied)
	assert.True(t, d.Scope().IsNone())
	assert.True(t, d.ScopeAfter(nil).IsNone())
	assert.Equal(t, field.Mask{}, d.Fields())
	assert.Empty(t, d.Reasons())
	assert.Empty(t, d.ID())
	assert.Zero(t, d.Kinds())
	assert.Nil(t, d.Schema())
	assert.True(t, d.Record().IsZero())
	assert.Error(t, d.Queryable("id"))
}
