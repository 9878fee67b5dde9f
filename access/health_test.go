package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func health(t *testing.T, a *access.Authorizer) access.Health {
	t.Helper()
	h, err := a.Health(context.Background())
	require.NoError(t, err)
	return h
}

// eventuallyHealth waits until the health of the only tenant is as it should be, and returns it.
func eventuallyHealth(t *testing.T, a *access.Authorizer, why string, is func(access.TenantHealth) bool) access.TenantHealth {
	t.Helper()
	var last access.TenantHealth
	require.Eventually(t, func() bool {
		h := health(t, a)
		if len(h.Tenants) != 1 {
			return false
		}
		last = h.Tenants[0]
		return is(last)
	}, patience, time.Millisecond, why)
	return last
}

func TestHealthOfNothing(t *testing.T) {
	a := acme(t, repPolicy)
	assert.Equal(t, access.Health{OK: true}, health(t, a), "nobody has asked about a tenant yet")
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := a.Health(gone)
	assert.ErrorIs(t, err, context.Canceled)
	require.NoError(t, a.Close())
	h, err := a.Health(context.Background())
	assert.ErrorIs(t, err, access.ErrClosed)
	assert.False(t, h.OK)
}

func TestHealthOfATenant(t *testing.T) {
	begin := time.Now()
	a := over(t, memory(t, adminPolicy), polling(time.Hour), func(c *access.Config) { c.MaxStale = 2 * time.Hour })
	d := decide(t, a, "ann", "view", of(annsDeal))
	h := health(t, a)
	require.Len(t, h.Tenants, 1)
	assert.True(t, h.OK)
	x := h.Tenants[0]
	assert.LessOrEqual(t, x.Age, time.Since(begin))
	x.Age = 0
	assert.Equal(t, access.TenantHealth{Tenant: "acme", Loaded: true, Policy: 1, Directory: 1}, x)
	assert.Equal(t, d.Revision().String(), fmt.Sprintf("%d.%d", x.Policy, x.Directory))
	_, err := a.Apply(context.Background(), by("root"), add(assignment("bob", "rep")))
	require.NoError(t, err)
	assert.EqualValues(t, 2, health(t, a).Tenants[0].Policy)
}

