package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser keeps the session cookie between requests.
type browser struct {
	*site
	cookie string
}

func (b *browser) send(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", b.cookie)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if set := w.Header().Get("Set-Cookie"); strings.HasPrefix(set, "crm_session=") {
		b.cookie = strings.Split(set, ";")[0]
	}
	return w
}

func (s *site) browse(who string) *browser {
	b := &browser{site: s}
	require.Equal(s.t, http.StatusSeeOther, b.send(http.MethodPost, "/signin", "username="+who+"&password="+who).Code)
	return b
}

func TestSessionEnds(t *testing.T) {
	var passed atomic.Int64
	s := openAt(t, func() time.Time { return noon.Add(time.Duration(passed.Load())) }, 0)
	early, late := s.browse("ann"), s.browse("ann")
	copied := browser{s, early.cookie}
	assert.Equal(t, http.StatusSeeOther, early.send(http.MethodPost, "/signout", "").Code)
	assert.Equal(t, http.StatusSeeOther, copied.send(http.MethodGet, "/customers", "").Code, "a copy of the cookie is worthless after sign-out")
	assert.Equal(t, http.StatusOK, late.send(http.MethodGet, "/customers", "").Code, "another sign-in is not")

	passed.Store(int64(8*time.Hour - time.Second))
	assert.Equal(t, http.StatusOK, late.send(http.MethodGet, "/customers", "").Code)
	passed.Store(int64(8 * time.Hour))
	assert.Equal(t, http.StatusSeeOther, late.send(http.MethodGet, "/customers", "").Code)
}

func TestSignInLeadsBack(t *testing.T) {
	s := open(t, noon, 0)
	for next, to := range map[string]string{
		"/customers?page=2": "/customers?page=2", "": "/", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "customers": "/",
	} {
		b := &browser{site: s}
		assert.Equal(t, to, b.send(http.MethodPost, "/signin", "username=ann&password=ann&next="+next).Header().Get("Location"), next)
	}
}

// A browser cannot send X-Demo-Place, so its session shares a demo position.
func TestPlaceFromSession(t *testing.T) {
	s := open(t, noon, 1)
	b := s.browse("finn")
	for _, step := range []struct {
		place  string
		status int
	}{{"", 403}, {"shanghai", 200}, {"beijing", 403}, {"shanghai", 200}, {"elsewhere", 403}} {
		w := b.send(http.MethodPost, "/place", "next=/customers&place="+step.place)
		require.Equal(t, "/customers", w.Header().Get("Location"))
		w = b.send(http.MethodGet, "/customers", "")
		assert.Equal(t, step.status, w.Code, step.place)
		assert.Contains(t, w.Body.String(), "Share position")
	}
	b.send(http.MethodPost, "/place", "place=shanghai")
	r := httptest.NewRequest(http.MethodGet, "/customers", nil)
	r.Header.Set("Cookie", b.cookie)
	r.Header.Set("X-Demo-Place", "39.9,116.4")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	assert.Equal(t, http.StatusForbidden, w.Code, "what the request states goes first")
}
