package access_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clocked is a clock that the test sets.
func clocked(at *atomic.Pointer[time.Time]) option {
	at.Store(&noon)
	return func(c *access.Config) { c.Now = func() time.Time { return *at.Load() } }
}

func TestCompareReturnsTheOldAnswerWhateverOursIs(t *testing.T) {
	his := annsDeal
	his.OwnerID, his.TeamID = "bob", "t9"
	panics := func(c *access.Config) {
		c.Scopes = map[string]scope.Resolver{"boom": boom{}}
	}
	closed := acme(t, repPolicy)
	require.NoError(t, closed.Close())
	a := acme(t, repPolicy+"p, r:rep, acme, deal, print, own, allow\np, r:rep, acme, deal, export, boom, allow\n", panics, quickly)
	halting := acme(t, repPolicy, quickly, func(c *access.Config) {
		c.Logger = slog.New(badLog{slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug})})
	})
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		a   *access.Authorizer
		ctx context.Context
		r   access.Request
	}{
		"allowed":              {a, context.Background(), request("ann", "view", of(annsDeal))},
		"denied":               {a, context.Background(), request("ann", "view", of(his))},
		"a list":               {a, context.Background(), request("ann", "view", access.Resource{})},
		"no such subject":      {a, context.Background(), request("nobody", "view", of(annsDeal))},
		"no such type":         {a, context.Background(), access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "moon"}}},
		"no such action":       {a, context.Background(), request("ann", "fly", of(annsDeal))},
		"no such tenant":       {a, context.Background(), access.Request{Subject: access.Subject{ID: "ann", Tenant: "moon"}, Action: "view", Resource: access.Resource{Type: "deal"}}},
		"the zero request":     {a, context.Background(), access.Request{}},
		"an id, no loader":     {a, context.Background(), request("ann", "view", access.Resource{ID: "7"})},
		"a scope that panics":  {a, context.Background(), request("ann", "export", of(annsDeal))},
		"given up":             {a, cancelled, request("ann", "export", of(annsDeal))},
		"a logger that panics": {halting, context.Background(), request("", "view", of(annsDeal))},
		"closed":               {closed, context.Background(), request("ann", "view", of(annsDeal))},
	} {
		for _, legacy := range []bool{true, false} {
			assert.Equal(t, legacy, c.a.Compare(c.ctx, c.r, legacy), name)
		}
	}
}

// boom is a host's scope that panics for whoever has it.
type boom struct{}

func (boom) Check(*scope.Schema) error { return nil }
func (boom) Resolve(scope.Subject, *scope.Schema) scope.Predicate {
	panic("boom")
}

func TestCompareCountsByTypeActionAndRule(t *testing.T) {
	var at atomic.Pointer[time.Time]
	trail := audit.NewMemory(10)
	a := acme(t, repPolicy+"p, r:rep, acme, deal, *, office_hours, deny\n", clocked(&at), recordedBy(trail), quickly)
	night := noon.Add(10 * time.Hour)
	at.Store(&night)
	ask := func(who, action string, legacy bool) {
		a.Compare(context.Background(), request(who, action, of(annsDeal)), legacy)
	}
	ask("ann", "view", true)
	ask("bob", "view", true)
	ask("bob", "view", true)
	later := night.Add(time.Hour)
	at.Store(&later)
	ask("bob", "view", true)
	ask("ann", "view", false)
	ask("max", "edit", false)
	a.Compare(context.Background(), access.Request{Subject: access.Subject{ID: "", Tenant: "acme"}, Action: "edit", Resource: access.Resource{Type: "deal"}}, false)
	ask("ann", "fly", false)
	r := a.CompareReport(0)
	assert.True(t, night.Equal(r.Since))
	assert.Equal(t, uint64(1), r.Stray)
	assert.Empty(t, r.Quiet)
	require.Len(t, r.Cells, 2)
	edit, view := r.Cells[0], r.Cells[1]
	assert.Equal(t, []uint64{2, 1, 0, 0, 1}, []uint64{edit.Asked, edit.Agreed, edit.OldOnly, edit.NewOnly, edit.Errors})
	assert.Equal(t, "access: invalid", edit.LastError)
	assert.Equal(t, []uint64{5, 1, 3, 1, 0}, []uint64{view.Asked, view.Agreed, view.OldOnly, view.NewOnly, view.Errors})
	require.Len(t, view.Disagreements, 2)
	for _, d := range view.Disagreements {
		if d.Old {
			assert.Equal(t, uint64(3), d.Count)
			assert.Equal(t, access.DecisionExample{Tenant: "acme", Subject: "bob", Record: "7"}, d.Example)
			assert.True(t, night.Equal(d.First) && later.Equal(d.Last))
			assert.Equal(t, access.ReasonOutsideScope, d.Code)
		} else {
			assert.Equal(t, "p, r:rep, acme, deal, view, own, allow", d.Rule)
			assert.Equal(t, "ann", d.Example.Subject)
		}
	}
	assert.Empty(t, trail.Events(), "what is in force was decided by somebody else")
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(text), annsDeal.Phone, "ids only")
}

