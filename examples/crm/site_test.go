package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/app"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/seed"
)

// everybody are the demo accounts.
var everybody = []string{"ann", "bob", "max", "rita", "dora", "sam", "mia", "finn", "mark", "pat", "tina", "adam", "gus"}

// some are accounts enough to run all code, for the race detector; else everybody.
func some(accounts ...string) []string {
	if raced {
		return accounts
	}
	return everybody
}

// noon is an hour at which every account works.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// shanghai is where finn works.
var shanghai = http.Header{"X-Demo-Place": {"31.2304,121.4737,20"}}

// seeded is a database with a tenth of the records, made once.
var seeded = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "crm-test-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "crm.db")
	if err := seed.Ensure(context.Background(), file, 10, io.Discard); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// site is the CRM on a database of its own.
type site struct {
	t *testing.T
	*app.App
}

func open(t *testing.T, at time.Time, crossCheck float64) *site {
	t.Helper()
	return openAt(t, func() time.Time { return at }, crossCheck)
}

func openAt(t *testing.T, now func() time.Time, crossCheck float64) *site {
	t.Helper()
	db, err := seeded()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(file, db, 0o600))
	crm, err := app.Open(context.Background(), app.Config{
		DB: file, Now: now, Progress: io.Discard, CrossCheck: crossCheck,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, crm.Close()) })
	return &site{t, crm}
}

// do sends a request as a person; a nil body sends none.
func (s *site) do(who, method, path string, body any, header http.Header) *httptest.ResponseRecorder {
	s.t.Helper()
	var text io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		text = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		require.NoError(s.t, err)
		text = bytes.NewReader(encoded)
	}
	r := httptest.NewRequest(method, path, text)
	r.SetBasicAuth(who, who)
	if who == "finn" {
		header = shanghai
	}
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (s *site) get(who, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(who, http.MethodGet, path, nil, nil)
}

// list is the answer to a request for a page of records.
type list struct {
	Total int              `json:"total"`
	Items []map[string]any `json:"items"`
}

func (s *site) page(who, path string) list {
	s.t.Helper()
	w := s.get(who, path)
	require.Equal(s.t, http.StatusOK, w.Code, "%s %s: %s", who, path, w.Body)
	return decode[list](s.t, w)
}

// all walks through every page of a collection.
func (s *site) all(who, collection string) []map[string]any {
	s.t.Helper()
	var items []map[string]any
	for page := 1; ; page++ {
		l := s.page(who, fmt.Sprintf("/api/%s?size=200&page=%d", collection, page))
		items = append(items, l.Items...)
		if len(l.Items) == 0 {
			require.Len(s.t, items, l.Total, "the pages together hold what total says")
			return items
		}
	}
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v), "%s", w.Body)
	return v
}

// form sends a form as a person.
func (s *site) form(who, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(who, http.MethodPost, path, body, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// code is the stable code of a refusal.
func code(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), "%s", w.Body)
	return decode[struct {
		Code string `json:"code"`
	}](t, w).Code
}

// ids are the numbers of records.
func ids(items []map[string]any) map[int64]bool {
	set := map[int64]bool{}
	for _, item := range items {
		set[int64(item["id"].(float64))] = true
	}
	return set
}
