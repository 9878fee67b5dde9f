package oracle

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// inWorlds runs a test in random worlds, with questions that are asked in each.
func inWorlds(t *testing.T, test func(t *testing.T, w *world, qs []question)) {
	base := seed(t)
	for i := range uint64(worlds) {
		w := newWorld(base + i)
		var qs []question
		for range 12 {
			qs = append(qs, w.asks(6)...)
		}
		if test(t, w, qs); t.Failed() {
			t.Fatalf("CRMACCESS_SEED=%d", w.seed)
		}
	}
}

// with is the world with other rows of one tenant.
func (w *world) with(tenant string, rows access.Rows) *world {
	out := *w
	out.rows = maps.Clone(w.rows)
	out.rows[tenant] = rows
	return &out
}

// open starts an Authorizer on the world.
func (w *world) open(t *testing.T) (*place, *access.Authorizer) {
	p, err := w.settle(memory())
	require.NoError(t, err)
	a, err := p.node(never)
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return p, a
}

// verdicts are the answers of a fresh Authorizer.
func (w *world) verdicts(t *testing.T, qs []question) []bool {
	_, a := w.open(t)
	defer func() { _ = a.Close() }()
	return asked(t, a, qs)
}

// asked are the answers of one that may have been asked before. Each question is put twice: what the first decision
// prepares, the second finds ready.
func asked(t *testing.T, a *access.Authorizer, qs []question) []bool {
	out := make([]bool, len(qs))
	for i, q := range qs {
		r := q.request()
		d, err := a.Authorize(ctx, r)
		require.NoError(t, err)
		again, err := a.Authorize(ctx, r)
		require.NoError(t, err)
		require.Equal(t, d.Allowed(), again.Allowed(), "asked again: %+v", q)
		out[i] = again.Allowed()
	}
	return out
}

func some(verdicts []bool) bool { return slices.Contains(verdicts, true) }

func TestDefaultDeny(t *testing.T) {
	allowed := 0 // in a world now and then nothing of what is asked is
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		if some(w.verdicts(t, qs)) {
			allowed++
		}
		for name, rows := range w.rows {
			rows.Rules = slices.DeleteFunc(slices.Clone(rows.Rules), func(r access.Rule) bool { return r.Effect == access.Allow })
			w = w.with(name, rows)
		}
		assert.False(t, some(w.verdicts(t, qs)), "without an allow nothing is allowed, denies or not")
		for name, rows := range w.rows {
			rows.Rules = nil
			w = w.with(name, rows)
		}
		assert.False(t, some(w.verdicts(t, qs)), "without a rule nothing is allowed")
	})
	assert.Greater(t, allowed, worlds/2)
}

func TestDenyWins(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		for i, allowed := range w.verdicts(t, qs) {
			if !allowed {
				continue
			}
			q := qs[i]
			roles := sorted(w.model(q.Tenant).roles(q)) // the inherited ones too
			deny := access.Rule{Role: pick(w, roles...), Tenant: q.Tenant, Type: pick(w, q.Type, "*"), Action: pick(w, q.Action, "*"), When: pick(w, "always", "!approved", "approved"), Effect: access.Deny}
			rows := w.rows[q.Tenant]
			rows.Rules = slices.Insert(slices.Clone(rows.Rules), w.rng.IntN(len(rows.Rules)+1), deny)
			assert.False(t, w.with(q.Tenant, rows).verdicts(t, qs[i:i+1])[0], "%s of %+v", deny, q)
			return
		}
	})
}

