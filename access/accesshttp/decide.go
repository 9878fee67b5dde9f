package accesshttp

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// Errors that Refuse answers besides those of package access.
var (
	// ErrNoSubject is returned by Options.Subject when nobody is signed in. It is answered with 401.
	ErrNoSubject = errors.New("accesshttp: nobody is signed in")
	// ErrNotFound means that a record is absent or that the subject may not view it. It is answered with 404.
	ErrNotFound = errors.New("accesshttp: no such record for this subject")
)

const view = "view" // the action that tells whether a subject may know of a record

// Request is a question about the type as a whole with the subject and the circumstances of r filled in, for handlers
// that ask more than their guard did. The error is one for Refuse.
func (g *Guard) Request(r *http.Request, action, typ string) (access.Request, error) {
	sub, err := g.o.Subject(r)
	switch {
	case errors.Is(err, ErrNoSubject), err == nil && (sub.ID == "" || sub.Tenant == ""):
		return access.Request{}, ErrNoSubject
	case err != nil:
		return access.Request{}, fmt.Errorf("%w: accesshttp: who asks is not known: %w", access.ErrUnavailable, err)
	}
	env := condition.Env{Addr: g.Addr(r)}
	if g.o.Env != nil {
		g.o.Env(r, &env)
		env.Addr = g.Addr(r)
	}
	return access.Request{Subject: sub, Action: action, Resource: access.Resource{Type: typ}, Env: env}, nil
}

// Decide asks the Authorizer and counts the answer as a decision of r, as Decided does. Unless the answer is an allow
// the error is one for Refuse: ErrNotFound if the question was about a stored record that the subject may not even view
// (the Decision beside it still holds the reasons), else an *access.DeniedError, or why it could not be decided.
func (g *Guard) Decide(r *http.Request, req access.Request) (access.Decision, error) {
	ctx := r.Context()
	dec, err := g.authz.Authorize(ctx, req)
	if err != nil {
		return access.Decision{}, err
	}
	if st := stateOf(ctx); st != nil {
		st.add(g, dec)
	}
	if dec.Allowed() {
		return dec, nil
	}
	stored := req.Resource.ID != "" || !req.Resource.Record.IsZero()
	if !stored {
		return dec, dec.Err()
	}
	visible, err := g.visible(r, req)
	switch {
	case err != nil:
		return access.Decision{}, err
	case !visible:
		return dec, ErrNotFound
	}
	return dec, dec.Err()
}

// visible asks whether the subject may view the record that he was denied something on.
func (g *Guard) visible(r *http.Request, req access.Request) (bool, error) {
	if req.Action == view || !g.actions[req.Resource.Type][view] {
		return false, nil
	}
	req.Action, req.Advisory = view, true
	req.Resource = access.Resource{Type: req.Resource.Type, ID: req.Resource.ID, Record: req.Resource.Record}
	dec, err := g.authz.Authorize(r.Context(), req)
	return dec.Allowed(), err
}
