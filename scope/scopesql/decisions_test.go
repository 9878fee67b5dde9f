package scopesql_test

import (
	"context"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

// Under each policy, the pages hold exactly the records that Authorize allows one by one.
func TestPagesHoldWhatAuthorizeAllowsOneByOne(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	policies := []string{
		"p, r:rep, acme, lead, view, own, allow",
		"p, r:rep, acme, lead, view, team, allow",
		"p, r:rep, acme, lead, view, region, allow\np, r:rep, acme, lead, view, frozen, deny",
		"p, r:rep, acme, lead, view, own && !frozen, allow\np, r:rep, acme, lead, view, team && hot, allow",
		"p, r:rep, acme, lead, view, team || hot, allow\np, r:rep, acme, lead, view, hot && !own, deny",
		"p, r:rep, acme, lead, view, unowned || own, allow",
		"p, r:rep, acme, lead, view, global, allow\np, r:rep, acme, lead, view, !frozen && team, deny",
	}
	onEveryDatabase(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewSource(seed))
		unions := 0
		for _, policy := range policies {
			w.fill(t, r)
			a := authorizer(t, policy)
			ask := func(res access.Resource) access.Decision {
				res.Type = "lead"
				d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: "view", Resource: res})
				require.NoError(t, err)
				return d
			}
			d := ask(access.Resource{})
			require.True(t, d.Allowed(), policy)
			l := scopesql.List{Columns: everyColumn, Filter: scope.All(), Size: 1 + r.Intn(9), Order: randomOrder(r)}
			ids, sql := w.walk(t, d, l)
			if strings.Contains(sql, "UNION ALL") {
				unions++
			}
			assert.Equal(t, len(ids), w.count(t, d, scope.All()))
			want := []int64{}
			for i := range w.leads {
				if one := ask(access.Resource{Record: scope.Of(&w.leads[i])}); one.Allowed() {
					want = append(want, w.leads[i].ID)
				}
			}
			slices.Sort(ids)
			assert.Equal(t, want, ids, "seed %d\n%s\n%s", seed, policy, sql)
		}
		assert.GreaterOrEqual(t, unions, map[scope.Dialect]int{scope.SQLite: 3, scope.Postgres: 3, scope.MySQL: 1}[w.dialect])
	})
}

func authorizer(t testing.TB, policy string) *access.Authorizer {
	schema := *leads
	people := access.NewMemoryDirectory()
	people.Set("acme", access.Organisation{People: []access.Person{{ID: "7", Teams: []string{"1", "2"}, Regions: []string{"1"}}},
		Teams: must(orgtree.New(orgtree.Node{ID: "1"}, orgtree.Node{ID: "2"})), Regions: places})
	a, err := access.MemoryAuthorizer(context.Background(), "acme", policy+"\np2, r:rep, acme, lead, *, always, read\ng, u:7, r:rep, acme",
		[]access.Definition{
			{Name: "frozen", Tenant: "acme", Scope: &scope.Criterion{Attr: "closed", Op: "eq", Values: []string{"true"}}},
			{Name: "hot", Tenant: "acme", Scope: &scope.Criterion{Attr: "stage", Op: "in", Values: []string{"a", "b"}}},
		}, access.Config{Directory: people, Catalog: access.Catalog{Types: []access.Type{{Name: "lead", Model: lead{}, Schema: schema}}}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// What a decision does not show in clear on each row orders and filters nothing.
func TestMaskedFieldsOrderNothing(t *testing.T) {
	a := authorizer(t, "p, r:rep, acme, lead, view, team, allow\np2, r:rep, acme, lead, amount, own, read\np2, r:rep, acme, lead, stage, always, mask:full")
	d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}})
	require.NoError(t, err)
	for _, name := range []string{"amount", "stage"} {
		_, err = pager.List(d, scopesql.List{Columns: []string{"id"}, Filter: scope.All(), Size: 1, Order: []scopesql.Order{{Attr: name}}})
		assert.ErrorIs(t, err, access.ErrInvalid)
		_, _, err = pager.Count(d, scope.IsNull(name))
		assert.ErrorIs(t, err, access.ErrInvalid)
	}
	_, err = pager.List(d, scopesql.List{Columns: []string{"id"}, Filter: scope.All(), Size: 1, Order: []scopesql.Order{{Attr: "made"}}})
	assert.NoError(t, err)
	advisory, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}, Advisory: true})
	require.NoError(t, err)
	_, _, err = scopesql.Where(advisory, scopesql.Place{Dialect: scope.SQLite})
	assert.ErrorIs(t, err, scopesql.ErrRefused)
	denied, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "8", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}})
	require.NoError(t, err)
	for _, d := range []access.Decision{denied, {}} {
		_, _, err = scopesql.Where(d, scopesql.Place{Dialect: scope.SQLite})
		assert.ErrorIs(t, err, access.ErrDenied)
		assert.ErrorIs(t, err, scopesql.ErrRefused)
	}
}
