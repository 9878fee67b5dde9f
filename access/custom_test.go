package access_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

const trainedPolicy = `
p, r:rep, acme, deal, view, own && trained, allow
p, r:rep, acme, deal, edit, own, allow
p, r:rep, acme, deal, edit, !trained, deny
p, r:rep, acme, deal, transfer, own, allow
p, r:rep, acme, deal, transfer, trained, deny
g, u:ann, r:rep, acme
`

func custom(name string, f condition.Func) option {
	return func(c *access.Config) {
		quickly(c)
		c.Conditions = map[string]condition.Func{name: f}
		c.ConditionBudget = 20 * time.Millisecond
	}
}

func TestACustomConditionThatFailsIsUnknown(t *testing.T) {
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	for name, f := range map[string]condition.Func{
		"panics": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
			panic("postgres://u:secret@db/x")
		},
		"panics with nil": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) { panic(nil) },
		"ends its goroutine": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
			runtime.Goexit()
			return scope.True, nil
		},
		"errs and says yes": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
			return scope.True, errors.New("down")
		},
		"errs and says no": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
			return scope.False, errors.New("down")
		},
		"returns no truth": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) { return 7, nil },
		"waits for its budget": func(ctx context.Context, _ scope.Subject, _ condition.Env) (scope.Truth, error) {
			<-ctx.Done()
			return scope.True, nil
		},
		"heeds no budget": func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
			<-released
			return scope.True, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var j journal
			a := acme(t, trainedPolicy, logged(&j), custom("trained", f))
			for _, action := range []string{"view", "edit", "transfer"} {
				d := decide(t, a, "ann", action, of(annsDeal))
				assert.False(t, d.Allowed(), "%s: unknown helps nobody, whichever way the rule turns it", action)
				require.NotEmpty(t, d.Reasons())
				assert.Empty(t, publicCodes(d))
			}
			h, err := a.Health(context.Background())
			require.NoError(t, err)
			require.Len(t, h.Conditions, 1)
			assert.False(t, h.OK)
			assert.Equal(t, "trained", h.Conditions[0].Name)
			assert.True(t, h.Conditions[0].Failing)
			assert.GreaterOrEqual(t, h.Conditions[0].Failures, uint64(3))
			assert.NotEmpty(t, h.Conditions[0].LastError)
			assert.NotContains(t, h.Conditions[0].LastError, "secret")
			assert.Equal(t, 1, j.times("could not be told"), "the log is told once a minute")
		})
	}
}

func publicCodes(d access.Decision) []access.Reason {
	var denied *access.DeniedError
	if !errors.As(d.Err(), &denied) {
		return nil
	}
	return denied.Public
}

func TestACustomConditionDecides(t *testing.T) {
	var truth atomic.Int32
	var calls atomic.Int32
	a := acme(t, trainedPolicy, custom("trained", func(_ context.Context, sub scope.Subject, e condition.Env) (scope.Truth, error) {
		calls.Add(1)
		if sub.ID != "ann" || sub.Tenant != "acme" || sub.Teams[0] != "t1" || !e.Time.Equal(noon) {
			return scope.Unknown, fmt.Errorf("asked about %+v at %v", sub, e.Time)
		}
		return scope.Truth(truth.Load()), nil
	}))
	for _, c := range []struct {
		truth                scope.Truth
		view, edit, transfer bool
	}{{scope.True, true, true, false}, {scope.False, false, false, true}, {scope.Unknown, false, false, false}, {scope.True, true, true, false}} {
		truth.Store(int32(c.truth))
		for action, want := range map[string]bool{"view": c.view, "edit": c.edit, "transfer": c.transfer} {
			for range 2 {
				before := calls.Load()
				d := decide(t, a, "ann", action, of(annsDeal))
				truth.Store(int32(c.truth.Not()))
				assert.Equal(t, want, d.Allowed(), "%s when it is %v", action, c.truth)
				d.Reasons()
				d.Fields()
				assert.Equal(t, want, !d.Scope().IsNone())
				assert.Equal(t, before+1, calls.Load(), "asked once a decision, its value kept")
				until, ok := d.ValidUntil()
				assert.True(t, ok && until.Equal(noon), "nobody knows for how long it stays")
				truth.Store(int32(c.truth))
			}
		}
		list := decide(t, a, "ann", "view", access.Resource{})
		assert.Equal(t, c.view, list.Allowed(), "the list when it is %v", c.truth)
	}
	h, err := a.Health(context.Background())
	require.NoError(t, err)
	assert.True(t, h.OK)
	assert.Empty(t, h.Conditions)
}

// A condition that hangs must not pile up goroutines without end, and is asked again once it answers.
func TestCustomConditionsThatHangAreBounded(t *testing.T) {
	release := make(chan struct{})
	var hangs atomic.Int32
	a := acme(t, trainedPolicy, custom("trained", func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) {
		hangs.Add(1)
		<-release
		return scope.True, nil
	}), func(c *access.Config) { c.ConditionBudget = time.Millisecond })
	for range 1000 {
		require.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	}
	assert.LessOrEqual(t, hangs.Load(), int32(256))
	close(release)
	require.Eventually(t, func() bool { return decide(t, a, "ann", "view", of(annsDeal)).Allowed() }, patience, time.Millisecond)
}

func TestConditionsAreCheckedByNew(t *testing.T) {
	yes := func(context.Context, scope.Subject, condition.Env) (scope.Truth, error) { return scope.True, nil }
	for name, set := range map[string]option{
		"a stock scope's name": custom("own", yes),
		"a stock condition's":  custom("approved", yes),
		"no name":              custom("", yes),
		"a Go keyword":         custom("func", yes),
		"no function":          custom("trained", nil),
		"a name of a scope too": func(c *access.Config) {
			custom("near", yes)(c)
			c.Scopes = map[string]scope.Resolver{"near": scope.Own()}
		},
		"a negative budget": func(c *access.Config) { c.ConditionBudget = -1 },
	} {
		cfg := access.Config{Catalog: access.Catalog{Types: []access.Type{dealType()}}}
		set(&cfg)
		_, err := access.New(context.Background(), memory(t, repPolicy), cfg)
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
}
