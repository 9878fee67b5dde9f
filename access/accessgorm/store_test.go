package accessgorm

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

func TestStore_roundTrip(t *testing.T) {
	_, s := fresh(t)
	empty, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, access.Policy{Tenant: "acme"}, empty, "a tenant without rows is an empty policy")

	rev := must(t, s, "acme", everything("acme"), access.Rows{})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rev, p.Revision)
	assertRows(t, everything("acme"), p.Rows)

	must(t, s, "acme", access.Rows{}, everything("acme"))
	p, err = s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Zero(t, p.Rows.Len())
	assert.Equal(t, rev+1, p.Revision)
}

// assertRows compares rows whatever their order.
func assertRows(t *testing.T, want, got access.Rows) {
	t.Helper()
	assert.ElementsMatch(t, want.Rules, got.Rules)
	assert.ElementsMatch(t, want.Fields, got.Fields)
	assert.ElementsMatch(t, want.Assignments, got.Assignments)
	assert.ElementsMatch(t, want.Inherits, got.Inherits)
	assert.ElementsMatch(t, want.Grants, got.Grants)
	assert.ElementsMatch(t, want.Definitions, got.Definitions)
	assert.ElementsMatch(t, want.Suspensions, got.Suspensions)
	assert.ElementsMatch(t, want.Roles, got.Roles)
}

func TestStore_tenantsAreApart(t *testing.T) {
	_, s := fresh(t)
	must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
	must(t, s, "ACME", rules("ACME", 5, 6), access.Rows{})
	must(t, s, access.Shared, access.Rows{Inherits: []access.Inheritance{{Role: "manager", Inherits: "rep", Tenant: access.Shared}}}, access.Rows{})

	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rules("acme", 0, 1).Rules, p.Rows.Rules)
	assert.Len(t, p.Rows.Inherits, 1, "shared rows are everybody's")
	for _, other := range []string{"acm", "acme ", "%", "_cme", "globex"} {
		p, err := s.Load(ctx, other)
		if err == nil {
			assert.Empty(t, p.Rows.Rules, other)
		}
	}
	p, err = s.Load(ctx, access.Shared)
	require.NoError(t, err)
	assert.Empty(t, p.Rows.Rules, "the shared rows are not all rows")
	assert.Len(t, p.Rows.Inherits, 1)
}

func TestStore_badTenant(t *testing.T) {
	_, s := fresh(t)
	for _, tenant := range []string{"", " ", "a,b", "acme ", "a\x00b", string(make([]byte, 200))} {
		_, err := s.Load(ctx, tenant)
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", tenant)
		_, err = s.Revision(ctx, tenant)
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", tenant)
		_, err = s.Apply(ctx, entry(tenant, 0, access.Rows{}, access.Rows{}))
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", tenant)
		_, err = s.Log(ctx, tenant, 0)
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", tenant)
	}
}

func TestStore_revisions(t *testing.T) {
	_, s := fresh(t)
	stands := func(tenant string) uint64 {
		t.Helper()
		rev, err := s.Revision(ctx, tenant)
		require.NoError(t, err)
		p, err := s.Load(ctx, tenant)
		require.NoError(t, err)
		require.Equal(t, p.Revision, rev, "Revision says what Load would")
		return rev
	}
	assert.EqualValues(t, 0, stands("acme"))
	assert.EqualValues(t, 1, must(t, s, "acme", rules("acme", 0, 1), access.Rows{}))
	assert.EqualValues(t, 2, must(t, s, "globex", rules("globex", 0, 1), access.Rows{}), "one counter numbers all changes")
	assert.EqualValues(t, 1, stands("acme"), "another tenant's change is not ours")
	assert.EqualValues(t, 3, must(t, s, access.Shared, rules(access.Shared, 0, 1), access.Rows{}))
	assert.EqualValues(t, 3, stands("acme"), "a shared change is everybody's")
	assert.EqualValues(t, 3, stands("nobody yet"))

	_, err := s.Apply(ctx, entry("acme", 1, rules("acme", 1, 2), access.Rows{}))
	assert.ErrorIs(t, err, access.ErrConflict, "made before the shared change")
	rev, err := s.Apply(ctx, entry("acme", 3, rules("acme", 1, 2), access.Rows{}))
	require.NoError(t, err, "the base may be the shared rows' number")
	assert.EqualValues(t, 4, rev)
	assert.EqualValues(t, 3, stands(access.Shared), "a tenant's change is not the shared rows'")
	rev, err = s.Apply(ctx, entry(access.Shared, 3, rules(access.Shared, 1, 2), access.Rows{}))
	require.NoError(t, err)
	assert.EqualValues(t, 5, rev)
	for _, base := range []uint64{0, 4, 6, math.MaxUint64} {
		_, err = s.Apply(ctx, entry("acme", base, rules("acme", 2, 3), access.Rows{}))
		assert.ErrorIs(t, err, access.ErrConflict, "base %d", base)
	}
	assert.EqualValues(t, 5, stands("acme"))
}

