package access_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rowsOf is a Loader over a few records; it counts its queries.
type rowsOf struct {
	records map[string]scope.Record
	tickets map[int64]bool
	queries int
	err     error
}

func (l *rowsOf) Load(_ context.Context, tenant, typ, id string, facts []scope.Predicate) (scope.Record, error) {
	l.queries++
	r := l.records[tenant+"/"+typ+"/"+id]
	if l.err != nil || r.IsZero() {
		return scope.Record{}, l.err
	}
	return l.answer(r, facts), nil
}

func (l *rowsOf) Facts(_ context.Context, _, _ string, records []scope.Record, facts []scope.Predicate) ([]scope.Record, error) {
	l.queries++
	out := make([]scope.Record, len(records))
	for i, r := range records {
		out[i] = l.answer(r, facts)
	}
	return out, l.err
}

func (l *rowsOf) answer(r scope.Record, facts []scope.Predicate) scope.Record {
	id, _ := r.Get("id")
	for _, f := range facts {
		t := scope.False
		if l.tickets[id.(int64)] {
			t = scope.True
		}
		r = r.WithFact(f, t)
	}
	return r
}

func supportAuthorizer(t *testing.T, l access.Loader) *access.Authorizer {
	rows, err := access.ParseRows(`
p, r:support, acme, customer, view, has_ticket, allow
p, r:support, acme, customer, edit, has_ticket, allow
p2, r:support, acme, customer, *, always, edit
g, u:ann, r:support, acme`)
	require.NoError(t, err)
	rows.Definitions = definitions("acme")
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	return over(t, store, func(c *access.Config) {
		c.Catalog = access.Catalog{Types: []access.Type{customerType("customer")}}
		c.Loader = l
	})
}

func TestRecordsAndRelatedRowsAreLoaded(t *testing.T) {
	with, without := &customer{ID: 1, TenantID: "acme"}, &customer{ID: 2, TenantID: "acme"}
	l := &rowsOf{tickets: map[int64]bool{1: true}, records: map[string]scope.Record{"acme/customer/1": scope.Of(with), "acme/customer/2": scope.Of(without)}}
	a := supportAuthorizer(t, l)
	ask := func(action string, res access.Resource) access.Request {
		res.Type = "customer"
		return access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: action, Resource: res}
	}
	for id, want := range map[string]bool{"1": true, "2": false, "3": false, "01": false, "1 OR 1=1": false} {
		d, err := a.Authorize(context.Background(), ask("view", access.Resource{ID: id}))
		require.NoError(t, err)
		assert.Equal(t, want, d.Allowed(), id)
		assert.Equal(t, want, !d.Record().IsZero())
	}
	l.queries = 0
	ds, err := a.AuthorizeAll(context.Background(), []access.Request{
		ask("view", access.Resource{Record: scope.Of(with)}), ask("edit", access.Resource{Record: scope.Of(with)}), ask("view", access.Resource{Record: scope.Of(without)}),
	})
	require.NoError(t, err)
	assert.Equal(t, 1, l.queries, "one query for all records, not one a record")
	assert.Equal(t, []bool{true, true, false}, []bool{ds[0].Allowed(), ds[1].Allowed(), ds[2].Allowed()})

	stage := "won"
	next := *with
	next.Stage = &stage
	d, err := a.Authorize(context.Background(), ask("edit", access.Resource{Record: scope.Of(with), New: scope.Of(&next)}))
	require.NoError(t, err)
	assert.True(t, d.Allowed(), "the write keeps the record where its tickets are")
	d, err = a.Authorize(context.Background(), ask("create", access.Resource{New: scope.Of(&customer{TenantID: "acme"})}))
	require.NoError(t, err)
	assert.False(t, d.Allowed())

	l.err = errors.New("connection reset")
	_, err = a.Authorize(context.Background(), ask("view", access.Resource{ID: "1"}))
	require.ErrorIs(t, err, l.err, "a dead database is not a denial")
	_, err = a.Authorize(context.Background(), ask("view", access.Resource{Record: scope.Of(with)}))
	require.ErrorIs(t, err, l.err)
}

func TestRelatedRowsWithoutALoaderAreAnError(t *testing.T) {
	a := supportAuthorizer(t, nil)
	r := access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "customer", Record: scope.Of(&customer{ID: 1, TenantID: "acme"})}}
	_, err := a.Authorize(context.Background(), r)
	assert.ErrorIs(t, err, access.ErrInvalid)
	r.Resource.Record = r.Resource.Record.With("tickets", scope.FromMap(map[string]any{"tenant_id": "acme", "open": true}))
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err)
	assert.True(t, d.Allowed())
	assert.NotEmpty(t, d.Scope().Attrs())
}

// gone is a Loader that finds none of the records whose related rows it is asked about.
type gone struct{ access.Loader }

func (gone) Facts(_ context.Context, _, _ string, records []scope.Record, _ []scope.Predicate) ([]scope.Record, error) {
	return make([]scope.Record, len(records)), nil
}

func TestAZeroRecordIsNoAnswer(t *testing.T) {
	d, err := supportAuthorizer(t, gone{}).Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view",
		Resource: access.Resource{Type: "customer", Record: scope.Of(&customer{ID: 1, TenantID: "globex"})},
	})
	assert.ErrorContains(t, err, "Config.Loader", "nothing is left of the record that rules could be tested on")
	assert.False(t, d.Allowed())
}

func TestAnErrorOfTheLoaderIsNoneOfOurs(t *testing.T) {
	for _, ours := range []error{access.ErrDenied, access.ErrInvalid, access.ErrConflict} {
		l := &rowsOf{err: fmt.Errorf("guarded query: %w", ours)}
		_, err := supportAuthorizer(t, l).Authorize(context.Background(), access.Request{
			Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "customer", ID: "1"},
		})
		require.ErrorContains(t, err, "guarded query")
		assert.NotErrorIs(t, err, ours, "what fails outside is neither a denial nor the request's fault")
	}
}
