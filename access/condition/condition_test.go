package condition_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// everything is an Env in which nothing is unknown.
func everything() condition.Env {
	return condition.Env{
		Time: now, Addr: netip.MustParseAddr("10.1.2.3"), Place: &condition.Place{Lat: 31.23, Lon: 121.47},
		SignIn: &condition.SignIn{Level: 2, Methods: []string{"totp"}, At: now.Add(-time.Minute)}, Device: "d-1",
	}
}

func TestZeroCondition(t *testing.T) {
	var c condition.Condition
	for _, env := range []condition.Env{{}, everything()} {
		assert.Equal(t, scope.Unknown, c.Eval(env))
		assert.Empty(t, c.Missing(env))
		_, ok := c.Until(env)
		assert.False(t, ok)
		_, ok = c.Next(env)
		assert.False(t, ok)
	}
	assert.Empty(t, c.Kind())
	assert.Equal(t, condition.Spec{}, c.Spec())
}

// Each kind is unknown without what it needs, whatever else is given, and known with that alone.
func TestEachKindNeedsOneThing(t *testing.T) {
	all := everything()
	for _, c := range []struct {
		spec          condition.Spec
		without, only condition.Env
		missing       string
	}{
		{daily("UTC", "08:00", "18:00"), condition.Env{Addr: all.Addr, Place: all.Place, SignIn: all.SignIn, Device: "d"}, condition.Env{Time: all.Time}, "time"},
		{circle(0, 0, 1), condition.Env{Time: all.Time, Addr: all.Addr, SignIn: all.SignIn, Device: "d"}, condition.Env{Place: all.Place}, "place"},
		{network("10.0.0.0/8"), condition.Env{Time: all.Time, Place: all.Place, SignIn: all.SignIn, Device: "d"}, condition.Env{Addr: all.Addr}, "address"},
		{assurance(condition.Assurance{Level: 1}), condition.Env{Time: all.Time, Addr: all.Addr, Place: all.Place, Device: "d"}, condition.Env{SignIn: all.SignIn}, "sign_in"},
	} {
		cond := compile(t, c.spec)
		assert.Equal(t, scope.Unknown, cond.Eval(c.without), cond.Kind())
		assert.Equal(t, c.missing, cond.Missing(c.without))
		assert.NotEqual(t, scope.Unknown, cond.Eval(c.only), cond.Kind())
		assert.Empty(t, cond.Missing(c.only))
	}
}

func TestConditionIsNotChangedThroughItsSpec(t *testing.T) {
	specs := []condition.Spec{
		daily("UTC", "08:00", "18:00", "mon"), circle(31.23, 121.47, 10), network("10.0.0.0/8"),
		assurance(condition.Assurance{Level: 1, Methods: []string{"totp"}}),
	}
	for _, s := range specs {
		c := compile(t, s)
		require.Equal(t, scope.True, c.Eval(everything()))
		before := c.Spec()
		for _, change := range []condition.Spec{s, c.Spec()} {
			switch {
			case change.Daily != nil:
				change.Daily.Days[0], change.Daily.From = "tue", "12:00"
			case change.Circle != nil:
				change.Circle.Lat = 0
			case change.Network != nil:
				change.Network.CIDRs[0] = "192.0.2.0/24"
			case change.Assurance != nil:
				change.Assurance.Methods[0], change.Assurance.Level = "sms", 9
			}
			assert.Equal(t, scope.True, c.Eval(everything()), c.Kind())
			assert.Equal(t, before, c.Spec())
		}
	}
}

func TestEvalDoesNotAllocate(t *testing.T) {
	for _, s := range []condition.Spec{
		daily("Asia/Shanghai", "08:00", "18:00"), circle(31.23, 121.47, 10), network("192.0.2.0/24", "10.0.0.0/8"),
		assurance(condition.Assurance{Level: 1, MaxAge: "1h", Methods: []string{"sms", "totp"}}),
	} {
		c := compile(t, s)
		addr, methods := netip.MustParseAddr("10.1.2.3"), []string{"totp"}
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			env := condition.Env{
				Time: now, Addr: addr, Place: &condition.Place{Lat: 31.23, Lon: 121.47},
				SignIn: &condition.SignIn{Level: 2, At: now, Methods: methods},
			}
			c.Eval(env)
			c.Until(env)
			c.Missing(env)
		}), c.Kind())
	}
}

func BenchmarkEval(b *testing.B) {
	for _, s := range []condition.Spec{
		daily("America/New_York", "08:00", "18:00", "mon"), circle(31.23, 121.47, 10), network("10.0.0.0/8"),
		assurance(condition.Assurance{Level: 1, MaxAge: "1h"}),
	} {
		c, env := compile(b, s), everything()
		b.Run(c.Kind(), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				c.Eval(env)
			}
		})
	}
	b.Run("daily, another stretch each time", func(b *testing.B) {
		c := compile(b, daily("America/New_York", "08:00", "18:00", "mon"))
		for i := range b.N {
			c.Eval(condition.Env{Time: now.AddDate(0, 0, 7*(i%2))})
		}
	})
}
