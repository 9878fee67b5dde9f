package access_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

type bound struct{ ID, TenantID, OwnerID string }

// Whatever of a decision a token must not outlive makes another Binding; the same question has the same.
func TestBindingTellsDecisionsApart(t *testing.T) {
	ctx, owned := context.Background(), scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}
	policy := `
		p, r:rep, acme, deal, view, own, allow
		p, r:rep, acme, deal, edit, own, allow
		p, r:rep, acme, deal, create, always, allow
		p, r:rep, acme, task, view, own, allow
		g, u:alice, r:rep, acme
		g, u:bob, r:rep, acme`
	authorizer := func(policy string) *access.Authorizer {
		a, err := access.MemoryAuthorizer(ctx, "acme", policy, nil, access.Config{Catalog: access.Catalog{Types: []access.Type{
			{Name: "deal", Model: bound{}, Schema: owned}, {Name: "task", Model: bound{}, Schema: owned}}}})
		require.NoError(t, err)
		return a
	}
	a := authorizer(policy)
	ask := func(s access.Subject, action, typ string) access.Decision {
		d, err := a.Authorize(ctx, access.Request{Subject: s, Action: action, Resource: access.Resource{Type: typ}})
		require.NoError(t, err)
		return d
	}
	alice, bob := access.Subject{ID: "alice", Tenant: "acme"}, access.Subject{ID: "bob", Tenant: "acme"}
	helped := access.Subject{ID: "alice", Tenant: "acme", Actor: "bob"}
	decisions := []access.Decision{ask(alice, "view", "deal"), ask(bob, "view", "deal"), ask(helped, "view", "deal"),
		ask(alice, "edit", "deal"), ask(alice, "view", "task")}
	seen := map[string]bool{}
	for _, d := range decisions {
		require.True(t, d.Allowed())
		assert.True(t, d.ReadsRows())
		assert.False(t, seen[d.Binding()], d.Binding())
		seen[d.Binding()] = true
	}
	assert.Equal(t, decisions[0].Binding(), ask(alice, "view", "deal").Binding())

	denied := ask(access.Subject{ID: "carol", Tenant: "acme"}, "view", "deal")
	for _, d := range []access.Decision{{}, denied} {
		assert.Empty(t, d.Binding())
		assert.False(t, d.ReadsRows())
	}
	create := ask(alice, "create", "deal")
	require.True(t, create.Allowed())
	assert.False(t, create.ReadsRows(), "what may be made is not what may be read")
}

// A token made before a change of policy or directory is not one of after, even if the same rules decide.
func TestBindingTellsRevisionsApart(t *testing.T) {
	ctx, owned := context.Background(), scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}
	rows, err := access.ParseRows("p, r:rep, acme, deal, view, own, allow\ng, u:alice, r:rep, acme")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	people := access.NewMemoryDirectory()
	set := func() { people.Set("acme", access.Organisation{People: []access.Person{{ID: "alice"}}}) }
	binding := func() string {
		a, err := access.New(ctx, store, access.Config{Directory: people, Catalog: access.Catalog{Types: []access.Type{
			{Name: "deal", Model: bound{}, Schema: owned}}}})
		require.NoError(t, err)
		defer func() { _ = a.Close() }()
		d, err := a.Authorize(ctx, access.Request{Subject: access.Subject{ID: "alice", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal"}})
		require.NoError(t, err)
		require.True(t, d.Allowed())
		return d.Binding()
	}
	set()
	first := binding()
	assert.Equal(t, first, binding())
	set()
	second := binding()
	assert.NotEqual(t, first, second, "the directory changed")

	p, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	more, err := access.ParseRows("p, r:other, acme, deal, view, own, allow")
	require.NoError(t, err)
	_, err = store.Apply(ctx, access.Entry{Change: access.Change{Tenant: "acme", Base: p.Revision, Add: more}, By: "root", ByTenant: "acme"})
	require.NoError(t, err)
	assert.NotEqual(t, second, binding(), "the policy changed")
}
