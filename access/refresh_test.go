package access_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func polling(every time.Duration) option { return func(c *access.Config) { c.Poll = every } }

func staleAfter(d time.Duration) option {
	return func(c *access.Config) { c.Poll, c.MaxStale = d/10, d }
}

func served(dir access.Directory) option {
	return func(c *access.Config) { c.Directory = dir }
}

// annViews asks whether Ann may view her deal; it may be called from any goroutine.
func annViews(a *access.Authorizer) (access.Decision, error) {
	return a.Authorize(context.Background(), request("ann", "view", of(annsDeal)))
}

func eventuallyStale(t *testing.T, a *access.Authorizer, why string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := annViews(a)
		return errors.Is(err, access.ErrStale)
	}, patience, time.Millisecond, why)
}

func eventuallyDenied(t *testing.T, a *access.Authorizer, why string) {
	t.Helper()
	require.Eventually(t, func() bool {
		d, err := annViews(a)
		return err == nil && !d.Allowed()
	}, patience, time.Millisecond, why)
}

var annLeft = access.Organisation{People: []access.Person{{ID: "ann", Inactive: true}}}

// lagging is a store that reports the newest revision, and loads the policy of a replica that is behind.
type lagging struct {
	access.Store
	behind atomic.Pointer[access.Policy]
}

func (l *lagging) Load(ctx context.Context, tenant string) (access.Policy, error) {
	if p := l.behind.Load(); p != nil {
		return *p, nil
	}
	return l.Store.Load(ctx, tenant)
}

