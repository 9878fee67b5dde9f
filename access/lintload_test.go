package access_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// journal is a log that may be read while it is written.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) times(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.buf.String(), text)
}

func logged(j *journal) option {
	return func(c *access.Config) {
		c.Logger = slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

func (j *journal) eventually(t *testing.T, text, why string) {
	t.Helper()
	require.Eventually(t, func() bool { return j.times(text) > 0 }, patience, time.Millisecond, why)
}

func TestFindingsAreLoggedOnce(t *testing.T) {
	var j journal
	a := over(t, memory(t, adminPolicy+"p, r:rep, acme, deal, edit, own && unowned, allow\n"), logged(&j), polling(time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "lint warns and refuses nothing")
	j.eventually(t, "code=dead_condition", "what was loaded is looked through")

	_, err := a.Apply(context.Background(), by("root"), add(access.Rows{Rules: []access.Rule{
		{Role: "rep", Type: "deal", Action: "export", When: "own", Effect: access.Allow},
	}}))
	require.NoError(t, err)
	j.eventually(t, "deal, export, own", "a change is looked through")
	require.NoError(t, a.Close())
	assert.Equal(t, 1, j.times("level=WARN msg=\"access: lint\" tenant=acme code=dead_condition"), "what was said is not said again")
	assert.Equal(t, 1, j.times("level=DEBUG msg=\"access: lint\" tenant=acme code=undescribed_role finding=\"The role or group lacks a purpose or an owner. role rep"),
		"what is untidy is no warning")
	assert.Zero(t, j.times("level=ERROR"))
}

func TestFindingsOfSharedRowsAreLoggedOnceForAllTenants(t *testing.T) {
	var j journal
	shared, err := access.ParseRows("p, r:rep, *, deal, view, own && unowned, allow")
	require.NoError(t, err)
	acmes, err := access.ParseRows("g, u:ann, r:rep, acme")
	require.NoError(t, err)
	globexes, err := access.ParseRows("g, u:ann, r:rep, globex")
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: access.Shared, Rows: shared},
		access.Policy{Tenant: "acme", Rows: acmes}, access.Policy{Tenant: "globex", Rows: globexes})
	require.NoError(t, err)
	a := over(t, store, logged(&j), polling(time.Millisecond))
	decide(t, a, "ann", "view", of(annsDeal))
	j.eventually(t, `tenant=* code=dead_condition`, "the shared rows are looked through")
	_, err = a.Authorize(context.Background(), globexRequest)
	require.NoError(t, err)
	require.NoError(t, a.Close())
	assert.Equal(t, 1, j.times("code=dead_condition"))
}

func TestWhatWasLoadedBeforeCloseIsLookedThrough(t *testing.T) {
	var j journal
	a := over(t, memory(t, "p, r:rep, acme, deal, edit, own && unowned, allow\n"+heldRep), logged(&j))
	decide(t, a, "ann", "view", of(annsDeal))
	require.NoError(t, a.Close())
	assert.Equal(t, 1, j.times("code=dead_condition"), "a short program hears of it too")
}

// What is merely untidy takes no warning's place.
func TestALongListIsCutInTheLogAndNowhereElse(t *testing.T) {
	var j journal
	var rows access.Rows
	for i := range 80 {
		rows.Roles = append(rows.Roles, access.RoleInfo{Name: fmt.Sprint("unheld", i), Purpose: "p", Owner: "o"})
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: "ann", Role: fmt.Sprint("unknown", i)})
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, logged(&j))
	found, err := a.Lint(context.Background(), "acme")
	require.NoError(t, err)
	assert.Len(t, found, 160)
	decide(t, a, "ann", "view", of(annsDeal))
	require.NoError(t, a.Close())
	assert.Equal(t, 50, j.times("code=unheld_role"))
	assert.Equal(t, 50, j.times("code=unknown_role"))
	assert.Equal(t, 1, j.times("more=30"))
}

// panicking is a store that answers for tenants and falls over for the shared rows.
type panicking struct{ access.Store }

func (p panicking) Revision(ctx context.Context, tenant string) (uint64, error) {
	if tenant == access.Shared {
		panic("bug in the host's store")
	}
	return p.Store.Revision(ctx, tenant)
}

func TestAPanicWhileLookingThroughIsLogged(t *testing.T) {
	var j journal
	a := over(t, panicking{memory(t, repPolicy)}, logged(&j))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	j.eventually(t, "bug in the host's store", "the process lives on")
}
