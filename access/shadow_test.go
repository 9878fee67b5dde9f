package access_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shadowed starts a shadow of the tenant acme that the test ends.
func shadowed(t *testing.T, a *access.Authorizer, c access.Change, o access.ShadowOptions) *access.Shadow {
	t.Helper()
	s, err := a.Shadow(context.Background(), "acme", c, o)
	require.NoError(t, err)
	t.Cleanup(s.Stop)
	return s
}

// settled is the report once n decisions have come through.
func settled(t *testing.T, s *access.Shadow, n int) access.ShadowReport {
	t.Helper()
	var r access.ShadowReport
	require.Eventually(t, func() bool {
		r = s.Report(context.Background())
		return r.Compared+r.Dropped+r.Failed+r.Skipped >= uint64(n)
	}, patience, time.Millisecond)
	require.Equal(t, uint64(n), r.Compared+r.Dropped+r.Failed+r.Skipped)
	return r
}

func allow(role, action, when string) access.Rows {
	return access.Rows{Rules: []access.Rule{{Role: role, Type: "deal", Action: action, When: when, Effect: access.Allow}}}
}

func deny(role, action, when string) access.Rows {
	return access.Rows{Rules: []access.Rule{{Role: role, Type: "deal", Action: action, When: when, Effect: access.Deny}}}
}

var bobsDeal = deal{ID: 8, TenantID: "acme", OwnerID: "bob", TeamID: "t9", RegionID: "west", Stage: "open", Phone: "13911112222", Amount: 5}

