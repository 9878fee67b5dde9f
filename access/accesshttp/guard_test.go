package accesshttp_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func TestNewChecksItsOptions(t *testing.T) {
	w := newWorld(t)
	_, err := accesshttp.New(nil, accesshttp.Options{Subject: basicUser})
	require.ErrorIs(t, err, access.ErrInvalid)
	_, err = accesshttp.New(w.authz, accesshttp.Options{})
	require.ErrorIs(t, err, access.ErrInvalid)
	_, err = accesshttp.New(w.authz, accesshttp.Options{Subject: basicUser})
	require.NoError(t, err)
}

func TestMistakesAtSetUpPanic(t *testing.T) {
	w := newWorld(t)
	id := accesshttp.PathValue("id")
	assert.PanicsWithValue(t, `accesshttp: the Catalog has no action "veiw" on type "customer"`, func() { w.Collection("veiw", "customer") })
	assert.Panics(t, func() { w.Collection("view", "lead") })
	assert.Panics(t, func() { w.Record("fly", "customer", id) })
	assert.Panics(t, func() { w.Record("view", "customer", nil) })
}

// A create is about no stored record: there is nothing to hide, so a denial is a 403.
func TestDecideOnACreate(t *testing.T) {
	w := newWorld(t)
	create := func(owner string) int {
		h := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			req, err := w.Request(r, "create", "customer")
			require.NoError(t, err)
			req.Resource.New = scope.Of(&Customer{TenantID: "acme", OwnerID: owner})
			if _, err := w.Decide(r, req); err != nil {
				w.Refuse(rw, r, err)
				return
			}
			rw.WriteHeader(http.StatusCreated)
		}))
		return as("alice", h, "POST", "/").Code
	}
	assert.Equal(t, 201, create("alice"))
	assert.Equal(t, 403, create("bob"))
}

func TestDecideOnARecordInHand(t *testing.T) {
	w := newWorld(t)
	edit := func(c Customer) int {
		h := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			req, err := w.Request(r, "edit", "customer")
			require.NoError(t, err)
			req.Resource.Record = scope.Of(&c)
			dec, err := w.Decide(r, req)
			assert.Equal(t, err == nil, dec.Allowed())
			if err != nil {
				w.Refuse(rw, r, err)
			}
		}))
		return as("alice", h, "PUT", "/").Code
	}
	assert.Equal(t, 403, edit(customers[0]), "his own, from outside the office")
	assert.Equal(t, 404, edit(customers[1]))
	assert.Equal(t, 404, edit(customers[2]))
}

// lame is a Loader that answers once.
type lame struct {
	customerTable
	asked *int
}

func (l lame) Load(ctx context.Context, tenant, typ, id string, facts []scope.Predicate) (scope.Record, error) {
	if *l.asked++; *l.asked > 1 {
		return scope.Record{}, errors.New("connection reset")
	}
	return l.customerTable.Load(ctx, tenant, typ, id, facts)
}

func TestWhetherHeMayViewCannotBeDecided(t *testing.T) {
	asked := 0
	w := newWorld(t, func(c *access.Config, _ *accesshttp.Options) { c.Loader = lame{customers, &asked} })
	rec := as("alice", w.mux(), "PUT", "/customers/c1")
	assert.Equal(t, 500, rec.Code)
	assert.Equal(t, 2, asked)
}
