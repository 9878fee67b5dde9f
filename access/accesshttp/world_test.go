package accesshttp_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Customer is what the tests protect.
type Customer struct {
	ID       string
	TenantID string
	OwnerID  string
	Name     string
}

var customers = customerTable{
	{ID: "c1", TenantID: "acme", OwnerID: "alice", Name: "Northwind"},
	{ID: "c2", TenantID: "acme", OwnerID: "bob", Name: "Contoso"},
	{ID: "g1", TenantID: "globex", OwnerID: "alice", Name: "Initech"},
}

// customerTable is a Loader over rows in memory.
type customerTable []Customer

func (t customerTable) Load(_ context.Context, tenant, _, id string, _ []scope.Predicate) (scope.Record, error) {
	for i := range t {
		if t[i].ID == id && t[i].TenantID == tenant {
			return scope.Of(&t[i]), nil
		}
	}
	return scope.Record{}, nil
}

func (customerTable) Facts(_ context.Context, _, _ string, rs []scope.Record, _ []scope.Predicate) ([]scope.Record, error) {
	return rs, nil
}

const rules = `
p, r:rep,  acme, customer, view,   own,                  allow
p, r:rep,  acme, customer, create, own,                  allow
p, r:rep,  acme, customer, edit,   own && head_office,   allow
p, r:rep,  acme, customer, delete, own && approved,      allow
p, r:rep,  acme, customer, export, own && office_hours,  allow
p2, r:rep, acme, customer, *,      always,               edit
p, r:blind, acme, customer, edit,  global,               allow
g, u:alice, r:rep, acme
g, u:bob,   r:rep, acme
g, u:eve,   r:blind, acme
`

// night is a Monday, when the office is closed.
var night = time.Date(2026, time.March, 2, 20, 0, 0, 0, time.UTC)

func policy() access.Policy {
	rows, err := access.ParseRows(rules)
	if err != nil {
		panic(err)
	}
	rows.Definitions = []access.Definition{
		{Name: "head_office", Tenant: "acme", Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{"203.0.113.0/24"}}}},
		{Name: "office_hours", Tenant: "acme", Condition: &condition.Spec{Daily: &condition.Daily{Zone: "UTC", From: "08:00", To: "18:00"}}},
	}
	return access.Policy{Tenant: "acme", Revision: 1, Rows: rows}
}

func config() access.Config {
	return access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name:  "customer",
			Model: Customer{},
			Schema: scope.Schema{
				Table: "customers", Tenant: "tenant_id", Owner: []string{"owner_id"},
				Attrs: []scope.Attr{
					{Name: "tenant_id", Kind: scope.KindText},
					{Name: "owner_id", Kind: scope.KindText},
				},
			},
			Actions: []access.Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}, {Name: "export"}},
		}, {
			Name:    "secret", // nobody can view one
			Model:   Customer{},
			Schema:  scope.Schema{Table: "secrets", Tenant: "tenant_id"},
			Actions: []access.Action{{Name: "edit"}},
		}}},
		Loader: customers,
		Now:    func() time.Time { return night },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// basicUser believes whoever says that he is somebody of acme.
func basicUser(r *http.Request) (access.Subject, error) {
	user, _, ok := r.BasicAuth()
	if !ok {
		return access.Subject{}, accesshttp.ErrNoSubject
	}
	return access.Subject{ID: user, Tenant: "acme"}, nil
}

// world is a guard with all that can be seen of it.
type world struct {
	*accesshttp.Guard
	authz  *access.Authorizer
	events *audit.Memory
	log    *syncBuffer
}

type tweak func(*access.Config, *accesshttp.Options)

func newWorld(t testing.TB, tweaks ...tweak) *world {
	t.Helper()
	w := &world{events: audit.NewMemory(100), log: &syncBuffer{}}
	cfg := config()
	cfg.Audit = w.events
	o := accesshttp.Options{
		Subject:        basicUser,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Challenge:      `Basic realm="crm"`,
		Logger:         slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range tweaks {
		f(&cfg, &o)
	}
	store, err := access.NewMemoryStore(policy())
	require.NoError(t, err)
	w.authz, err = access.New(context.Background(), store, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.authz.Close()) })
	w.Guard, err = accesshttp.New(w.authz, o)
	require.NoError(t, err)
	return w
}

// commits counts the commit events so far.
func (w *world) commits() int {
	n := 0
	for _, e := range w.events.Events() {
		if e.Kind == audit.KindCommit {
			n++
		}
	}
	return n
}

// mux serves customers the way a host does.
func (w *world) mux() *http.ServeMux {
	mux := http.NewServeMux()
	id := accesshttp.PathValue("id")
	say := func(text string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, text) })
	}
	mux.Handle("GET /customers", w.Collection("view", "customer")(say("list")))
	mux.Handle("GET /customers/export", w.Collection("export", "customer")(say("csv")))
	mux.Handle("GET /customers/{id}", w.Record("view", "customer", id)(say("one")))
	mux.Handle("PUT /customers/{id}", w.Record("edit", "customer", id)(say("changed")))
	mux.Handle("DELETE /customers/{id}", w.Record("delete", "customer", id)(say("gone")))
	mux.Handle("PUT /secrets/{id}", w.Record("edit", "secret", id)(say("changed")))
	return mux
}

// as asks h as a user; a blank one is not signed in.
func as(user string, h http.Handler, method, target string, more ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	if user != "" {
		r.SetBasicAuth(user, "")
	}
	for _, f := range more {
		f(r)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func from(remote string, forwarded ...string) func(*http.Request) {
	return func(r *http.Request) {
		r.RemoteAddr = remote
		for _, f := range forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
