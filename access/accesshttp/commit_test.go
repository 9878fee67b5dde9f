package accesshttp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/audit"
)

func TestCommitAfterSuccessOnly(t *testing.T) {
	for name, c := range map[string]struct {
		serve   http.HandlerFunc
		commits int
	}{
		"ok":       {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "one") }, 1},
		"nothing":  {func(http.ResponseWriter, *http.Request) {}, 1},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) }, 1},
		"failed":   {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "disk full", 500) }, 0},
		"conflict": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(409) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			as("alice", w.Record("view", "customer", func(*http.Request) string { return "c1" })(c.serve), "GET", "/")
			assert.Equal(t, c.commits, w.commits())
		})
	}
}

func TestCommitOnce(t *testing.T) {
	w := newWorld(t)
	h := w.Collection("view", "customer")(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		dec, ok := accesshttp.DecisionFrom(r.Context())
		require.True(t, ok)
		require.NoError(t, w.authz.Commit(r.Context(), dec, access.Outcome{Count: 7}))
		accesshttp.Decided(r.Context(), dec) // said twice
		_, _ = io.WriteString(rw, "list")
	}))
	assert.Equal(t, 200, as("alice", h, "GET", "/").Code)
	require.Equal(t, 1, w.commits())
	events := w.events.Events()
	assert.Equal(t, 7, events[len(events)-1].Count, "the host's own commit stands")
}

// The client may hang up as soon as it has what it wanted.
func TestCommitThoughTheClientIsGone(t *testing.T) {
	w := newWorld(t, func(c *access.Config, _ *accesshttp.Options) { c.Audit = waiting{c.Audit} })
	ctx, hangUp := context.WithCancel(context.Background())
	h := w.Collection("view", "customer")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "list")
		hangUp()
	}))
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.SetBasicAuth("alice", "")
	h.ServeHTTP(httptest.NewRecorder(), r)
	assert.Equal(t, 1, w.commits())
	assert.NotContains(t, w.log.String(), "could not be committed")
}

// waiting is an audit sink that heeds its context.
type waiting struct{ audit.Sink }

func (s waiting) Write(ctx context.Context, events ...audit.Event) error {
	return errors.Join(ctx.Err(), s.Sink.Write(context.Background(), events...))
}

// What was not allowed, or was only asked for a button, is no matter for a commit.
func TestCommitOfWhatWasAllowed(t *testing.T) {
	w := newWorld(t)
	h := w.Collection("view", "customer")(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		req, err := w.Request(r, "view", "customer")
		require.NoError(t, err)
		for _, q := range []struct {
			id       string
			advisory bool
		}{{"c2", false}, {"c1", true}} {
			req.Resource.ID, req.Advisory = q.id, q.advisory
			_, err = w.Decide(r, req)
			assert.Equal(t, q.id == "c1", err == nil)
		}
	}))
	assert.Equal(t, 200, as("alice", h, "GET", "/").Code)
	assert.Equal(t, 1, w.commits())
}

// Two Authorizers may guard one server, each commits its own decisions.
func TestTwoGuards(t *testing.T) {
	outer, inner := newWorld(t), newWorld(t)
	h := outer.Handler(inner.Collection("view", "customer")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "list") })))
	assert.Equal(t, 200, as("alice", h, "GET", "/").Code)
	assert.Equal(t, 0, outer.commits())
	assert.Equal(t, 1, inner.commits())
}

// brittle is an audit sink that takes decisions but no commits.
type brittle struct{ audit.Sink }

func (b brittle) Write(ctx context.Context, events ...audit.Event) error {
	if events[0].Kind == audit.KindCommit {
		return assert.AnError
	}
	return b.Sink.Write(ctx, events...)
}

func TestCommitThatFails(t *testing.T) {
	w := newWorld(t, func(c *access.Config, _ *accesshttp.Options) { c.Audit = brittle{c.Audit} })
	guard := w.Collection("view", "customer")

	rec := as("alice", guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})), "GET", "/")
	assert.Equal(t, 503, rec.Code, "nothing went out yet, so it can be told")

	rec = as("alice", guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "list") })), "GET", "/")
	assert.Equal(t, 200, rec.Code)
	assert.Contains(t, w.log.String(), "could not be committed")
}

func TestDecisionFrom(t *testing.T) {
	dec, ok := accesshttp.DecisionFrom(context.Background())
	assert.False(t, ok)
	assert.False(t, dec.Allowed())

	w := newWorld(t)
	var inner access.Decision
	serve := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		inner, _ = accesshttp.DecisionFrom(r.Context())
		_, _ = io.WriteString(rw, "one")
	})
	nested := w.Handler(w.Collection("view", "customer")(w.Record("view", "customer", func(*http.Request) string { return "c1" })(serve)))
	rec := as("alice", nested, "GET", "/")
	assert.Equal(t, 200, rec.Code)
	assert.False(t, inner.Collection(), "the nearest guard's decision")
	assert.Equal(t, inner.ID(), rec.Header().Get("X-Decision"))
	assert.Equal(t, 2, w.commits())

	own := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		serve.ServeHTTP(rw, r.WithContext(accesshttp.WithDecision(r.Context(), inner)))
	}))
	assert.Equal(t, 200, as("alice", own, "GET", "/").Code)
}

// A handler of http.TimeoutHandler goes on after its answer was given; run with -race.
func TestHandlerThatOutlivesItsAnswer(t *testing.T) {
	w := newWorld(t)
	release, done := make(chan struct{}), make(chan struct{})
	late := w.Collection("view", "customer")(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		<-release
		dec, _ := accesshttp.DecisionFrom(r.Context())
		accesshttp.Decided(r.Context(), dec)
		_, _ = io.WriteString(rw, "list")
	}))
	slow := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer close(done) // also if the time is up before the question is asked
		late.ServeHTTP(rw, r)
	})
	h := w.Handler(http.TimeoutHandler(slow, time.Millisecond, "too slow"))
	rec := as("alice", h, "GET", "/")
	assert.Equal(t, 503, rec.Code)
	close(release)
	<-done
	assert.Zero(t, w.commits())
}
