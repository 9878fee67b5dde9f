package oracle

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// Until ValidUntil time alone does not change the answer, of a record nor of a collection; without one it never does.
func TestNothingChangesUntilValidUntil(t *testing.T) {
	bounded := 0
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		_, a := w.open(t)
		for _, q := range qs {
			d, err := a.Authorize(ctx, q.request())
			require.NoError(t, err)
			list, err := a.Authorize(ctx, q.list())
			require.NoError(t, err)
			until, some := d.ValidUntil()
			if some {
				bounded++
				assert.True(t, until.After(w.now), "%v is not after %v", until, w.now)
			} else {
				until = w.now.AddDate(0, 0, 30)
			}
			listUntil, listEnds := list.ValidUntil()
			for _, at := range w.instants(until) {
				later := q
				later.Env.Time, later.Clock = at, false
				assert.Equal(t, d.Allowed(), w.model(q.Tenant).allows(later), "at %v, valid until %v: %+v", at, until, q)
				x, err := a.Explain(ctx, later.request())
				require.NoError(t, err)
				assert.Equal(t, d.Allowed(), x.Decision.Allowed(), "at %v, valid until %v: %+v", at, until, q)
				x, err = a.Explain(ctx, later.list())
				require.NoError(t, err)
				if !listEnds || at.Before(listUntil) {
					assert.Equal(t, list.Scope().String(), x.Decision.Scope().String(), "at %v, valid until %v: %+v", at, listUntil, q)
				}
			}
		}
	})
	assert.Positive(t, bounded)
}

// instants lie between now and the end, at both edges and anywhere.
func (w *world) instants(end time.Time) []time.Time {
	out := []time.Time{w.now, w.now.Add(1), end.Add(-1), end.Add(-time.Second)}
	for range 4 {
		out = append(out, w.now.Add(time.Duration(w.rng.Int64N(int64(end.Sub(w.now))))))
	}
	return slices.DeleteFunc(out, func(t time.Time) bool { return t.Before(w.now) })
}

// Where one window or one grant is all that time can change, ValidUntil is the first instant at which the answer is
// another.
func TestValidUntilIsTight(t *testing.T) {
	const granted = "p, r:a, acme, deal, view, global, allow" // to who has the role for a while
	ends := 0
	inWorlds(t, func(t *testing.T, w *world, _ []question) {
		window := access.Definition{Name: "open", Tenant: "acme", Condition: &condition.Spec{Daily: w.window()}}
		rules := pick(w,
			"p, r:a, acme, deal, view, open, allow",
			"p, r:a, acme, deal, view, !open, allow",
			"p, r:a, acme, deal, view, global && (open || !global), allow",
			"p, r:a, acme, deal, view, always, allow\np, r:a, acme, deal, view, open, deny",
			granted,
		)
		rows, err := access.ParseRows(rules)
		require.NoError(t, err)
		rows.Definitions = []access.Definition{window}
		org := organisation{People: map[string]access.Person{"ann": {ID: "ann"}}}
		if rules == granted {
			from := w.now.Add(time.Duration(w.rng.IntN(100)-50) * time.Hour)
			rows.Grants = []access.Grant{{Subject: "ann", Role: "a", Tenant: "acme", From: from, Until: w.now.Add(time.Duration(51+w.rng.IntN(50)) * time.Hour)}}
		} else {
			rows.Assignments = []access.Assignment{{Subject: "ann", Role: "a", Tenant: "acme"}}
		}
		w.rows, w.orgs = map[string]access.Rows{"acme": rows}, map[string]organisation{"acme": org}
		_, a := w.open(t)
		q := question{Tenant: "acme", Subject: "ann", Action: "view", Type: "deal", Old: &record{ID: 1, Tenant: "acme", Owners: []string{"", ""}}}
		q.Env.Time = w.now
		want, changes := w.nextChange(q)
		for _, r := range []access.Request{q.request(), q.list(), q.request()} {
			d, err := a.Authorize(ctx, r)
			require.NoError(t, err)
			until, ok := d.ValidUntil()
			assert.Equal(t, changes, ok, "%s %+v", rules, window.Condition.Daily)
			assert.True(t, until.Equal(want), "%v, it should be %v: %s %+v", until, want, rules, window.Condition.Daily)
		}
		if changes {
			ends++
		}
	})
	assert.Positive(t, ends)
}

// nextChange looks minute by minute, which every edge here lies on, for another answer.
func (w *world) nextChange(q question) (time.Time, bool) {
	m := w.model(q.Tenant)
	now := m.allows(q)
	for at := w.now; at.Before(w.now.AddDate(0, 0, 10)); at = at.Add(time.Minute) {
		if q.Env.Time = at; m.allows(q) != now {
			return at, true
		}
	}
	return time.Time{}, false
}
