package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// mistake is what the sender of a request can put right. Its sentence is the text of the key.
type mistake struct {
	status    int
	code, key string
}

func (m *mistake) Error() string { return "web: " + m.key }

var (
	errQuery      = &mistake{http.StatusBadRequest, "invalid", "bad_query"}
	errParameters = &mistake{http.StatusBadRequest, "invalid", "bad_parameters"}
	errColumn     = &mistake{http.StatusBadRequest, "invalid", "no_column"}
	errBody       = &mistake{http.StatusBadRequest, "invalid", "bad_body"}
	errForm       = &mistake{http.StatusBadRequest, "invalid", "bad_form"}
	errTooLarge   = &mistake{http.StatusRequestEntityTooLarge, "too_large", "too_large"}
	errMediaType  = &mistake{http.StatusUnsupportedMediaType, "unsupported_media_type", "bad_media_type"}
	errMethod     = &mistake{http.StatusMethodNotAllowed, "method_not_allowed", "bad_method"}
	errCrossSite  = &mistake{http.StatusForbidden, "cross_site", "cross_site"} // nothing was decided, so it names no decision
)

// mistaken is the mistake behind an error and the sentence that says so; nil if there is none.
func mistaken(lang string, err error) (*mistake, string) {
	var m *mistake
	var value *records.ValueError
	switch {
	case errors.As(err, &value):
		m = &mistake{http.StatusBadRequest, "invalid", string(value.Fault)}
		return m, model.Label(value.Column)[lang] + ": " + text(lang, m.key) + choices(lang, value.Right)
	case errors.Is(err, records.ErrNoColumn):
		m = errColumn
	case !errors.As(err, &m):
		return nil, ""
	}
	return m, text(lang, m.key)
}

func choices(lang string, right string) string {
	list := strings.Split(right, ", ")
	for i, c := range list {
		if name := model.Label(c)[lang]; name != c {
			list[i] = c + " (" + name + ")"
		}
	}
	return strings.Join(list, ", ")
}

// refuse answers for an error of a handler: by name for what the sender can put right, else as the guard does.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = accesshttp.ErrNotFound
	}
	m, detail := mistaken(language(r), err)
	if m == nil {
		s.guard.Refuse(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "private, no-store")
	s.problem(w, r, accesshttp.Problem{Status: m.status, Title: http.StatusText(m.status), Code: m.code, Detail: detail, Lang: language(r)})
}

// problem writes a refusal: a page to browsers, RFC 9457 to programs.
func (s *server) problem(w http.ResponseWriter, r *http.Request, p accesshttp.Problem) {
	if !isAPI(r) {
		s.problemPage(w, r, p)
		return
	}
	body, err := json.Marshal(p)
	if err != nil {
		p.Next = nil
		body, _ = json.Marshal(p)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// asked is the question of a page, for the "why?" on its refusal.
type asked struct{ Action, Type, ID string }

type askedKey struct{}

func (s *server) asking(action, typ string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := asked{action, typ, r.PathValue("id")}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askedKey{}, q)))
	})
}

// problemPage says nothing of the record on a 404: the page is the same for one that is absent and one out of reach.
func (s *server) problemPage(w http.ResponseWriter, r *http.Request, p accesshttp.Problem) {
	view := struct {
		accesshttp.Problem
		Why *asked
	}{Problem: p}
	if q, ok := r.Context().Value(askedKey{}).(asked); ok && p.Status == http.StatusForbidden {
		view.Why = &q
	}
	title := text(p.Lang, "failed")
	if _, named := texts[plain(p.Status)]; named {
		title = text(p.Lang, plain(p.Status))
	}
	s.render(w, r, p.Status, "problem", title, view)
}

// routed answers what no route is for as any other refusal is answered.
func (s *server) routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := &unsent{header: http.Header{}}
		h.ServeHTTP(said, r)
		if said.status != http.StatusMethodNotAllowed {
			s.refuse(w, r, accesshttp.ErrNotFound)
			return
		}
		w.Header().Set("Allow", said.header.Get("Allow"))
		s.refuse(w, r, errMethod)
	})
}

// unsent takes an answer and keeps it.
type unsent struct {
	header http.Header
	status int
}

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) WriteHeader(status int)      { u.status = status }
func (u *unsent) Write(p []byte) (int, error) { return len(p), nil }
