package access_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite"
	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// staff is a host's database with Ann and Bob in it, and how to change it.
func staff(t *testing.T) (access.Directory, func(statement string)) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "host.db")+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	run := func(statement string) {
		t.Helper()
		_, err := db.Exec(statement)
		require.NoError(t, err)
	}
	run("CREATE TABLE staff (id TEXT, company TEXT, team TEXT, boss TEXT, active INTEGER)")
	run("CREATE TABLE teams (id TEXT, company TEXT, above TEXT)")
	run("INSERT INTO teams VALUES ('t1', 'acme', NULL)")
	run("INSERT INTO staff VALUES ('ann', 'acme', 't1', NULL, 1), ('bob', 'acme', 't1', 'ann', 1)")
	source, err := orgtree.NewSource(db, orgtree.SQLite, orgtree.Tables{
		People: orgtree.People{Table: "staff", ID: "id", Tenant: "company", Team: "team", Superior: "boss", Active: "active"},
		Teams:  orgtree.Nodes{Table: "teams", ID: "id", Tenant: "company", Parent: "above"},
	})
	require.NoError(t, err)
	return access.Tables(source), run
}

// rarely has the policy looked at once an hour.
func rarely(directory time.Duration) option {
	return func(c *access.Config) { c.Poll, c.DirectoryPoll, c.MaxStale = time.Hour, directory, 3*time.Hour }
}

func TestWhoeverIsMarkedInactiveIsRefusedWithinADirectoryPoll(t *testing.T) {
	dir, run := staff(t)
	a := acme(t, repPolicy, served(dir), rarely(5*time.Millisecond))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	run("UPDATE staff SET active = 0 WHERE id = 'ann'")
	eventuallyDenied(t, a, "the directory is polled although the policy is not")
}

func TestWhoeverIsMarkedInactiveIsRefusedAfterATouch(t *testing.T) {
	dir, run := staff(t)
	a := acme(t, repPolicy, served(dir), rarely(time.Hour))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	for _, statement := range []string{"UPDATE staff SET active = 0 WHERE id = 'ann'", "UPDATE staff SET active = NULL WHERE id = 'ann'", "DELETE FROM staff WHERE id = 'ann'"} {
		run(statement + "; UPDATE staff SET boss = NULL WHERE id = 'bob'")
		require.NoError(t, a.Touch(context.Background(), "acme"))
		assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), statement)
		run("DELETE FROM staff WHERE id = 'ann'; INSERT INTO staff VALUES ('ann', 'acme', 't1', NULL, 1)")
		require.NoError(t, a.Touch(context.Background(), "acme"))
		require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed(), "she is back")
	}
}

func TestTheLastGoodOrganisationStays(t *testing.T) {
	dir, run := staff(t)
	a := acme(t, repPolicy, served(dir), rarely(time.Hour))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	run("UPDATE staff SET boss = 'bob' WHERE id = 'ann'")
	err := a.Touch(context.Background(), "acme")
	assert.ErrorIs(t, err, access.ErrUnavailable)
	assert.ErrorContains(t, err, `["ann" "bob" "ann"] is a cycle`)
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	h, err := a.Health(context.Background())
	require.NoError(t, err)
	assert.False(t, h.OK)
	assert.Contains(t, h.Tenants[0].LastError, "cycle")
	run("UPDATE staff SET boss = NULL, active = 0 WHERE id = 'ann'")
	require.NoError(t, a.Touch(context.Background(), "acme"))
	assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	run("DELETE FROM staff")
	assert.ErrorIs(t, a.Touch(context.Background(), "acme"), access.ErrUnknownTenant)
	d, err := annViews(a)
	assert.False(t, d.Allowed())
	assert.NotErrorIs(t, err, access.ErrStale)
}

func TestTouchRefuses(t *testing.T) {
	a := acme(t, repPolicy)
	for _, tenant := range []string{"", "a,b", " acme", access.Shared} {
		assert.ErrorIs(t, a.Touch(context.Background(), tenant), access.ErrInvalid, "%q", tenant)
	}
	assert.NoError(t, a.Touch(context.Background(), "acme"), "it is not loaded, so there is nothing to look at")
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	over, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, a.Touch(over, "acme"), context.Canceled)
	require.NoError(t, a.Close())
	assert.ErrorIs(t, a.Touch(context.Background(), "acme"), access.ErrClosed)
}

func TestAPolicyIsSeenAfterATouch(t *testing.T) {
	store := memory(t, repPolicy)
	a := over(t, store, rarely(time.Hour))
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	_, err := store.Apply(context.Background(), access.Entry{Change: access.Change{Tenant: "acme", Base: 1, Remove: access.Rows{
		Assignments: []access.Assignment{{Subject: "ann", Role: "rep", Tenant: "acme"}},
	}}})
	require.NoError(t, err)
	require.NoError(t, a.Touch(context.Background(), "acme"))
	assert.False(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
}

// A policy that nobody could look at grows stale, however often the directory answers.
func TestOnePartThatAnswersDoesNotCoverForTheOther(t *testing.T) {
	store := &swapping{Store: memory(t, repPolicy)}
	a := over(t, store, func(c *access.Config) {
		c.Poll, c.DirectoryPoll, c.MaxStale = 20*time.Millisecond, time.Millisecond, 50*time.Millisecond
	})
	require.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	store.swap(down{})
	eventuallyStale(t, a, "the store is down")
}

// down is a store that is down.
type down struct{ access.Store }

func (down) Revision(context.Context, string) (uint64, error) { return 0, errors.New("down") }

func TestReportingLinesThatAreNoneAreRefused(t *testing.T) {
	for says, superiors := range map[string]map[string]string{
		`["ann" "bob" "ann"] is a cycle`: {"ann": "bob", "bob": "ann"},
		`["ann" "ann"] is a cycle`:       {"ann": "ann", "bob": ""},
		`parent "eve" of "bob"`:          {"ann": "", "bob": "eve"},
	} {
		dir := access.NewMemoryDirectory()
		var o access.Organisation
		for id, superior := range superiors {
			o.People = append(o.People, access.Person{ID: id, Superior: superior})
		}
		dir.Set("acme", o)
		_, err := annViews(acme(t, repPolicy, served(dir)))
		assert.ErrorIs(t, err, access.ErrUnavailable)
		assert.ErrorContains(t, err, says)
	}
}

func TestTablesWithoutASource(t *testing.T) {
	_, err := annViews(acme(t, repPolicy, served(access.Tables(nil))))
	assert.ErrorIs(t, err, access.ErrUnavailable)
	assert.ErrorContains(t, err, "NewSource")
}