func TestWhichTypesAreQuiet(t *testing.T) {
	var at atomic.Pointer[time.Time]
	other := dealType()
	other.Name = "offer"
	a := acme(t, repPolicy+"p, r:rep, acme, offer, view, own, allow\n", clocked(&at), func(c *access.Config) { c.Catalog.Types = append(c.Catalog.Types, other) })
	day := 24 * time.Hour
	on := func(days int, quietFor time.Duration) []string {
		then := noon.Add(time.Duration(days) * day)
		at.Store(&then)
		return a.CompareReport(quietFor).Quiet
	}
	ask := func(typ string, legacy bool) {
		r := request("ann", "view", of(annsDeal))
		r.Resource.Type = typ
		a.Compare(context.Background(), r, legacy)
	}
	assert.Empty(t, on(0, day), "nothing was asked")
	ask("deal", true)
	assert.Empty(t, on(1, 2*day), "asked for one day only")
	assert.Equal(t, []string{"deal"}, on(2, 2*day), "and nobody asked about offers")
	ask("offer", false)
	assert.Equal(t, []string{"deal"}, on(5, 3*day+time.Hour))
	assert.Empty(t, on(2, 0), "no time given")
	assert.Empty(t, on(2, -day), "nor one that is none")
	ask("offer", false)
	assert.Equal(t, []string{"deal"}, on(4, 2*day+time.Hour))
	assert.Equal(t, []string{"deal", "offer"}, on(5, 2*day+time.Hour))
	assert.Empty(t, on(-5, day), "the clock was set back: nothing is known")
	a.Compare(context.Background(), request("", "view", access.Resource{}), true)
	assert.Empty(t, on(5, day*30))
}

func TestCompareKeepsItsCountsThroughAChangeOfPolicy(t *testing.T) {
	a := acme(t, adminPolicy)
	his := annsDeal
	his.OwnerID, his.TeamID = "bob", "t9"
	a.Compare(context.Background(), request("ann", "view", of(his)), true)
	_, err := a.Apply(context.Background(), by("root"), add(access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "global", Effect: access.Allow}}}))
	require.NoError(t, err)
	a.Compare(context.Background(), request("ann", "view", of(his)), true)
	c := a.CompareReport(0).Cells[0]
	assert.Equal(t, []uint64{2, 1, 1}, []uint64{c.Asked, c.Agreed, c.OldOnly})
}

func TestCompareIsBounded(t *testing.T) {
	policy := "g, u:ann, r:r0, acme\n"
	for i := range 150 {
		policy += "p, r:x" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ", acme, deal, view, own, allow\n"
		policy += "g, u:u" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ", r:x" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ", acme\n"
	}
	a := acme(t, policy, func(c *access.Config) { c.Directory = nil })
	for i := range 150 {
		d := annsDeal
		d.OwnerID = "u" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		a.Compare(context.Background(), request(d.OwnerID, "view", of(d)), false)
	}
	c := a.CompareReport(0).Cells[0]
	assert.Len(t, c.Disagreements, 100)
	assert.Equal(t, []uint64{150, 50}, []uint64{c.NewOnly, c.More})
}

func TestCompareFromManyGoroutines(t *testing.T) {
	a := acme(t, repPolicy, quickly)
	var work sync.WaitGroup
	for i := range 8 {
		work.Add(1)
		go func() {
			defer work.Done()
			for j := range 50 {
				a.Compare(context.Background(), request("ann", "view", of(annsDeal)), (i+j)%2 == 0)
				if j%10 == 0 {
					a.CompareReport(time.Hour)
				}
			}
		}()
	}
	work.Wait()
	c := a.CompareReport(0).Cells[0]
	assert.Equal(t, []uint64{400, 200, 200}, []uint64{c.Asked, c.Agreed, c.NewOnly})
}