func TestAShadowDisagreesAndDecidesNothing(t *testing.T) {
	var log bytes.Buffer
	c := add(allow("rep", "view", "global"))
	c.Add.Rules = append(c.Add.Rules, deny("rep", "edit", "always").Rules...)
	a := acme(t, repPolicy, quickly, func(c *access.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	s := shadowed(t, a, c, access.ShadowOptions{})
	for range 3 {
		assert.False(t, decide(t, a, "ann", "view", of(bobsDeal)).Allowed(), "the rule is not in force")
		assert.True(t, decide(t, a, "ann", "edit", of(annsDeal)).Allowed(), "nor is the deny")
		assert.True(t, decide(t, a, "ann", "view", access.Resource{}).Allowed())
		decide(t, a, "bob", "view", of(bobsDeal))
	}
	r := settled(t, s, 12)
	s.Stop()
	assert.Equal(t, []uint64{12, 9, 0, 0, 0}, []uint64{r.Compared, r.Disagreed, r.Dropped, r.Failed, r.Skipped})
	assert.True(t, r.Applies)
	told := map[access.ShadowKind]access.Disagreement{}
	for _, d := range r.Disagreements {
		assert.Equal(t, uint64(3), d.Count)
		assert.Equal(t, "ann", d.Example.Subject)
		told[d.How] = d
	}
	require.Len(t, r.Disagreements, 3)
	assert.Equal(t, "8", told[access.ShadowAllows].Example.Record)
	assert.Equal(t, "p, r:rep, acme, deal, view, global, allow", told[access.ShadowAllows].Rule)
	assert.Equal(t, "p, r:rep, acme, deal, edit, always, deny", told[access.ShadowDenies].Rule)
	assert.Equal(t, "view", told[access.ShadowRecords].Action)
	assert.Equal(t, 3, strings.Count(log.String(), "the shadow policy disagrees"), "each once")
	assert.NotContains(t, log.String(), bobsDeal.Phone)
}

// What the rule of the shadow is called by number, the rule that is made afterwards is called too.
func TestTheLivePolicyFindsNothingOfTheShadows(t *testing.T) {
	for name, incremental := range map[string]bool{"by rows": true, "anew": false} {
		a := acme(t, adminPolicy, quickly)
		c := add(allow("rep", "delete", "global"))
		if !incremental {
			c.Add.Definitions = []access.Definition{{Name: "everything", Expr: "always"}}
		}
		s := shadowed(t, a, c, access.ShadowOptions{})
		assert.False(t, decide(t, a, "ann", "delete", of(bobsDeal)).Allowed(), name)
		settled(t, s, 1)
		_, err := a.Apply(context.Background(), by("root"), add(allow("rep", "delete", "own && !unowned")))
		require.NoError(t, err)
		for range 3 {
			assert.False(t, decide(t, a, "ann", "delete", of(bobsDeal)).Allowed(), name)
		}
		const asked, byApply = 4, 1
		assert.True(t, settled(t, s, asked+byApply).Applies, name)
		s.Stop()
	}
}

// Random decisions come out the same with a shadow and without, from many goroutines, while records and the live policy
// change; and what the shadow counts is what the candidate in force would have said.
func TestLiveDecisionsAreTheSameWithAShadow(t *testing.T) {
	compared, disagreed := uint64(0), 0
	inTwoWorlds(t, func(w *twoWorlds, where string) {
		alone := w.authorizerOn(t)
		defer func() { require.NoError(t, alone.Close()) }()
		s, err := w.was.Shadow(context.Background(), "acme", w.change, access.ShadowOptions{Queue: 10_000})
		require.NoError(t, err, where)
		defer s.Stop()
		var questions []access.Request
		for range 60 {
			r := w.question()
			if w.rng.IntN(4) == 0 {
				r.Subject.Actor = pick(w.rng, w.subjects()...)
			}
			questions = append(questions, r)
		}
		want := map[access.ShadowKind]uint64{}
		type answer struct {
			allowed bool
			scope   string
			reasons []access.Reason
		}
		answerOf := func(a *access.Authorizer, r access.Request) answer {
			d, err := a.Authorize(context.Background(), r)
			assert.NoError(t, err, where)
			return answer{d.Allowed(), d.Scope().String(), d.Reasons()}
		}
		var expected []answer
		for _, r := range questions {
			x := answerOf(alone, r)
			expected = append(expected, x)
			if next := answerOf(w.next, r); x.allowed && !next.allowed {
				want[access.ShadowDenies]++
			} else if !x.allowed && next.allowed {
				want[access.ShadowAllows]++
			}
		}
		var work sync.WaitGroup
		for g := range 3 {
			work.Add(1)
			go func() {
				defer work.Done()
				for i := range questions {
					i = (i + g*20) % len(questions)
					assert.Equal(t, expected[i], answerOf(w.was, questions[i]), where)
				}
			}()
		}
		work.Wait()
		r := settled(t, s, 3*len(questions))
		require.Zero(t, r.Failed+r.Dropped+r.Skipped, "%s: %+v", where, r)
		got := map[access.ShadowKind]uint64{}
		for _, d := range r.Disagreements {
			if d.How == access.ShadowAllows || d.How == access.ShadowDenies {
				got[d.How] += d.Count / 3
			}
		}
		require.Equal(t, want, got, "%s\nchange %+v", where, w.change)
		compared += r.Compared
		disagreed += len(r.Disagreements)
	})
	t.Logf("%d compared, %d disagreements", compared, disagreed)
	require.Positive(t, disagreed)
}

// The host changes its record as soon as it is answered.
func TestAShadowReadsNoRecordOfTheHosts(t *testing.T) {
	a := acme(t, repPolicy, quickly)
	s := shadowed(t, a, add(allow("rep", "view", "team")), access.ShadowOptions{})
	d, next := annsDeal, annsDeal
	for i := range 200 {
		d.OwnerID, next.Stage = "ann", fmt.Sprint(i)
		d.Stage = "open"
		require.True(t, decide(t, a, "ann", "view", access.Resource{Record: scope.Of(&d)}).Allowed())
		require.True(t, decide(t, a, "ann", "edit", access.Resource{Record: scope.Of(&d), New: scope.Of(&next)}).Allowed())
		d.OwnerID, d.Stage = "bob", "lost"
	}
	r := settled(t, s, 400)
	assert.Equal(t, []uint64{400, 0}, []uint64{r.Compared, r.Disagreed})
}

// failsAt panics or blocks where a test wants it to.
type failsAt struct{ on *atomic.Bool }

func (f failsAt) Check(*scope.Schema) error { return nil }
func (f failsAt) Resolve(scope.Subject, *scope.Schema) scope.Predicate {
	if f.on.Load() {
		panic("boom")
	}
	return scope.All()
}

type badLog struct{ slog.Handler }

func (badLog) Handle(context.Context, slog.Record) error { panic("the disk is full") }

func TestWhatFailsInTheShadowStaysThere(t *testing.T) {
	var on atomic.Bool
	on.Store(true)
	a := acme(t, repPolicy, quickly, func(c *access.Config) {
		c.Scopes = map[string]scope.Resolver{"boom": failsAt{&on}}
		c.Logger = slog.New(badLog{slog.NewTextHandler(new(bytes.Buffer), nil)})
	})
	s := shadowed(t, a, add(allow("rep", "view", "boom")), access.ShadowOptions{})
	for range 5 {
		require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
		require.False(t, decide(t, a, "ann", "view", of(bobsDeal)).Allowed())
	}
	assert.Equal(t, uint64(10), settled(t, s, 10).Failed)
	on.Store(false)
	require.False(t, decide(t, a, "ann", "view", of(bobsDeal)).Allowed())
	r := settled(t, s, 11)
	assert.Equal(t, uint64(1), r.Disagreed, "a logger that panics too")
}

func TestAShadowThatIsTooSlowLeavesDecisionsOut(t *testing.T) {
	block := make(chan struct{})
	a := acme(t, repPolicy, quickly, func(c *access.Config) {
		c.Scopes = map[string]scope.Resolver{"slow": slow{block}}
	})
	s := shadowed(t, a, add(allow("rep", "view", "slow")), access.ShadowOptions{Queue: 2})
	for range 50 {
		require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	}
	close(block)
	r := settled(t, s, 50)
	assert.GreaterOrEqual(t, r.Dropped, uint64(47))
}

type slow struct{ until chan struct{} }

func (slow) Check(*scope.Schema) error { return nil }
func (f slow) Resolve(scope.Subject, *scope.Schema) scope.Predicate {
	<-f.until
	return scope.None()
}

func TestAShadowFollowsTheLivePolicy(t *testing.T) {
	a := acme(t, adminPolicy, quickly)
	s := shadowed(t, a, add(allow("rep", "view", "global")), access.ShadowOptions{})
	apply := func(c access.Change) access.Revision {
		now, err := a.Policy(context.Background(), "acme")
		require.NoError(t, err)
		c.Base = now.Revision
		rev, err := a.Apply(context.Background(), by("root"), c)
		require.NoError(t, err)
		return rev
	}
	apply(remove(assignment("ann", "rep")))
	decide(t, a, "ann", "view", of(bobsDeal))
	r := settled(t, s, 2)
	assert.Positive(t, r.Compared, "Apply asked too, on the policy before")
	assert.Zero(t, r.Disagreed, "she has the role no more, here and there")
	assert.Equal(t, uint64(2), r.Policy)
	apply(add(allow("rep", "view", "global")))
	r = s.Report(context.Background())
	assert.False(t, r.Applies)
	assert.Contains(t, r.Problem, "there already")
	before := settled(t, s, 3)
	decide(t, a, "bob", "view", of(bobsDeal))
	assert.Equal(t, before.Skipped+1, settled(t, s, 4).Skipped)
	apply(access.Change{Tenant: "acme", Remove: allow("rep", "view", "global"), Add: assignment("ann", "rep")})
	decide(t, a, "ann", "view", of(bobsDeal))
	r = settled(t, s, 6)
	assert.True(t, r.Applies)
	assert.Empty(t, r.Problem)
	assert.Equal(t, uint64(1), r.Disagreed)
}

func TestAShadowGoesOnWhenTheStoreIsBack(t *testing.T) {
	store := &failing{Store: memory(t, adminPolicy)}
	a := over(t, store, quickly, func(c *access.Config) { c.Poll = 5 * time.Millisecond })
	c := add(allow("rep", "view", "everything"))
	c.Add.Definitions = []access.Definition{{Name: "everything", Expr: "global"}}
	s := shadowed(t, a, c, access.ShadowOptions{})
	store.set(true)
	assert.True(t, s.Report(context.Background()).Applies, "the live policy has not moved")
	store.set(false)
	_, err := a.Apply(context.Background(), by("root"), add(assignment("max", "rep")))
	require.NoError(t, err)
	store.set(true)
	assert.False(t, s.Report(context.Background()).Applies, "it can't be read")
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.set(false)
	require.Eventually(t, func() bool { return s.Report(context.Background()).Applies }, patience, time.Millisecond)
	decide(t, a, "max", "view", of(bobsDeal))
	assert.Equal(t, uint64(1), settled(t, s, 3).Disagreed)
}

func TestAShadowOfSharedRows(t *testing.T) {
	a := acme(t, repPolicy, quickly)
	c := access.Change{Tenant: access.Shared, Add: allow("rep", "view", "global")}
	s := shadowed(t, a, c, access.ShadowOptions{})
	decide(t, a, "ann", "view", of(bobsDeal))
	assert.Equal(t, uint64(1), settled(t, s, 1).Disagreed)
}

func TestAShadowIsBounded(t *testing.T) {
	var log bytes.Buffer
	a := acme(t, repPolicy, quickly, func(c *access.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	s := shadowed(t, a, add(deny("rep", "*", "always")), access.ShadowOptions{Max: 1})
	decide(t, a, "ann", "view", of(annsDeal))
	decide(t, a, "bob", "view", of(bobsDeal))
	decide(t, a, "ann", "edit", of(annsDeal))
	r := settled(t, s, 3)
	s.Stop()
	assert.Len(t, r.Disagreements, 1)
	assert.Equal(t, []uint64{3, 2}, []uint64{r.Disagreed, r.More})
	assert.Equal(t, 1, strings.Count(log.String(), "disagrees"))
}

func TestWhatCanBeNoShadow(t *testing.T) {
	a := acme(t, repPolicy)
	good := add(allow("rep", "view", "team"))
	for name, c := range map[string]struct {
		tenant string
		change access.Change
		opts   access.ShadowOptions
		want   error
	}{
		"of another tenant":    {"globex", good, access.ShadowOptions{}, access.ErrInvalid},
		"of no tenant":         {"", good, access.ShadowOptions{}, access.ErrInvalid},
		"of the shared rows":   {access.Shared, access.Change{Tenant: access.Shared, Add: good.Add}, access.ShadowOptions{}, access.ErrInvalid},
		"nothing":              {"acme", access.Change{Tenant: "acme"}, access.ShadowOptions{}, access.ErrInvalid},
		"an unknown name":      {"acme", add(allow("rep", "view", "nosuch")), access.ShadowOptions{}, access.ErrInvalid},
		"a rule that is there": {"acme", add(allow("rep", "view", "own")), access.ShadowOptions{}, access.ErrConflict},
		"a negative queue":     {"acme", good, access.ShadowOptions{Queue: -1}, access.ErrInvalid},
		"a negative bound":     {"acme", good, access.ShadowOptions{Max: -1}, access.ErrInvalid},
	} {
		_, err := a.Shadow(context.Background(), c.tenant, c.change, c.opts)
		assert.ErrorIs(t, err, c.want, name)
	}
	s := shadowed(t, a, good, access.ShadowOptions{})
	_, err := a.Shadow(context.Background(), "acme", good, access.ShadowOptions{})
	assert.ErrorIs(t, err, access.ErrInvalid, "one at a time")
	s.Stop()
	s.Stop()
	again, err := a.Shadow(context.Background(), "acme", good, access.ShadowOptions{})
	require.NoError(t, err)
	assert.True(t, again.Report(context.Background()).Running)
	require.NoError(t, a.Close())
	assert.False(t, again.Report(context.Background()).Running, "Close ends it")
	_, err = a.Shadow(context.Background(), "acme", good, access.ShadowOptions{})
	assert.ErrorIs(t, err, access.ErrClosed)
}

func TestShadowsBeginAndEndUnderLoad(t *testing.T) {
	a := acme(t, repPolicy, quickly)
	var work sync.WaitGroup
	for range 4 {
		work.Add(1)
		go func() {
			defer work.Done()
			for range 30 {
				s, err := a.Shadow(context.Background(), "acme", add(allow("rep", "view", "global")), access.ShadowOptions{})
				if err == nil {
					decide(t, a, "ann", "view", of(bobsDeal))
					s.Report(context.Background())
					s.Stop()
				} else if !errors.Is(err, access.ErrInvalid) {
					assert.NoError(t, err)
				}
				assert.False(t, decide(t, a, "ann", "view", of(bobsDeal)).Allowed())
			}
		}()
	}
	work.Wait()
}

// A record that was loaded for the answer is not loaded again; what only the candidate asks about it is.
func TestAShadowLoadsWhatOnlyItAsksFor(t *testing.T) {
	l := &rowsOf{tickets: map[int64]bool{1: true}, records: map[string]scope.Record{
		"acme/customer/1": scope.Of(&customer{ID: 1, TenantID: "acme"}), "acme/customer/2": scope.Of(&customer{ID: 2, TenantID: "acme"}),
	}}
	a := supportAuthorizer(t, l)
	s := shadowed(t, a, access.Change{Tenant: "acme", Add: access.Rows{Rules: []access.Rule{
		{Role: "support", Type: "customer", Action: "view", When: "has_open_ticket", Effect: access.Deny}}}}, access.ShadowOptions{})
	view := func(id string) bool {
		d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view",
			Resource: access.Resource{Type: "customer", ID: id}})
		require.NoError(t, err)
		return d.Allowed()
	}
	assert.True(t, view("1"))
	r := settled(t, s, 1)
	assert.Equal(t, []uint64{1, 1}, []uint64{r.Compared, r.Disagreed})
	assert.Equal(t, "1", r.Disagreements[0].Example.Record)
	assert.Equal(t, 2, l.queries, "the record, then its facts")
	assert.False(t, view("2"))
	settled(t, s, 2)
	assert.False(t, view("9"), "no such record")
	r = settled(t, s, 3)
	s.Stop()
	assert.Equal(t, []uint64{3, 1}, []uint64{r.Compared, r.Disagreed})
}