func TestStore_conflictsWriteNothing(t *testing.T) {
	_, s := fresh(t)
	all := everything("acme")
	rev := must(t, s, "acme", all, access.Rows{})
	one := func(r access.Rows) []access.Rows {
		return []access.Rows{
			{Rules: r.Rules[:1]}, {Fields: r.Fields[:1]}, {Assignments: r.Assignments[:1]}, {Inherits: r.Inherits[:1]},
			{Grants: r.Grants[:1]}, {Definitions: r.Definitions[:1]}, {Suspensions: r.Suspensions[:1]},
			{Roles: r.Roles[:1]},
		}
	}
	for _, there := range one(all) {
		add := there
		add.Rules = append(rules("acme", 0, 3).Rules, add.Rules...)
		_, err := s.Apply(ctx, entry("acme", rev, add, access.Rows{}))
		assert.ErrorIs(t, err, access.ErrConflict, "is there already: %+v", there)
	}
	absent := everything("acme")
	absent.Rules[0].When, absent.Fields[0].When, absent.Assignments[0].Role, absent.Inherits[0].Inherits = "own", "own", "manager", "boss"
	absent.Grants[0].Purpose, absent.Definitions[0].Expr, absent.Suspensions[0].Reason = "other", "always", "other"
	absent.Roles[0].Group = true
	for _, gone := range one(absent) {
		_, err := s.Apply(ctx, entry("acme", rev, rules("acme", 0, 3), gone))
		assert.ErrorIs(t, err, access.ErrConflict, "is not there: %+v", gone)
	}
	twice := rules("acme", 0, 2)
	twice.Rules = append(twice.Rules, twice.Rules[0])
	_, err := s.Apply(ctx, entry("acme", rev, twice, access.Rows{}))
	assert.ErrorIs(t, err, access.ErrConflict, "twice in one change")

	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rev, p.Revision)
	assertRows(t, all, p.Rows)
	log, err := s.Log(ctx, "acme", 0)
	require.NoError(t, err)
	assert.Len(t, log, 1)
}

