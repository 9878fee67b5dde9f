package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewRefuses(t *testing.T) {
	good := func() access.Config {
		return access.Config{Catalog: access.Catalog{Types: []access.Type{dealType()}}}
	}
	for name, spoil := range map[string]func(*access.Config){
		"negative Poll":                      func(c *access.Config) { c.Poll = -1 },
		"negative DirectoryPoll":             func(c *access.Config) { c.DirectoryPoll = -1 },
		"MaxStale under twice DirectoryPoll": func(c *access.Config) { c.DirectoryPoll, c.MaxStale = time.Minute, 2*time.Minute-1 },
		"negative MaxStale":                  func(c *access.Config) { c.MaxStale = -1 },
		"MaxStale below Poll":                func(c *access.Config) { c.Poll, c.MaxStale = time.Minute, time.Second },
		"MaxStale like Poll":                 func(c *access.Config) { c.Poll, c.MaxStale = time.Minute, time.Minute },
		"MaxStale under twice":               func(c *access.Config) { c.Poll, c.MaxStale = time.Minute, 2*time.Minute-1 },
		"CrossCheck over 1":                  func(c *access.Config) { c.CrossCheck = 1.5 },
		"unknown AuditFailure":               func(c *access.Config) { c.AuditFailure = 9 },
		"a type twice":                       func(c *access.Config) { c.Catalog.Types = append(c.Catalog.Types, dealType()) },
		"a type in capitals":                 func(c *access.Config) { c.Catalog.Types[0].Name = "Deal" },
		"the type policy":                    func(c *access.Config) { c.Catalog.Types[0].Name = "policy" },
		"no word of a tenant":                func(c *access.Config) { c.Catalog.Types[0].Schema.Tenant = "" },
		"an owner that is not":               func(c *access.Config) { c.Catalog.Types[0].Schema.Owner = []string{"boss"} },
		"an action with blank":               func(c *access.Config) { c.Catalog.Types[0].Actions = []access.Action{{Name: "look at"}} },
		"a model of no struct":               func(c *access.Config) { c.Catalog.Types[0].Model = 7 },
		"a stock scope":                      func(c *access.Config) { c.Scopes = map[string]scope.Resolver{"own": scope.Own()} },
		"a nil scope":                        func(c *access.Config) { c.Scopes = map[string]scope.Resolver{"mine": nil} },
		"a blank operator":                   func(c *access.Config) { c.Operators = []access.Subject{{}} },
		"a nil directory":                    func(c *access.Config) { c.Directory = (*access.MemoryDirectory)(nil) },
		"a nil loader":                       func(c *access.Config) { c.Loader = (*rowsOf)(nil) },
		"a nil sink":                         func(c *access.Config) { c.Audit = (*audit.Memory)(nil) },
		"a field twice":                      func(c *access.Config) { c.Catalog.Types[0].Fields = []access.Field{{Name: "id"}, {Name: "id"}} },
	} {
		c := good()
		spoil(&c)
		_, err := access.New(context.Background(), memory(t, ""), c)
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
	_, err := access.New(context.Background(), nil, good())
	assert.ErrorIs(t, err, access.ErrInvalid, "a nil store")
	_, err = access.New(context.Background(), (*access.MemoryStore)(nil), good())
	assert.ErrorIs(t, err, access.ErrInvalid, "a nil pointer as the store")
}

func TestAClosedAuthorizerAnswersErrClosed(t *testing.T) {
	a := acme(t, repPolicy)
	d := decide(t, a, "ann", "view", of(annsDeal))
	require.NoError(t, a.Close())
	require.NoError(t, a.Close())
	ctx := context.Background()
	_, err := a.Authorize(ctx, request("ann", "view", access.Resource{}))
	assert.ErrorIs(t, err, access.ErrClosed)
	_, err = a.Explain(ctx, request("ann", "view", access.Resource{}))
	assert.ErrorIs(t, err, access.ErrClosed)
	_, err = a.Apply(ctx, by("root"), access.Change{})
	assert.ErrorIs(t, err, access.ErrClosed)
	_, err = a.Simulate(ctx, access.Change{}, nil)
	assert.ErrorIs(t, err, access.ErrClosed)
	_, err = a.Policy(ctx, "acme")
	assert.ErrorIs(t, err, access.ErrClosed)
	assert.ErrorIs(t, a.Commit(ctx, d, access.Outcome{}), access.ErrClosed)
}

func TestACancelledContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d, err := acme(t, repPolicy).Authorize(ctx, request("ann", "view", access.Resource{}))
	assert.ErrorIs(t, err, context.Canceled)
	assert.False(t, d.Allowed())
}

// A row put in from outside that means nothing refuses the load; the last good policy stays.
func TestABadRowRefusesTheLoad(t *testing.T) {
	good := memory(t, repPolicy)
	store := &swapping{Store: good}
	a := over(t, store, func(c *access.Config) { c.Poll = time.Millisecond })
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	bad, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Revision: 5, Rows: access.Rows{Rules: []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: "Deny"}}}})
	require.NoError(t, err)
	store.swap(bad)
	require.Eventually(t, func() bool { return store.asked.Load() > 3 }, 5*time.Second, time.Millisecond)
	d := decide(t, a, "ann", "view", of(annsDeal))
	assert.True(t, d.Allowed())
	assert.Equal(t, uint64(1), d.Revision().Policy())
	_, err = over(t, bad).Authorize(context.Background(), request("ann", "view", access.Resource{}))
	assert.ErrorIs(t, err, access.ErrUnavailable, "a start on such a policy fails")
	assert.NotErrorIs(t, err, access.ErrInvalid, "it is not the request's fault")
	assert.ErrorContains(t, err, `"Deny"`)
}

func TestAtLeastWaitsForNothingOlder(t *testing.T) {
	store := memory(t, adminPolicy)
	writer, reader := over(t, store), over(t, store, func(c *access.Config) { c.Poll, c.MaxStale = time.Hour, 2*time.Hour })
	require.False(t, decide(t, reader, "bob", "view", access.Resource{}).Allowed())
	rev, err := writer.Apply(context.Background(), by("root"), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}})
	require.NoError(t, err)
	r := request("bob", "view", access.Resource{})
	d, err := reader.Authorize(context.Background(), r)
	require.NoError(t, err)
	require.False(t, d.Allowed(), "this node has not looked yet")
	r.AtLeast = rev
	d, err = reader.Authorize(context.Background(), r)
	require.NoError(t, err)
	assert.True(t, d.Allowed())
	far, err := access.ParseRevision("99.0")
	require.NoError(t, err)
	r.AtLeast = far
	_, err = reader.Authorize(context.Background(), r)
	assert.ErrorIs(t, err, access.ErrStale)
	for _, bad := range []string{"", "1", "1.", "01.0", "1.0.0", "-1.0", "1.0 "} {
		_, err := access.ParseRevision(bad)
		assert.ErrorIs(t, err, access.ErrInvalid, "%q", bad)
	}
}
