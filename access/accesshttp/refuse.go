package accesshttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/field"
)

const (
	decisionHeader = "X-Decision"
	noStore        = "private, no-store"
)

// answers maps errors to what the client is told; the first that fits counts. "Could not decide" comes before "denied".
var answers = []struct {
	err    error
	status int
	code   string
}{
	{ErrNoSubject, http.StatusUnauthorized, "not_signed_in"},
	{access.ErrUnavailable, http.StatusServiceUnavailable, "unavailable"},
	{access.ErrStale, http.StatusServiceUnavailable, "unavailable"},
	{access.ErrAudit, http.StatusServiceUnavailable, "unavailable"},
	{access.ErrClosed, http.StatusServiceUnavailable, "unavailable"},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "unavailable"},
	{context.Canceled, http.StatusServiceUnavailable, "unavailable"},
	{access.ErrMismatch, http.StatusInternalServerError, "internal"},
	{ErrNotFound, http.StatusNotFound, "not_found"},
	{access.ErrDenied, http.StatusForbidden, "denied"},
	{field.ErrNotWritable, http.StatusForbidden, string(access.ReasonFieldNotWritable)},
	{access.ErrChanged, http.StatusConflict, "changed"},
	{access.ErrConflict, http.StatusConflict, "changed"},
	{access.ErrInvalid, http.StatusBadRequest, "invalid"},
}

// misleading are headers that a handler may have set for the answer it then could not give.
var misleading = []string{
	"Accept-Ranges", "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Range", "Content-Type", "Etag",
	"Last-Modified", "Link", "Location", "Trailer",
}

// Refuse answers with what err calls for:
//
//	401  ErrNoSubject
//	404  ErrNotFound: the same bytes for every record and every cause
//	403  access.ErrDenied, field.ErrNotWritable
//	409  access.ErrChanged, access.ErrConflict
//	400  access.ErrInvalid
//	503  access.ErrUnavailable, access.ErrStale, access.ErrAudit, access.ErrClosed, a deadline that passed
//	500  any other
//
// The body holds a code, a sentence for the person and, if one is known, the next time at which to try again; never a
// rule, a role or the text of err. What is 400 or above 499 is logged with that text.
func (g *Guard) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := g.problem(r, err)
	switch {
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil: // the client left
	case p.Status >= http.StatusInternalServerError:
		g.log(r, "not answered", err)
	case p.Status == http.StatusBadRequest:
		g.o.Logger.WarnContext(r.Context(), "accesshttp: invalid request", about(r, err)...)
	}
	h := w.Header()
	for _, name := range misleading {
		h.Del(name)
	}
	h.Set("Cache-Control", noStore)
	if p.Status == http.StatusUnauthorized && g.o.Challenge != "" {
		h.Set("WWW-Authenticate", g.o.Challenge)
	}
	fixed := &fixedStatus{ResponseWriter: w, status: p.Status}
	g.o.Problem(fixed, r, p)
	fixed.start()
}

func (g *Guard) problem(r *http.Request, err error) Problem {
	p := Problem{Status: http.StatusInternalServerError, Code: "internal", Lang: english}
	for _, a := range answers {
		if errors.Is(err, a.err) {
			p.Status, p.Code = a.status, a.code
			break
		}
	}
	if g.o.Lang(r) == chinese {
		p.Lang = chinese
	}
	p.Title = http.StatusText(p.Status)
	p.Detail = sentences[p.Code][p.Lang]
	if p.Status == http.StatusForbidden {
		p.explain(err)
		p.Detail = reasontext.Person(p.Lang, p.Code)
		if st := stateOf(r.Context()); st != nil {
			p.Decision = st.last(false)
		}
	}
	return p
}

// explain adds to a denial the first reason that the person can act on.
func (p *Problem) explain(err error) {
	var write *field.WriteError
	if errors.As(err, &write) {
		p.Fields = write.Fields
	}
	var denied *access.DeniedError
	if !errors.As(err, &denied) || len(denied.Public) == 0 {
		return
	}
	reason := denied.Public[0]
	p.Code = string(reason.Code)
	if len(reason.Missing) > 0 {
		p.Fields = reason.Missing
	}
	if !reason.At.IsZero() {
		p.Next = &reason.At
	}
}

func (g *Guard) log(r *http.Request, what string, err error) {
	g.o.Logger.ErrorContext(r.Context(), "accesshttp: "+what, about(r, err)...)
}

func about(r *http.Request, err error) []any {
	return []any{slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("error", err)}
}

// fixedStatus writes one status, whatever it is told.
type fixedStatus struct {
	http.ResponseWriter
	status int
	sent   bool
}

func (f *fixedStatus) start() {
	if !f.sent {
		f.sent = true
		f.ResponseWriter.WriteHeader(f.status)
	}
}

func (f *fixedStatus) WriteHeader(int) { f.start() }

func (f *fixedStatus) Write(p []byte) (int, error) {
	f.start()
	return f.ResponseWriter.Write(p)
}