func TestOrderAndDuplicatesDoNotMatter(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		before := w.verdicts(t, qs)
		for _, name := range sorted(w.rows) {
			rows := w.rows[name]
			twice := rows
			twice.Definitions = nil // a name has one meaning
			rows = joined(rows, twice)
			shuffle(w, rows.Rules)
			shuffle(w, rows.Fields)
			shuffle(w, rows.Assignments)
			shuffle(w, rows.Inherits)
			shuffle(w, rows.Grants)
			shuffle(w, rows.Definitions)
			shuffle(w, rows.Suspensions)
			w = w.with(name, rows)
		}
		var policies []access.Policy // a store refuses to be given a row twice, so it begins with them
		for name, rows := range w.rows {
			policies = append(policies, access.Policy{Tenant: name, Rows: rows})
		}
		store, err := access.NewMemoryStore(policies...)
		require.NoError(t, err)
		p := &place{store: store}
		require.NoError(t, p.follow(w))
		a, err := p.node(never)
		require.NoError(t, err)
		assert.Equal(t, before, asked(t, a, qs))
		assert.NoError(t, a.Close())
	})
}

func shuffle[T any](w *world, rows []T) {
	w.rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

func TestAnAllowNeverDeniesAndADenyNeverAllows(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		before := w.verdicts(t, qs)
		for _, e := range []access.Effect{access.Allow, access.Deny} {
			more := w
			for _, tenant := range []string{access.Shared, "acme", "globex"} {
				rows := joined(w.rows[tenant], access.Rows{})
				for range 5 {
					r := w.rule(tenant)
					r.Effect = e
					rows.Rules = added(rows.Rules, r)
				}
				more = more.with(tenant, rows)
			}
			for i, now := range more.verdicts(t, qs) {
				if now != before[i] {
					assert.Equal(t, e == access.Allow, now, "%s changed %+v", e, qs[i])
				}
			}
		}
	})
}

func TestAnUnrelatedChangeChangesNothing(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		p, a := w.open(t)
		before := asked(t, a, qs)
		for _, tenant := range []string{"acme", "globex", access.Shared} {
			var add access.Rows
			for range 5 {
				r := w.rule(tenant)
				r.Role = "elsewhere"
				add.Rules = added(add.Rules, r)
			}
			add.Inherits = []access.Inheritance{{Role: "elsewhere", Inherits: pick(w, roles...), Tenant: tenant}}
			if tenant != access.Shared {
				add.Definitions = []access.Definition{{Name: "unused", Tenant: tenant, Expr: "own && !team"}}
				add.Assignments = []access.Assignment{{Subject: "stranger", Role: "elsewhere", Tenant: tenant}, {Subject: "stranger", Role: "a", Tenant: tenant}}
				add.Suspensions = []access.Suspension{{Subject: "stranger", Tenant: tenant}}
			}
			base, err := p.store.Revision(ctx, tenant)
			require.NoError(t, err)
			_, err = apply(a, access.Change{Tenant: tenant, Base: base, Add: add})
			require.NoError(t, err)
			assert.Equal(t, before, asked(t, a, qs), "after a change of %q", tenant)
		}
	})
}

func TestAddThenRemoveIsTheIdentity(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		p, a := w.open(t)
		before := asked(t, a, qs)
		for range 6 {
			c := w.change()
			var err error
			c.Base, err = p.store.Revision(ctx, c.Tenant)
			require.NoError(t, err)
			rows, err := p.store.Load(ctx, c.Tenant)
			require.NoError(t, err)
			if _, err := apply(a, c); err != nil {
				require.ErrorIs(t, err, access.ErrInvalid)
				assert.Equal(t, before, asked(t, a, qs), "a refused change")
				continue
			}
			asked(t, a, qs)
			c.Base, err = p.store.Revision(ctx, c.Tenant)
			require.NoError(t, err)
			c.Add, c.Remove = c.Remove, c.Add
			_, err = apply(a, c)
			require.NoError(t, err)
			back, err := p.store.Load(ctx, c.Tenant)
			require.NoError(t, err)
			assert.Equal(t, lines(rows.Rows), lines(back.Rows))
			assert.Equal(t, before, asked(t, a, qs), "%+v", c)
		}
	})
}

