package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

func TestSlogSaysWhatTheJSONSays(t *testing.T) {
	for _, e := range []audit.Event{full(t), {Time: time.Unix(1, 0).UTC(), Kind: audit.KindDecision}} {
		var out bytes.Buffer
		sink := audit.Slog(slog.New(slog.NewJSONHandler(&out, nil)))
		require.NoError(t, sink.Write(context.Background(), e))

		var logged map[string]any
		require.NoError(t, json.Unmarshal(out.Bytes(), &logged))
		assert.Equal(t, "audit", logged["msg"])
		assert.Equal(t, "INFO", logged["level"])
		delete(logged, "msg")
		delete(logged, "level")
		got, err := json.Marshal(logged)
		require.NoError(t, err)
		want, err := json.Marshal(e)
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(got))
	}
}

func TestSlogForgesNoSecondLine(t *testing.T) {
	e := audit.Event{ID: "1", Subject: "eve\ntime=2026-01-01 level=INFO msg=audit allowed=true subject=admin"}
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		var out bytes.Buffer
		require.NoError(t, audit.Slog(slog.New(handler(&out))).Write(context.Background(), e))
		assert.Equal(t, 1, strings.Count(out.String(), "\n"), "%s: %s", name, out.String())
	}
}

func TestSlogReportsLoss(t *testing.T) {
	ctx := context.Background()
	assert.ErrorContains(t, audit.Slog(nil).Write(ctx, audit.Event{}), "nil logger")

	quiet := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn}))
	assert.ErrorContains(t, audit.Slog(quiet).Write(ctx, audit.Event{}), "drops level INFO")

	full := errors.New("disk full")
	failing := slog.New(slog.NewTextHandler(failingWriter{full}, nil))
	assert.ErrorIs(t, audit.Slog(failing).Write(ctx, audit.Event{}), full)
}

func TestSlogWritesAfterTheCallerHungUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	require.NoError(t, audit.Slog(slog.New(slog.NewTextHandler(&out, nil))).Write(ctx, audit.Event{ID: "denied-1"}))
	assert.Contains(t, out.String(), "denied-1")
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func ExampleSlog() {
	sink := audit.Slog(slog.New(slog.NewTextHandler(os.Stdout, nil)))
	_ = sink.Write(context.Background(), audit.Event{
		ID: "d-1", Time: time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC), Kind: audit.KindDecision,
		Subject: "support-2", Action: "unmask", Type: "customer", Record: "42", Allowed: true, Purpose: "call back",
	})
	// Output: time=2026-03-09T09:00:00.000Z level=INFO msg=audit id=d-1 kind=decision subject=support-2 action=unmask type=customer record=42 allowed=true purpose="call back"
}
