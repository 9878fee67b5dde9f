package condition_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func compile(t testing.TB, s condition.Spec) condition.Condition {
	t.Helper()
	c, err := s.Compile()
	require.NoError(t, err)
	return c
}

func daily(zone, from, to string, days ...string) condition.Spec {
	return condition.Spec{Daily: &condition.Daily{Zone: zone, From: from, To: to, Days: days}}
}

// naive reads the wall clock as text and compares texts.
func naive(d *condition.Daily, zone *time.Location, t time.Time) bool {
	local := t.In(zone)
	clock := local.Format("15:04:05")
	on := func(day time.Weekday) bool {
		return len(d.Days) == 0 || slices.Contains(d.Days, strings.ToLower(day.String()[:3]))
	}
	pad := func(s string) string { return (s + ":00")[:8] }
	from, to := pad(d.From), pad(d.To)
	switch {
	case from < to:
		return on(local.Weekday()) && clock >= from && clock < to
	case clock >= from:
		return on(local.Weekday())
	case clock < to:
		return on((local.Weekday() + 6) % 7)
	}
	return false
}

var clockZones = []string{"America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Shanghai"}

func TestDailyMinuteByMinute(t *testing.T) {
	begin, end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, zoneName := range clockZones {
		zone, err := time.LoadLocation(zoneName)
		require.NoError(t, err)
		for _, s := range []condition.Spec{
			daily(zoneName, "08:00", "18:00", "mon", "tue", "wed", "thu", "fri"),
			daily(zoneName, "22:00", "06:00", "fri", "sun"),
			daily(zoneName, "01:30", "02:15"),
			daily(zoneName, "00:00", "24:00", "fri", "sat"),
			daily(zoneName, "23:30", "00:30", "thu"),
		} {
			t.Run(zoneName+" "+s.Daily.From+" "+s.Daily.To, func(t *testing.T) {
				t.Parallel()
				c := compile(t, s)
				was := naive(s.Daily, zone, begin)
				until, ok := c.Until(condition.Env{Time: begin})
				require.True(t, ok)
				for at := begin; at.Before(end); at = at.Add(time.Minute) {
					want := naive(s.Daily, zone, at)
					if got := c.Eval(condition.Env{Time: at}); (got == scope.True) != want || got == scope.Unknown {
						t.Fatalf("%v: got %v, the wall clock says %v", at.In(zone), got, want)
					}
					if (want != was) != at.Equal(until) {
						t.Fatalf("%v: was %v, is %v, but Until said %v", at.In(zone), was, want, until)
					}
					if want != was {
						was = want
						until, _ = c.Until(condition.Env{Time: at})
					}
				}
			})
		}
	}
}

