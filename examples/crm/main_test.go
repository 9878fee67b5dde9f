package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/app"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/seed"
)

// TestRun starts the program, asks it something, and ends it as a supervisor would.
func TestRun(t *testing.T) {
	made, err := seeded()
	require.NoError(t, err)
	db := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(db, made, 0o600))
	addr := freeAddr(t)
	ended := make(chan error, 1)
	go func() { ended <- run([]string{"-addr", addr, "-db", db, "-now", "2026-03-02T12:00:00+08:00"}) }()
	ask := func() (int, error) {
		r, err := http.NewRequest(http.MethodGet, "http://"+addr+"/api/customers?size=1", nil)
		require.NoError(t, err)
		r.SetBasicAuth("mia", "mia")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	for status := 0; status == 0; {
		select {
		case err := <-ended:
			require.FailNow(t, "the program ended", "%v", err)
		case <-time.After(20 * time.Millisecond):
		}
		if status, err = ask(); err == nil {
			require.Equal(t, http.StatusOK, status, "the port opens when all is ready")
		}
	}
	require.ErrorContains(t, run([]string{"-addr", addr, "-db", db + "-other"}), "-addr", "a port in use is found out before seeding")
	assert.NoFileExists(t, db+"-other")

	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
	assert.NoError(t, <-ended)
	_, err = ask()
	assert.Error(t, err)
}

func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func TestBadFlags(t *testing.T) {
	db := filepath.Join(t.TempDir(), "crm.db")
	for _, args := range [][]string{{"-now", "yesterday", "-db", db}, {"-unheard"}, {"-db", db, "more"}} {
		assert.Error(t, run(args), "%v", args)
	}
	assert.NoFileExists(t, db)
	for _, odd := range []string{"", " ", ":memory:", "file:x.db", db + "?mode=memory", t.TempDir()} {
		assert.ErrorContains(t, run([]string{"-addr", "127.0.0.1:0", "-db", odd}), "cannot be the database", odd)
	}
	require.NoError(t, os.WriteFile(db, []byte("something else altogether, not a database"), 0o600))
	assert.ErrorContains(t, run([]string{"-db", db}), db)
}

// TestFirstStart makes the demo where nothing is yet, folder included.
func TestFirstStart(t *testing.T) {
	oneIn := 1
	if raced {
		oneIn = 20
	}
	crm, err := app.Open(context.Background(), app.Config{
		OneIn: oneIn, DB: filepath.Join(t.TempDir(), "deeper", "crm.db"), Now: func() time.Time { return noon }, Progress: io.Discard,
	})
	require.NoError(t, err)
	defer func() { assert.NoError(t, crm.Close()) }()
	s := &site{t, crm}
	for path, total := range map[string]int{
		"customers": 5000, "opportunities": 8000, "quotes": 4000, "orders": 5000, "tickets": 2500, "complaints": 600, "leads": 1500, "campaigns": 40,
	} {
		assert.Equal(t, total/oneIn, s.page("dora", "/api/"+path+"?size=1").Total, path)
	}
}

func TestSeedIsDeterministic(t *testing.T) {
	var made [2][]byte
	for i := range made {
		file := filepath.Join(t.TempDir(), "crm.db")
		require.NoError(t, seed.Ensure(context.Background(), file, 40, io.Discard))
		var err error
		made[i], err = os.ReadFile(file)
		require.NoError(t, err)
	}
	assert.Equal(t, made[0], made[1])
}

// A program that was killed while it seeded leaves a file, which a later start removes; one at work is let be.
func TestLeftoversAreSwept(t *testing.T) {
	db := filepath.Join(t.TempDir(), "c[r]m.db")
	old, young := db+".seeding-1", db+".seeding-2"
	for _, name := range []string{db, old, young} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
	}
	long := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(old, long, long))
	require.NoError(t, seed.Ensure(context.Background(), db, 40, io.Discard))
	assert.NoFileExists(t, old)
	assert.FileExists(t, young)
	assert.FileExists(t, db)
}

func TestInterruptedSeedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "crm.db")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := seed.Ensure(ctx, file, 40, writerFunc(func(p []byte) {
		if strings.Contains(string(p), "25 %") {
			cancel()
		}
	}))
	assert.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
