package accesshttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A foreign record, one of another tenant and one that never was must look alike to the last byte of the wire, dates
// aside, for every action and also for HEAD.
func TestForeignAndAbsentAreTheSameBytes(t *testing.T) {
	srv := httptest.NewServer(newWorld(t).mux())
	defer srv.Close()
	fetch := func(method, id string) (int, http.Header, int64, string) {
		req, err := http.NewRequest(method, srv.URL+"/customers/"+id, nil)
		require.NoError(t, err)
		req.SetBasicAuth("alice", "")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		res.Header.Del("Date")
		return res.StatusCode, res.Header, res.ContentLength, string(b)
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			status, header, length, body := fetch(method, "absent")
			assert.Equal(t, 404, status)
			assert.NotContains(t, header, "X-Decision")
			for _, id := range []string{"c2", "g1", "a-longer-id-that-is-nobody's"} {
				s, h, l, b := fetch(method, id)
				assert.Equal(t, status, s, id)
				assert.Equal(t, header, h, id)
				assert.Equal(t, length, l, id)
				assert.Equal(t, body, b, id)
			}
		})
	}
}

func TestBlankIDIsNotTheCollection(t *testing.T) {
	w := newWorld(t)
	blank := w.Record("view", "customer", func(*http.Request) string { return "" })
	rec := as("alice", blank(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "all") })), "GET", "/")
	assert.Equal(t, 404, rec.Code)
	absent := as("alice", w.mux(), "GET", "/customers/absent")
	assert.Equal(t, absent.Body.String(), rec.Body.String())
	assert.Equal(t, absent.Header(), rec.Header())
}

// The question whether the subject may view the record is for the guard alone: one event for one attempt.
func TestProbeIsNotRecorded(t *testing.T) {
	w := newWorld(t)
	as("alice", w.mux(), "PUT", "/customers/c1")
	events := w.events.Events()
	require.Len(t, events, 1)
	assert.Equal(t, "edit", events[0].Action)
	assert.False(t, events[0].Allowed)
}
