package access_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/require"
)

// inWorlds runs a test in n random worlds that prepare has added to, and names the seed of each.
func inWorlds(t *testing.T, n int, prepare func(*world), test func(w *world, a *access.Authorizer, where string)) {
	t.Helper()
	base := rand.Uint64()
	t.Logf("base seed %d", base)
	for i := range uint64(n) {
		w := newWorld(base + i)
		prepare(w)
		a := w.authorizer(t)
		test(w, a, fmt.Sprintf("seed %d", base+i))
		require.NoError(t, a.Close())
	}
}

// asks returns a question to the world's Authorizer about its customers.
func (w *world) asks(t *testing.T, a *access.Authorizer, where string) func(s access.Subject, action string, res access.Resource, env condition.Env) access.Decision {
	return func(s access.Subject, action string, res access.Resource, env condition.Env) access.Decision {
		s.Tenant, res.Type = "acme", "customer"
		d, err := a.Authorize(context.Background(), access.Request{Subject: s, Action: action, Resource: res, Env: env})
		require.NoError(t, err, where)
		return d
	}
}

func matches(t *testing.T, p scope.Predicate, r record, where string) bool {
	t.Helper()
	in, err := p.Match(r.view())
	require.NoError(t, err, where)
	return in
}

func (w *world) addFieldRules() {
	for range 25 {
		f := access.FieldRule{
			Role: pick(w.rng, "a", "b", "c", "d"), Tenant: "acme", Type: pick(w.rng, "customer", "*"),
			Field: pick(w.rng, "*", "stage", "stage", "created_by"), When: w.when(w.rng.IntN(2)).String(),
			Level: pick(w.rng, "hide", "read", "read", "edit", "edit", "mask:full", "once"),
		}
		if f.Type == "*" {
			f.Field = "*"
		}
		pinned := strings.Contains(f.When, "old.") || strings.Contains(f.When, "new.")
		if !pinned && !slices.Contains(w.rows.Fields, f) {
			w.rows.Fields = append(w.rows.Fields, f)
		}
	}
}

func (w *world) makeEveryFieldWritable() {
	for _, role := range []string{"a", "b", "c", "d", "ann"} {
		w.rows.Fields = append(w.rows.Fields, access.FieldRule{Role: role, Tenant: "acme", Type: "customer", Field: "*", When: "always", Level: "edit"})
	}
}

// What may be queried is clear on every record in scope: a sort or a filter by it tells nothing that is hidden.
func TestWhatIsQueryableIsClearOnEveryRecordInScope(t *testing.T) {
	checked := 0
	inWorlds(t, 100, (*world).addFieldRules, func(w *world, a *access.Authorizer, where string) {
		ask := w.asks(t, a, where)
		for _, subject := range w.subjects() {
			for _, actor := range w.subjects() {
				d := ask(access.Subject{ID: subject, Actor: actor}, "view", access.Resource{}, w.env())
				for _, name := range []string{"stage", "created_by", "id"} {
					if d.Queryable(name) != nil {
						continue
					}
					for _, r := range w.records {
						if !matches(t, d.Scope(), r, where) {
							continue
						}
						levels, err := d.Fields().For(r.view())
						require.NoError(t, err, where)
						require.GreaterOrEqual(t, levels.Of(name).Level, field.Read, "%s: %s for %s: %s of %+v, scope %s", where, actor, subject, name, r, d.Scope())
						checked++
					}
				}
			}
		}
	})
	require.Positive(t, checked)
}

// Who acts for another has what both have, on lists and on records alike.
func TestAnActorHasTheIntersectionInEveryWorld(t *testing.T) {
	allowed := 0
	inWorlds(t, 100, func(*world) {}, func(w *world, a *access.Authorizer, where string) {
		ask := w.asks(t, a, where)
		for _, subject := range w.subjects() {
			for _, actor := range w.subjects() {
				env := w.env()
				his := ask(access.Subject{ID: subject}, "view", access.Resource{}, env)
				theirs := ask(access.Subject{ID: actor}, "view", access.Resource{}, env)
				both := ask(access.Subject{ID: subject, Actor: actor}, "view", access.Resource{}, env)
				for _, r := range w.records {
					where := fmt.Sprintf("%s: %s for %s: %+v", where, actor, subject, r)
					want := matches(t, his.Scope(), r, where) && matches(t, theirs.Scope(), r, where)
					require.Equal(t, want, matches(t, both.Scope(), r, where), where)
					one := ask(access.Subject{ID: subject, Actor: actor}, "view", access.Resource{Record: r.view()}, env)
					require.Equal(t, want, one.Allowed(), where)
					require.Equal(t, want, matches(t, one.Scope(), r, where), where)
					if want {
						allowed++
					}
				}
			}
		}
	})
	require.Positive(t, allowed)
}

// change is a random write of a record: its new image, and the same as what a bulk write sets.
func (w *world) change(r record) (next record, set map[string]scope.Value) {
	next, set = r, map[string]scope.Value{}
	if w.rng.IntN(2) == 0 {
		owner := pick(w.rng, "ann", "bob", "Ann", "42", "")
		next.OwnerID, set["owner_id"] = &owner, scope.Text(owner)
	}
	switch w.rng.IntN(8) {
	case 0:
		next.TeamID, set["team_id"] = nil, scope.Null()
	case 1, 2, 3:
		team := pick(w.rng, int64(11), 12, 13, 14)
		next.TeamID, set["team_id"] = &team, scope.Int(team)
	}
	if w.rng.IntN(2) == 0 {
		region := pick(w.rng, "z1", "z2", "z3")
		next.RegionID, set["region_id"] = &region, scope.Text(region)
	}
	if w.rng.IntN(3) == 0 {
		stage := pick(w.rng, "open", "won")
		next.Stage, set["stage"] = &stage, scope.Text(stage)
	}
	return next, set
}

// A bulk write selects exactly the records whose write is allowed one by one, before the write and after it.
func TestABulkWriteAgreesWithWritesOneByOne(t *testing.T) {
	decided, allowed := 0, 0
	inWorlds(t, 200, (*world).makeEveryFieldWritable, func(w *world, a *access.Authorizer, where string) {
		ask := w.asks(t, a, where)
		for _, subject := range w.subjects() {
			env := w.env()
			for _, r := range w.records {
				next, set := w.change(r)
				where := fmt.Sprintf("%s: %s edits %+v: %v", where, subject, r, set)
				one := ask(access.Subject{ID: subject}, "edit", access.Resource{Record: r.view(), New: next.view()}, env)
				bulk := ask(access.Subject{ID: subject}, "edit", access.Resource{Set: set}, env)
				require.Equal(t, one.Allowed(), matches(t, bulk.Scope(), r, where), where)
				decided++
				if bulk.Allowed() {
					require.Equal(t, one.Allowed(), matches(t, bulk.ScopeAfter(set), r, where), where)
				}
				if one.Allowed() {
					allowed++
					require.True(t, matches(t, one.Scope(), r, where), where)
					require.True(t, matches(t, one.ScopeAfter(set), r, where), where)
				}
			}
		}
	})
	t.Logf("%d writes, %d%% allowed", decided, 100*allowed/decided)
	require.Positive(t, allowed)
}