func TestHealthDegradesWhileTheStoreIsDownAndRecovers(t *testing.T) {
	store := &failing{Store: memory(t, repPolicy)}
	a := over(t, store, staleAfter(200*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.set(true)
	x := eventuallyHealth(t, a, "a look has failed", func(x access.TenantHealth) bool { return x.Failing })
	assert.Equal(t, "connection refused", x.LastError)
	assert.WithinDuration(t, time.Now(), x.LastFail, patience)
	assert.False(t, health(t, a).OK)
	x = eventuallyHealth(t, a, "MaxStale has passed", func(x access.TenantHealth) bool { return x.Stale })
	assert.Greater(t, x.Age, 200*time.Millisecond)
	_, err := annViews(a)
	assert.ErrorIs(t, err, access.ErrStale)
	store.set(false)
	x = eventuallyHealth(t, a, "the store is back", func(x access.TenantHealth) bool { return !x.Stale && !x.Failing })
	assert.Equal(t, "connection refused", x.LastError, "what happened can still be read")
	assert.True(t, health(t, a).OK)
}

func TestHealthOfTheDirectory(t *testing.T) {
	dir := &interposed{Directory: people(t)}
	a := over(t, memory(t, repPolicy), served(dir), polling(time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onRevision(func(context.Context, string) (uint64, error) { return 0, errors.New("ldap: connection refused") })
	x := eventuallyHealth(t, a, "the directory is down", func(x access.TenantHealth) bool { return x.Failing })
	assert.Equal(t, "ldap: connection refused", x.LastError)
	dir.onRevision(func(context.Context, string) (uint64, error) { panic("bug") })
	eventuallyHealth(t, a, "a panic is a failure", func(x access.TenantHealth) bool { return x.LastError == "the store or the directory panicked: bug" })
}

// A tenant that never loaded is not forgotten: a service that can answer nobody is not well.
func TestHealthOfATenantThatCannotBeLoaded(t *testing.T) {
	store := &failing{Store: memory(t, repPolicy), fail: true}
	a := over(t, store)
	_, err := annViews(a)
	require.ErrorIs(t, err, access.ErrUnavailable)
	h := health(t, a)
	assert.False(t, h.OK)
	require.Len(t, h.Tenants, 1)
	assert.Equal(t, access.TenantHealth{Tenant: "acme", Failing: true, LastError: "connection refused", LastFail: h.Tenants[0].LastFail}, h.Tenants[0])
	store.set(false)
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	h = health(t, a)
	assert.True(t, h.OK)
	assert.True(t, h.Tenants[0].Loaded)
}

// The attacker asks for tenants that he makes up while the store is down: they don't pile up, nor do they stay.
func TestMadeUpTenantsDoNotPileUpInHealth(t *testing.T) {
	store := &failing{Store: memory(t, repPolicy), fail: true}
	a := over(t, store, staleAfter(500*time.Millisecond))
	for i := range 200 {
		r := request("ann", "view", access.Resource{})
		r.Subject.Tenant = fmt.Sprint("made-up-", i)
		_, err := a.Authorize(context.Background(), r)
		require.ErrorIs(t, err, access.ErrUnavailable)
	}
	assert.LessOrEqual(t, len(health(t, a).Tenants), 20)
	store.set(false)
	require.Eventually(t, func() bool { return health(t, a).OK }, patience, time.Millisecond, "the names are forgotten after MaxStale")
}

func TestATenantThatNobodyKnowsIsNoFailure(t *testing.T) {
	a := acme(t, repPolicy)
	r := request("ann", "view", access.Resource{})
	r.Subject.Tenant = "nowhere"
	_, err := a.Authorize(context.Background(), r)
	require.NoError(t, err)
	assert.Equal(t, access.Health{OK: true}, health(t, a))
}

// A caller in a hurry says nothing about the store.
func TestACallerWhoGivesUpDegradesNothing(t *testing.T) {
	dir := &interposed{Directory: people(t)}
	a := over(t, memory(t, repPolicy), served(dir), polling(time.Hour), func(c *access.Config) { c.MaxStale = 2 * time.Hour })
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onRevision(func(ctx context.Context, _ string) (uint64, error) { <-ctx.Done(); return 0, ctx.Err() })
	r := request("ann", "view", access.Resource{})
	var err error
	r.AtLeast, err = access.ParseRevision("9.0")
	require.NoError(t, err)
	brief, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err = a.Authorize(brief, r)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.True(t, health(t, a).OK)
}

// A store that hangs fails the look, for which there is a deadline.
func TestAStoreThatHangsIsAFailure(t *testing.T) {
	dir := &interposed{Directory: people(t)}
	a := over(t, memory(t, repPolicy), served(dir), staleAfter(100*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onRevision(func(ctx context.Context, _ string) (uint64, error) { <-ctx.Done(); return 0, ctx.Err() })
	x := eventuallyHealth(t, a, "the look ends with half of MaxStale", func(x access.TenantHealth) bool { return x.Failing })
	assert.Equal(t, "context deadline exceeded", x.LastError)
}

func TestHealthIsSortedAndReadableByPrograms(t *testing.T) {
	var policies []access.Policy
	for _, name := range []string{"globex", "acme"} {
		rows, err := access.ParseRows("p, r:rep, " + name + ", deal, view, own, allow\ng, u:ann, r:rep, " + name)
		require.NoError(t, err)
		policies = append(policies, access.Policy{Tenant: name, Rows: rows})
	}
	store, err := access.NewMemoryStore(policies...)
	require.NoError(t, err)
	a := over(t, store)
	_, err = a.Authorize(context.Background(), globexRequest)
	require.NoError(t, err)
	decide(t, a, "ann", "view", of(annsDeal))
	h := health(t, a)
	assert.True(t, slices.IsSortedFunc(h.Tenants, func(x, y access.TenantHealth) int { return len(x.Tenant) - len(y.Tenant) }))
	text, err := json.Marshal(h)
	require.NoError(t, err)
	assert.Contains(t, string(text), `{"ok":true,"tenants":[{"tenant":"acme","loaded":true,"policy":1,"directory":`)
}

// The texts of drivers hold what the operator wrote into the connection string. None of it is shown.
func TestHealthShowsNoSecrets(t *testing.T) {
	for _, text := range []string{
		"dial postgres://app:hunter2@db.internal:5432/crm?sslmode=disable: refused",
		`parse "postgres://app:hunter2@db:port/crm": invalid port ":port" after host`,
		"failed to connect to `host=db.internal user=app database=crm password=hunter2`: dial error",
		"cannot parse `password = 'hunter2 with blanks' host=db.internal`",
		"cannot parse `PASSWORD=\"hunter2 with blanks\";Server=db.internal`",
		"app:hunter2@tcp(db.internal:3306)/crm?parseTime=true: unknown driver",
		"app:hun'ter2@tcp(db.internal:3306)/crm: unknown driver",
		"app@unix(/run/db.internal.sock)/crm",
		"oracle: app/hunter2@db.internal:1521/crm",
		"redis: :hunter2@db.internal:6379",
		"vault: token: hunter2",
		"sslpassword=hunter2 api_key=hunter2 api-key: hunter2",
		"first line\npassword=hunter2\nthird line at mongodb+srv://app:hunter2@db.internal",
	} {
		store := &failing{Store: refusing{memory(t, repPolicy), errors.New(text)}}
		a := over(t, store)
		_, err := annViews(a)
		require.ErrorIs(t, err, access.ErrUnavailable)
		shown, err := json.Marshal(health(t, a))
		require.NoError(t, err)
		for _, secret := range []string{"hunter2", "ter2@", "blanks", "db.internal"} {
			assert.NotContains(t, string(shown), secret, text)
		}
		assert.NotContains(t, string(shown), `\n`)
		require.NoError(t, a.Close())
	}
}

// refusing is a store whose loads fail with an error of the test's.
type refusing struct {
	access.Store
	err error
}

func (r refusing) Load(context.Context, string) (access.Policy, error) {
	return access.Policy{}, fmt.Errorf("store: %w", r.err)
}
