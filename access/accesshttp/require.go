package accesshttp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Collection lets a request pass if its subject may do the action on the type as a whole. The handler finds the decision
// with DecisionFrom: its Scope selects the rows, its Fields the columns. A type or action that the Catalog lacks panics
// here, at set-up.
func (g *Guard) Collection(action, typ string) func(http.Handler) http.Handler {
	g.mustKnow(action, typ)
	return g.require(func(r *http.Request) (access.Request, error) {
		return g.Request(r, action, typ)
	})
}

// Record lets a request pass if its subject may do the action on the one record that id names; it is fetched by
// access.Config.Loader. A record that is absent and one that the subject may not view are answered by the same 404, byte
// for byte; 403 is only for a record that the subject may view. A blank id is an absent record. A type or action that
// the Catalog lacks, or a nil id, panics here, at set-up.
func (g *Guard) Record(action, typ string, id func(*http.Request) string) func(http.Handler) http.Handler {
	g.mustKnow(action, typ)
	if id == nil {
		panic("accesshttp: Record needs to know the record's id: pass accesshttp.PathValue or a function of your own")
	}
	return g.require(func(r *http.Request) (access.Request, error) {
		req, err := g.Request(r, action, typ)
		if err != nil {
			return req, err
		}
		if req.Resource.ID = id(r); req.Resource.ID == "" {
			return req, ErrNotFound // a blank id would ask about the whole collection
		}
		return req, nil
	})
}

// PathValue reads a record's id from a wildcard of the pattern, "id" for "GET /customers/{id}".
func PathValue(wildcard string) func(*http.Request) string {
	return func(r *http.Request) string { return r.PathValue(wildcard) }
}

func (g *Guard) require(ask func(*http.Request) (access.Request, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			req, err := ask(r)
			if err != nil {
				g.Refuse(w, r, err)
				return
			}
			dec, err := g.Decide(r, req)
			if err != nil {
				g.Refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), decisionKey{}, dec)))
		}))
	}
}

func (g *Guard) mustKnow(action, typ string) {
	if !g.actions[typ][action] {
		panic(fmt.Sprintf("accesshttp: the Catalog has no action %q on type %q", action, typ))
	}
}