func TestAnErrorIsNotAllowed(t *testing.T) {
	w := newWorld(1)
	w.orgs["acme"] = organisation{People: w.orgs["globex"].People, Unlisted: true}
	w.orgs["globex"] = organisation{Unlisted: true}
	_, a := w.open(t)
	good := access.Request{Subject: access.Subject{ID: root, Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal"}}
	_, err := a.Authorize(ctx, good)
	require.NoError(t, err)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	newer, err := access.ParseRevision("99.0")
	require.NoError(t, err)
	half := scope.FromMap(map[string]any{"id": int64(1), "tenant_id": "acme"})
	for name, spoil := range map[string]func(*access.Request){
		"no subject":       func(r *access.Request) { r.Subject.ID = "" },
		"no tenant":        func(r *access.Request) { r.Subject.Tenant = "" },
		"all tenants":      func(r *access.Request) { r.Subject.Tenant = access.Shared },
		"a system subject": func(r *access.Request) { r.Subject.ID = "system:root" },
		"no type":          func(r *access.Request) { r.Resource.Type = "" },
		"any type":         func(r *access.Request) { r.Resource.Type = "*" },
		"any action":       func(r *access.Request) { r.Action = "*" },
		"another type's":   func(r *access.Request) { r.Action = "administer" },
		"no loader":        func(r *access.Request) { r.Resource.ID = "1" },
		"a create of what": func(r *access.Request) { r.Action, r.Resource.Record = "create", half },
		"no old image":     func(r *access.Request) { r.Action, r.Resource.New = "edit", half },
		"an odd time":      func(r *access.Request) { r.Env.Time = w.now.AddDate(0, 0, 1) },
		"newer policy":     func(r *access.Request) { r.AtLeast = newer },
		"an unknown set":   func(r *access.Request) { r.Resource.Set = map[string]scope.Value{"password": scope.Text("x")} },
	} {
		bad := good
		spoil(&bad)
		d, err := a.Authorize(ctx, bad)
		require.Error(t, err, name)
		refusesAll(t, d)
		ds, err := a.AuthorizeAll(ctx, []access.Request{good, bad})
		assert.Error(t, err, name)
		assert.Nil(t, ds, "%s: no decision comes with an error, not even a good one", name)
	}
	d, err := a.Authorize(ended, good)
	require.Error(t, err)
	refusesAll(t, d)
	require.NoError(t, a.Close())
	d, err = a.Authorize(ctx, good)
	require.ErrorIs(t, err, access.ErrClosed)
	refusesAll(t, d)
}

func refusesAll(t *testing.T, d access.Decision) {
	assert.False(t, d.Allowed())
	assert.ErrorIs(t, d.Err(), access.ErrDenied)
	assert.True(t, d.Scope().IsNone())
	assert.Zero(t, d.Kinds())
	levels, err := d.Fields().For(scope.FromMap(map[string]any{"stage": "open"}))
	assert.NoError(t, err)
	assert.Equal(t, field.Hide, levels.Of("stage").Level)
}

func TestOneTenantNeverTouchesAnother(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		qs = slices.DeleteFunc(qs, func(q question) bool { return q.Tenant != "acme" })
		_, a := w.open(t)
		before := asked(t, a, qs)
		for i, q := range qs {
			for _, img := range q.images() {
				moved := *q.record(img)
				moved.Tenant = "globex"
				if img == "old" {
					q.Old = &moved
				} else {
					q.New = &moved
				}
				assert.False(t, asked(t, a, []question{q})[0], "%+v", q)
				list, err := a.Authorize(ctx, q.list())
				require.NoError(t, err)
				in, err := list.Scope().Match(moved.view(q.Type))
				require.NoError(t, err)
				assert.False(t, in)
				q = qs[i]
			}
		}
		elsewhere := newWorld(w.seed + 1_000_000)
		other := w.with("globex", elsewhere.rows["globex"]) // other rows under the same names, and other people
		if other.orgs = maps.Clone(w.orgs); !w.orgs["acme"].Unlisted {
			other.orgs["globex"] = elsewhere.organisation(false)
		}
		assert.Equal(t, before, other.verdicts(t, qs))
	})
}
