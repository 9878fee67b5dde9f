package scopegorm_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// openTicket is a question about related rows, as the Authorizer asks it.
func openTicket(t testing.TB, w *world) scope.Predicate {
	var typ access.Type
	for _, x := range w.auth.Types() {
		if x.Name == "customer" {
			typ = x
		}
	}
	p, err := scope.Exists("tickets", scope.Eq("open", scope.Bool(true))).Within(&typ.Schema, "acme")
	require.NoError(t, err)
	require.Len(t, p.Facts(), 1)
	return p.Facts()[0]
}

func TestLoader(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		l, err := scopegorm.NewLoader(w.db, catalog()) // over the guarded handle, too
		require.NoError(t, err)
		fact := openTicket(t, w)
		load := func(tenant, id string) scope.Record {
			r, err := l.Load(ctx, tenant, "customer", id, []scope.Predicate{fact})
			require.NoError(t, err)
			return r
		}
		for id, want := range map[string]scope.Truth{"1": scope.False, "2": scope.False, "3": scope.True} {
			r := load("acme", id)
			require.False(t, r.IsZero())
			got, err := fact.Eval(r)
			require.NoError(t, err)
			assert.Equal(t, want, got, id)
			name, _ := r.Get("name")
			assert.NotEmpty(t, name)
		}
		for _, id := range []string{"6", "5", "99", "01", " 1", "1 OR 1=1", "0", "", "1/2"} {
			assert.True(t, load("acme", id).IsZero(), "%q is another tenant's, deleted, or nobody", id)
		}
		assert.False(t, load("globex", "6").IsZero())
		assert.True(t, load("nowhere", "1").IsZero())
		_, err = l.Load(ctx, "acme", "policy", "1", nil)
		assert.Error(t, err)
	})
}

func TestLoaderFacts(t *testing.T) {
	w := newWorld(t, false)
	l, err := scopegorm.NewLoader(w.plain, catalog())
	require.NoError(t, err)
	fact := openTicket(t, w)
	records := []scope.Record{scope.Of(&Customer{ID: 3}), scope.Of(&Customer{ID: 99}), scope.FromMap(map[string]any{"id": 1}), scope.Of(&Customer{ID: 6}), scope.Of(&Customer{ID: 3})}
	got, err := l.Facts(context.Background(), "acme", "customer", records, []scope.Predicate{fact})
	require.NoError(t, err)
	require.Len(t, got, len(records))
	for i, want := range []scope.Truth{scope.True, scope.Unknown, scope.False, scope.Unknown, scope.True} {
		truth, err := fact.Eval(got[i])
		require.NoError(t, err)
		assert.Equal(t, want, truth, i)
	}
	_, err = l.Facts(context.Background(), "acme", "customer", []scope.Record{scope.FromMap(nil)}, []scope.Predicate{fact})
	assert.Error(t, err, "without a key there is no row to ask about")
	got, err = l.Facts(context.Background(), "acme", "customer", nil, []scope.Predicate{fact})
	require.NoError(t, err)
	assert.Empty(t, got)

	many := make([]Customer, 1300)
	records = nil
	for i := range many {
		many[i] = Customer{ID: int64(1000 + i), TenantID: "acme"}
		records = append(records, scope.Of(&many[i]))
	}
	require.NoError(t, w.plain.CreateInBatches(&many, 100).Error)
	require.NoError(t, w.plain.Create(&Ticket{TenantID: "acme", CustomerID: 2299, Open: true}).Error)
	got, err = l.Facts(context.Background(), "acme", "customer", records, []scope.Predicate{fact})
	require.NoError(t, err)
	truth, err := fact.Eval(got[1299])
	require.NoError(t, err)
	assert.Equal(t, scope.True, truth)
}

// TestLoaderRunsNoHooks loads a record whose hook would need a decision of its own.
func TestLoaderRunsNoHooks(t *testing.T) {
	w := newWorld(t, false)
	l, err := scopegorm.NewLoader(w.db, access.Catalog{Types: []access.Type{{Name: "hooked", Model: Hooked{}, Schema: scope.Schema{Tenant: "tenant_id"}}}})
	require.NoError(t, err)
	r, err := l.Load(context.Background(), "acme", "hooked", "7", nil)
	require.NoError(t, err)
	assert.False(t, r.IsZero())
}

type Hooked struct {
	ID       int64
	TenantID string
}

func (Hooked) TableName() string { return "teams" }

func (*Hooked) AfterFind(*gorm.DB) error { return assert.AnError }

type Seat struct {
	Row      string `gorm:"primaryKey"`
	Number   int64  `gorm:"primaryKey;autoIncrement:false"`
	TenantID string
}

func TestLoaderOfSeveralKeys(t *testing.T) {
	w := newWorld(t, false)
	require.NoError(t, w.plain.AutoMigrate(&Seat{}))
	require.NoError(t, w.plain.Create([]Seat{{"a", 1, "acme"}, {"a", 2, "acme"}}).Error)
	l, err := scopegorm.NewLoader(w.plain, access.Catalog{Types: []access.Type{{Name: "seat", Model: Seat{}, Schema: scope.Schema{Tenant: "tenant_id", Key: []string{"row", "number"}}}}})
	require.NoError(t, err)
	r, err := l.Load(context.Background(), "acme", "seat", "a/2", nil)
	require.NoError(t, err)
	n, _ := r.Get("number")
	assert.EqualValues(t, 2, n)
	for _, id := range []string{"a", "a/2/", "a/02", "/2"} {
		r, err = l.Load(context.Background(), "acme", "seat", id, nil)
		require.NoError(t, err)
		assert.True(t, r.IsZero(), id)
	}
}