func TestDailyRandomWindows(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	zones := append([]string{"UTC", "Pacific/Apia", "Europe/Dublin", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll"}, clockZones...)
	days := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for range 150 {
		from, to := r.IntN(86400), r.IntN(86400)
		if from == to {
			continue
		}
		clock := func(s int) string { return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60) }
		var on []string
		for _, day := range days {
			if r.IntN(2) == 0 {
				on = append(on, day)
			}
		}
		s := daily(zones[r.IntN(len(zones))], clock(from), clock(to), on...)
		zone, err := time.LoadLocation(s.Daily.Zone)
		require.NoError(t, err)
		c := compile(t, s)
		for range 20 { // times out of order, so that what was kept from the last one must not be taken for the next
			at := time.Unix(r.Int64N(4e9)-5e8, r.Int64N(1e9))
			env := condition.Env{Time: at}
			want := naive(s.Daily, zone, at)
			require.Equal(t, want, c.Eval(env) == scope.True, "seed %d: %+v at %v", seed, s.Daily, at.In(zone))

			until, ok := c.Until(env)
			require.True(t, ok, "seed %d: %+v at %v", seed, s.Daily, at.In(zone))
			require.True(t, until.After(at))
			require.Equal(t, !want, naive(s.Daily, zone, until), "seed %d: %+v at %v: Until %v", seed, s.Daily, at.In(zone), until)
			for p := at; p.Before(until); p = p.Add(7 * time.Minute) {
				require.Equal(t, want, naive(s.Daily, zone, p), "seed %d: %+v at %v: Until %v, but changes by %v", seed, s.Daily, at.In(zone), until, p)
			}
			require.Equal(t, want, naive(s.Daily, zone, until.Add(-1)))

			next, ok := c.Next(env)
			require.Equal(t, !want, ok, "only a closed window opens")
			if ok {
				require.True(t, next.Equal(until))
			}
		}
	}
}

func TestDailyEdges(t *testing.T) {
	for _, c := range []struct {
		name, zone, from, to string
		days                 []string
		at                   string
		want                 scope.Truth
		until                string
		reason               string
	}{
		{"opens", "Asia/Shanghai", "08:00", "18:00", nil, "2026-03-09T08:00:00+08:00", scope.True, "2026-03-09T18:00:00+08:00", "from belongs to the window"},
		{"just before", "Asia/Shanghai", "08:00", "18:00", nil, "2026-03-09T07:59:59.999999999+08:00", scope.False, "2026-03-09T08:00:00+08:00", "not a nanosecond early"},
		{"closes", "Asia/Shanghai", "08:00", "18:00", nil, "2026-03-09T18:00:00+08:00", scope.False, "2026-03-10T08:00:00+08:00", "to does not"},
		{"seconds", "UTC", "08:00:30", "08:00:31", nil, "2026-03-09T08:00:30.5Z", scope.True, "2026-03-09T08:00:31Z", ""},
		{"overnight, morning after", "UTC", "22:00", "06:00", []string{"fri"}, "2026-03-14T05:59:00Z", scope.True, "2026-03-14T06:00:00Z", "Saturday morning is Friday's shift"},
		{"overnight, morning of", "UTC", "22:00", "06:00", []string{"fri"}, "2026-03-13T05:59:00Z", scope.False, "2026-03-13T22:00:00Z", "Friday morning is Thursday's"},
		{"until midnight", "UTC", "22:00", "24:00", []string{"fri"}, "2026-03-13T23:59:59Z", scope.True, "2026-03-14T00:00:00Z", ""},
		{"midnight written as 00:00", "UTC", "22:00", "00:00", []string{"fri"}, "2026-03-13T23:59:59Z", scope.True, "2026-03-14T00:00:00Z", "the same window"},
		{"whole days", "UTC", "00:00", "24:00", []string{"sat", "sun"}, "2026-03-14T12:00:00Z", scope.True, "2026-03-16T00:00:00Z", "no edge between Saturday and Sunday"},
		{"gap skips the opening", "America/New_York", "02:30", "05:00", nil, "2026-03-08T01:59:00-05:00", scope.False, "2026-03-08T03:00:00-04:00", "02:30 does not happen; 03:00 is inside"},
		{"window in the gap", "America/New_York", "02:15", "02:45", []string{"sun"}, "2026-03-07T12:00:00-05:00", scope.False, "2026-03-15T02:15:00-04:00", "this Sunday has no such hour"},
		{"hour that comes twice", "America/New_York", "01:00", "01:30", nil, "2026-11-01T01:30:00-04:00", scope.False, "2026-11-01T01:00:00-05:00", "and so does the window"},
		{"half an hour back", "Australia/Lord_Howe", "01:40", "01:50", nil, "2026-04-05T01:50:00+11:00", scope.False, "2026-04-05T01:40:00+10:30", ""},
		{"midnight that does not come", "Africa/Cairo", "00:00", "24:00", []string{"fri"}, "2026-04-23T23:00:00+02:00", scope.False, "2026-04-24T01:00:00+03:00", "Friday begins at 01:00"},
		{"last day of a leap year", "America/New_York", "08:00", "18:00", nil, "2048-12-31T12:00:00-05:00", scope.True, "2048-12-31T18:00:00-05:00", ""},
		{"a day that did not come", "Pacific/Apia", "09:00", "17:00", []string{"fri"}, "2011-12-29T12:00:00-10:00", scope.False, "2012-01-06T09:00:00+14:00", "30 December 2011 was left out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, c.at)
			require.NoError(t, err)
			cond := compile(t, daily(c.zone, c.from, c.to, c.days...))
			assert.Equal(t, c.want, cond.Eval(condition.Env{Time: at}), c.reason)
			until, ok := cond.Until(condition.Env{Time: at})
			require.True(t, ok)
			assert.Equal(t, c.until, until.Format(time.RFC3339Nano), c.reason)
		})
	}
}

func TestDailyThatNeverChanges(t *testing.T) {
	always := compile(t, daily("Africa/Cairo", "00:00", "24:00"))
	for day := range 400 {
		env := condition.Env{Time: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, day)}
		require.Equal(t, scope.True, always.Eval(env))
		_, ok := always.Until(env)
		require.False(t, ok)
		_, ok = always.Next(env)
		require.False(t, ok)
	}
}

func TestDailyWithoutTime(t *testing.T) {
	c := compile(t, daily("UTC", "08:00", "18:00"))
	assert.Equal(t, scope.Unknown, c.Eval(condition.Env{}))
	assert.Equal(t, "time", c.Missing(condition.Env{}))
	_, ok := c.Until(condition.Env{})
	assert.False(t, ok)
	_, ok = c.Next(condition.Env{})
	assert.False(t, ok)
}

func TestDailyAtTheEndsOfTime(t *testing.T) {
	c := compile(t, daily("America/New_York", "08:00", "18:00", "mon"))
	for _, at := range []time.Time{
		time.Unix(math.MaxInt64, 999), time.Unix(math.MinInt64, 1), time.Unix(math.MaxInt64-62135596801, 999999999),
		time.Date(-5000, 1, 1, 0, 0, 0, 5, time.UTC), time.Date(99999, 1, 1, 0, 0, 0, 5, time.UTC),
	} {
		assert.NotEqual(t, scope.Unknown, c.Eval(condition.Env{Time: at}))
		c.Until(condition.Env{Time: at})
	}
}

func TestDailyManyGoroutines(t *testing.T) {
	c := compile(t, daily("America/New_York", "08:00", "18:00"))
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 5000 {
				at := time.Date(2026, 3, 1, 0, (i*37+g*11)%40000, 0, 0, time.UTC)
				want := naive(&condition.Daily{From: "08:00", To: "18:00"}, zone, at)
				if got := c.Eval(condition.Env{Time: at}) == scope.True; got != want {
					t.Errorf("%v: %v", at, got)
				}
			}
		}()
	}
	wg.Wait()
}