func TestAPolicyOlderThanItsRevisionIsNoAnswer(t *testing.T) {
	store := &lagging{Store: memory(t, adminPolicy)}
	was, err := store.Store.Load(context.Background(), "acme")
	require.NoError(t, err)
	a := over(t, store, staleAfter(50*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.behind.Store(&was)
	_, err = store.Store.Apply(context.Background(), access.Entry{Change: remove(access.Rows{
		Assignments: []access.Assignment{{Subject: "ann", Role: "rep", Tenant: "acme"}},
	})})
	require.NoError(t, err)
	eventuallyStale(t, a, "a newer number was seen, so the older rows are not current")
	store.behind.Store(nil)
	eventuallyDenied(t, a, "the replica has caught up with the revoke")
}

func TestPeopleOlderThanTheirRevisionAreNoAnswer(t *testing.T) {
	mem := people(t)
	was, err := mem.Load(context.Background(), "acme")
	require.NoError(t, err)
	dir := &interposed{Directory: mem}
	a := over(t, memory(t, repPolicy), served(dir), staleAfter(50*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onLoad(func(context.Context, string) (access.Organisation, error) { return was, nil })
	mem.Set("acme", annLeft)
	eventuallyStale(t, a, "Ann has left: a newer number was seen, so the older people are not current")
	dir.onLoad(mem.Load)
	eventuallyDenied(t, a, "the directory has caught up")
}

func TestAnAcknowledgedRevokeDoesNotComeBackWithAnOlderStore(t *testing.T) {
	replica := memory(t, adminPolicy)
	store := &swapping{Store: memory(t, adminPolicy)}
	a := over(t, store, polling(time.Millisecond))
	_, err := a.Apply(context.Background(), by("root"), remove(assignment("ann", "rep")))
	require.NoError(t, err)
	require.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.swap(replica)
	before := store.asked.Load()
	require.Eventually(t, func() bool {
		d, err := annViews(a)
		assert.NoError(t, err)
		assert.False(t, d.Allowed(), "a revoke that was acknowledged came back")
		return store.asked.Load() >= before+3
	}, patience, time.Millisecond, "the older store is asked again and again, and not believed")
}

// withGlobexHanging returns an Authorizer for acme and globex, and its directory. Once both are loaded the directory hangs
// for globex: a look is under way that ends with half of MaxStale at the earliest.
func withGlobexHanging(t *testing.T) (*access.Authorizer, *access.MemoryDirectory) {
	mem := people(t)
	dir := &interposed{Directory: mem}
	acmes, err := access.ParseRows(repPolicy)
	require.NoError(t, err)
	globexes, err := access.ParseRows("p, r:rep, globex, deal, view, own, allow\ng, u:ann, r:rep, globex")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: acmes}, access.Policy{Tenant: "globex", Rows: globexes})
	require.NoError(t, err)
	a := over(t, store, served(dir), func(c *access.Config) { c.Poll, c.MaxStale = time.Millisecond, 4*patience })
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	_, err = a.Authorize(context.Background(), globexRequest)
	require.NoError(t, err)
	soon(t, dir.hangsFor("globex"), "a look at globex")
	return a, mem
}

var globexRequest = access.Request{Subject: access.Subject{ID: "ann", Tenant: "globex"}, Action: "view", Resource: access.Resource{Type: "deal"}}

func TestASlowTenantHoldsUpNoOther(t *testing.T) {
	a, dir := withGlobexHanging(t)
	dir.Set("acme", annLeft)
	eventuallyDenied(t, a, "acme's change is seen while globex hangs")
}

func TestWaitingForANewerPolicyEndsWithTheContext(t *testing.T) {
	a, _ := withGlobexHanging(t)
	r := globexRequest
	var err error
	r.AtLeast, err = access.ParseRevision("9.0")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err = a.Authorize(ctx, r)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(begin), patience, "the look under way may take half of MaxStale, the caller has not that long")
}

func TestATenantThatIsClosedIsADenialNotAnOutage(t *testing.T) {
	dir := &interposed{Directory: people(t)}
	a := over(t, memory(t, repPolicy), served(dir), polling(time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	gone := fmt.Errorf("%w: acme", access.ErrUnknownTenant)
	dir.onLoad(func(context.Context, string) (access.Organisation, error) { return access.Organisation{}, gone })
	dir.onRevision(func(context.Context, string) (uint64, error) { return 0, gone })
	eventuallyDenied(t, a, "the directory has said that there is no such tenant")
	assert.Equal(t, []access.ReasonCode{access.ReasonUnknownTenant}, codes(decide(t, a, "ann", "view", of(annsDeal))))
}

func TestASuspensionHoldsThoughTheDirectoryIsDown(t *testing.T) {
	dir, store := &interposed{Directory: people(t)}, memory(t, adminPolicy)
	a := over(t, store, served(dir), staleAfter(time.Minute), polling(time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onRevision(func(context.Context, string) (uint64, error) { return 0, errors.New("ldap: connection refused") })
	_, err := over(t, store).Apply(context.Background(), by("root"), add(access.Rows{Suspensions: []access.Suspension{{Subject: "ann"}}}))
	require.NoError(t, err)
	eventuallyDenied(t, a, "policy that was read is in force")
	assert.Equal(t, []access.ReasonCode{access.ReasonSuspended}, codes(decide(t, a, "ann", "view", of(annsDeal))))
}

func TestAPanicOfTheDirectoryIsAnError(t *testing.T) {
	mem := people(t)
	dir := &interposed{Directory: mem}
	a := over(t, memory(t, repPolicy), served(dir), staleAfter(50*time.Millisecond))
	dir.onLoad(func(context.Context, string) (access.Organisation, error) { panic("bug in the host's directory") })
	_, err := annViews(a)
	require.ErrorIs(t, err, access.ErrUnavailable)
	require.ErrorContains(t, err, "bug in the host's directory")
	dir.onLoad(mem.Load)
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	dir.onRevision(func(context.Context, string) (uint64, error) { panic("bug in the host's directory") })
	eventuallyStale(t, a, "the looks in the background fail, the process lives on")
}

// hanging is a store that answers nothing until whoever asks gives up.
type hanging struct {
	access.Store
	asked chan context.Context
	ended chan struct{}
}

func (h hanging) Load(ctx context.Context, _ string) (access.Policy, error) {
	h.asked <- ctx
	<-ctx.Done()
	close(h.ended)
	return access.Policy{}, ctx.Err()
}

func TestAFirstLoadHasADeadlineAndEndsWithClose(t *testing.T) {
	store := hanging{Store: memory(t, ""), asked: make(chan context.Context, 1), ended: make(chan struct{})}
	a := over(t, store)
	ctx, cancel := context.WithCancel(context.Background())
	answer := make(chan error, 1)
	go func() {
		_, err := a.Authorize(ctx, request("ann", "view", access.Resource{}))
		answer <- err
	}()
	load := soon(t, store.asked, "the load")
	_, bounded := load.Deadline()
	assert.True(t, bounded, "a store that hangs is not waited for without end")
	cancel()
	assert.ErrorIs(t, soon(t, answer, "an answer to the caller who gave up"), context.Canceled)
	require.NoError(t, load.Err(), "others may wait for the same load")
	require.NoError(t, a.Close())
	soon(t, store.ended, "the end of the load after Close")
}