func TestStore_refusesWhatItCouldNotReadBack(t *testing.T) {
	_, s := fresh(t)
	for name, add := range map[string]access.Rows{
		"another tenant's rule":       {Rules: []access.Rule{rule("globex", 1, access.Allow)}},
		"a shared rule":               {Rules: []access.Rule{rule(access.Shared, 1, access.Allow)}},
		"another tenant's grant":      {Grants: everything("globex").Grants},
		"another tenant's suspension": {Suspensions: everything("globex").Suspensions},
		"another tenant's definition": {Definitions: everything("globex").Definitions},
		"another tenant's role":       {Roles: everything("globex").Roles},
		"a role without a name":       {Roles: []access.RoleInfo{{Tenant: "acme", Purpose: "sells"}}},
		"another tenant's assignment": {Assignments: everything("globex").Assignments},
		"no tenant":                   {Rules: []access.Rule{rule("", 1, access.Allow)}},
		"blank value":                 {Rules: []access.Rule{{Role: "rep", Tenant: "acme", Type: "", Action: "view", When: "always", Effect: access.Deny}}},
		"blank last value":            {Rules: []access.Rule{{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "always"}}},
		"comma":                       {Rules: []access.Rule{{Role: "rep", Tenant: "acme", Type: "a,b", Action: "view", When: "always", Effect: access.Deny}}},
		"too long":                    {Assignments: []access.Assignment{{Subject: string(make([]byte, 99)), Role: "rep", Tenant: "acme"}}},
		"grant without an end":        {Grants: []access.Grant{{Subject: "bob", Role: "rep", Tenant: "acme"}}},
		"grant beyond year 9999":      {Grants: []access.Grant{{Subject: "bob", Role: "rep", Tenant: "acme", Until: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}},
		"grant without a role":        {Grants: []access.Grant{{Subject: "bob", Tenant: "acme", Until: time.Now()}}},
		"definition without a name":   {Definitions: []access.Definition{{Tenant: "acme", Expr: "always"}}},
		"suspension of nobody":        {Suspensions: []access.Suspension{{Tenant: "acme"}}},
	} {
		_, err := s.Apply(ctx, entry("acme", 0, add, access.Rows{}))
		assert.ErrorIs(t, err, access.ErrInvalid, name)
		_, err = s.Apply(ctx, entry("acme", 0, access.Rows{}, add))
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
	rev, err := s.Revision(ctx, "acme")
	require.NoError(t, err)
	assert.Zero(t, rev)
}

func TestStore_grantsKeepTheInstant(t *testing.T) {
	_, s := fresh(t)
	tokyo := time.FixedZone("", 9*60*60)
	g := access.Grant{Subject: "bob", Role: "rep", Tenant: "acme", Until: time.Date(2026, 5, 1, 0, 0, 0, 123456789, tokyo)}
	must(t, s, "acme", access.Rows{Grants: []access.Grant{g}}, access.Rows{})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	require.Len(t, p.Rows.Grants, 1)
	assert.True(t, p.Rows.Grants[0].Until.Equal(g.Until))
	assert.True(t, p.Rows.Grants[0].From.IsZero())
	must(t, s, "acme", access.Rows{}, access.Rows{Grants: []access.Grant{g}})
}

// TestStore_chunks crosses the numbers of rows at which an insert is split, and the one at which SQLite's limit of
// bound values lies.
func TestStore_chunks(t *testing.T) {
	_, s := fresh(t)
	next := 0
	for _, n := range []int{chunk - 1, chunk, chunk + 1, 2*chunk + 1, 32_766/7 + 1} {
		must(t, s, "acme", rules("acme", next, next+n), access.Rows{})
		next += n
	}
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, rules("acme", 0, next).Rules, p.Rows.Rules)
}

// TestStore_randomChanges makes the same changes, about half of them conflicts, here and in memory.
func TestStore_randomChanges(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	_, s := fresh(t)
	oracle, err := access.NewMemoryStore()
	require.NoError(t, err)
	tenants := []string{"acme", "globex", access.Shared}
	applied := 0
	for range 300 {
		tenant := tenants[rnd.IntN(len(tenants))]
		base, err := oracle.Revision(ctx, tenant)
		require.NoError(t, err)
		if rnd.IntN(8) == 0 {
			base += uint64(rnd.IntN(3)) - 1
		}
		e := entry(tenant, base, randomRows(rnd, tenant), randomRows(rnd, tenant))
		want, wantErr := oracle.Apply(ctx, e)
		got, gotErr := s.Apply(ctx, e)
		require.Equal(t, wantErr == nil, gotErr == nil, "seed %d: %v, %v", seed, wantErr, gotErr)
		require.Equal(t, want, got, "seed %d", seed)
		if wantErr == nil {
			applied++
		} else {
			require.ErrorIs(t, gotErr, access.ErrConflict, "seed %d", seed)
		}
		for _, tenant := range tenants {
			want, err := oracle.Load(ctx, tenant)
			require.NoError(t, err)
			got, err := s.Load(ctx, tenant)
			require.NoError(t, err, "seed %d", seed)
			require.Equal(t, want.Revision, got.Revision, "seed %d", seed)
			assertRows(t, want.Rows, got.Rows)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
	require.Greater(t, applied, 30, "seed %d", seed)
}

// randomRows picks up to two rows out of a few, so that changes meet.
func randomRows(rnd *rand.Rand, tenant string) access.Rows {
	all := everything(tenant)
	if tenant == access.Shared {
		all.Assignments, all.Grants, all.Suspensions = nil, nil, nil
	}
	var some access.Rows
	for range rnd.IntN(3) {
		switch n := rnd.IntN(9); {
		case n == 0 && len(all.Assignments) > 0:
			some.Assignments = all.Assignments
		case n == 1 && len(all.Grants) > 0:
			some.Grants = all.Grants[rnd.IntN(2):]
		case n == 2 && len(all.Suspensions) > 0:
			some.Suspensions = all.Suspensions
		case n == 8:
			some.Roles = all.Roles[rnd.IntN(3):]
		case n == 3:
			some.Fields = all.Fields
		case n == 4:
			some.Inherits = all.Inherits
		case n == 5:
			some.Definitions = all.Definitions[:1+rnd.IntN(2)]
		default:
			some.Rules = append(some.Rules, rule(tenant, rnd.IntN(4), access.Deny))
		}
	}
	return some
}

func TestStore_oneOfTwoWins(t *testing.T) {
	dsn := file(t)
	first, second := open(t, dsn, quiet()), open(t, dsn, quiet())
	require.NoError(t, Migrate(ctx, first))
	one, err := New(first)
	require.NoError(t, err)
	two, err := New(second)
	require.NoError(t, err)
	for name, stores := range map[string][2]*Store{"one handle": {one, one}, "two handles": {one, two}} {
		t.Run(name, func(t *testing.T) {
			for round := range 10 {
				tenant := fmt.Sprint(name, round)
				base := must(t, one, tenant, rules(tenant, 0, 1), access.Rows{})
				var errs [2]error
				var group sync.WaitGroup
				start := make(chan struct{})
				for i, s := range stores {
					group.Add(1)
					go func() {
						defer group.Done()
						<-start
						_, errs[i] = s.Apply(ctx, entry(tenant, base, rules(tenant, 10+i, 11+i), access.Rows{}))
					}()
				}
				close(start)
				group.Wait()
				if errs[0] == nil {
					errs[0], errs[1] = errs[1], errs[0]
				}
				require.ErrorIs(t, errs[0], access.ErrConflict)
				require.NoError(t, errs[1])
				p, err := two.Load(ctx, tenant)
				require.NoError(t, err)
				require.Len(t, p.Rows.Rules, 2)
			}
		})
	}
}

// TestStore_readersSeeWholeRevisions loads while changes of two rows are made; the digest would tell a mix.
func TestStore_readersSeeWholeRevisions(t *testing.T) {
	dsn := file(t) + "&_pragma=journal_mode(WAL)"
	db := open(t, dsn, quiet())
	require.NoError(t, Migrate(ctx, db))
	s, err := New(db)
	require.NoError(t, err)
	var group sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				select {
				case <-done:
					return
				default:
				}
				p, err := s.Load(ctx, "acme")
				if !assert.NoError(t, err) || !assert.EqualValues(t, 2*p.Revision, len(p.Rows.Rules)) {
					return
				}
			}
		}()
	}
	for n := range 60 {
		must(t, s, "acme", rules("acme", 2*n, 2*n+2), access.Rows{})
	}
	close(done)
	group.Wait()
}

func TestStore_honoursTheContext(t *testing.T) {
	_, s := fresh(t)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := s.Load(gone, "acme")
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Revision(gone, "acme")
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Apply(gone, entry("acme", 0, rules("acme", 0, 1), access.Rows{}))
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Log(gone, "acme", 0)
	assert.ErrorIs(t, err, context.Canceled)
	must(t, s, "acme", rules("acme", 0, 1), access.Rows{})
}
