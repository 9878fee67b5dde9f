package web

import (
	"html/template"
	"log/slog"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// Options is what the pages need beside policy and tables.
type Options struct {
	Now    func() time.Time // clock of the decisions
	Logger *slog.Logger
}

type server struct {
	authz    *access.Authorizer
	guard    *accesshttp.Guard
	tables   map[string]records.Table // by type
	org      Organisation
	now      func() time.Time
	sessions *sessions
	pages    *template.Template
}

// New returns the handler of the whole site.
func New(authz *access.Authorizer, tables map[string]records.Table, org Organisation, o Options) (http.Handler, error) {
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	s := &server{authz: authz, tables: tables, org: org, now: o.Now, sessions: newSessions(o.Now), pages: pages}
	s.guard, err = accesshttp.New(authz, accesshttp.Options{
		Subject: s.subject, Env: s.circumstances, Challenge: `Basic realm="crm", charset="UTF-8"`,
		Lang: language, Problem: s.problem, Logger: o.Logger,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	s.publicRoutes(mux)
	s.ownRoutes(mux)
	for _, k := range model.Kinds() {
		s.apiRoutes(mux, k)
		s.pageRoutes(mux, k)
	}
	return headers(s.guard.Handler(s.sameOrigin(chooseLanguage(s.routed(mux))))), nil
}

// publicRoutes need no account.
func (s *server) publicRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /signin", s.signInPage)
	mux.HandleFunc("POST /signin", s.signIn)
	mux.HandleFunc("POST /signout", s.signOut)
}

// ownRoutes are about the asker himself and the policy he is under.
func (s *server) ownRoutes(mux *http.ServeMux) {
	session := func(h http.HandlerFunc) http.Handler { return s.guard.Collection("view", "session")(h) }
	mux.Handle("GET /{$}", s.page(session(s.homePage)))
	mux.Handle("POST /place", s.page(session(s.sharePlace)))
	mux.Handle("GET /api/me", session(s.me))
	mux.HandleFunc("GET /api/explain", s.explainAPI)
	mux.Handle("GET /why", s.page(http.HandlerFunc(s.whyPage)))
	mux.Handle("GET /policy", s.page(s.guard.Collection("view", access.PolicyType)(http.HandlerFunc(s.policyPage))))
}

func (s *server) apiRoutes(mux *http.ServeMux, k model.Kind) {
	t := s.tables[k.Type]
	collection := func(action string, h func(records.Table) http.HandlerFunc) http.Handler {
		return s.guard.Collection(action, k.Type)(h(t))
	}
	record := func(action string, h func(records.Table) http.HandlerFunc) http.Handler {
		return s.guard.Record(action, k.Type, recordID)(h(t))
	}
	mux.Handle("GET /api/"+k.Path, collection("view", s.list))
	mux.Handle("GET /api/"+k.Path+"/{id}", record("view", s.get))
	mux.Handle("PATCH /api/"+k.Path+"/{id}", record("edit", s.patch))
	if k.Creates {
		mux.Handle("POST /api/"+k.Path, collection("create", s.post))
	}
	if k.Deletes {
		mux.Handle("DELETE /api/"+k.Path+"/{id}", record("delete", s.remove))
	}
	if k.Exports {
		mux.HandleFunc("GET /api/"+k.Path+"/export", s.export(t))
	}
}

// recordID is the number in the address; blank, which is an absent record, for what is longer than any number.
func recordID(r *http.Request) string { return possible(r.PathValue("id")) }

func possible(id string) string {
	const longest = 19 // digits
	if len(id) > longest || !utf8.ValidString(id) {
		return ""
	}
	return id
}

func (s *server) pageRoutes(mux *http.ServeMux, k model.Kind) {
	t := s.tables[k.Type]
	collection := func(action string, h func(records.Table) http.HandlerFunc) http.Handler {
		return s.page(s.asking(action, k.Type, s.guard.Collection(action, k.Type)(h(t))))
	}
	record := func(action string, h func(records.Table) http.HandlerFunc) http.Handler {
		return s.page(s.asking(action, k.Type, s.guard.Record(action, k.Type, recordID)(h(t))))
	}
	mux.Handle("GET /"+k.Path, collection("view", s.listPage))
	mux.Handle("GET /"+k.Path+"/{id}", record("view", s.recordPage))
	mux.Handle("GET /"+k.Path+"/{id}/edit", record("edit", s.editPage))
	mux.Handle("POST /"+k.Path+"/{id}/edit", record("edit", s.editForm))
	if k.Creates {
		mux.Handle("GET /"+k.Path+"/new", collection("create", s.newPage))
		mux.Handle("POST /"+k.Path+"/new", collection("create", s.newForm))
	}
	if k.Deletes {
		mux.Handle("GET /"+k.Path+"/{id}/delete", record("delete", s.deletePage))
		mux.Handle("POST /"+k.Path+"/{id}/delete", record("delete", s.deleteForm))
	}
	if k.Exports {
		mux.Handle("GET /"+k.Path+"/export", s.page(s.export(t)))
	}
}
