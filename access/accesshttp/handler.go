package accesshttp

import (
	"context"
	"net/http"
)

// Handler watches over all that is served behind it: a success that is written before anything was allowed in this
// request, and without Skip, is replaced by a 500, and nothing of what the handler wrote goes out. It goes around the
// whole router, inside middleware that answers for itself (CORS, compression). Collection and Record bring it along for
// their own handler; several in a row are one.
//
// When the handler is done with a success, every allowed decision of the request is committed.
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if stateOf(r.Context()) != nil {
			next.ServeHTTP(w, r)
			return
		}
		st := &state{outer: g}
		r = r.WithContext(context.WithValue(r.Context(), stateKey{}, st))
		gw := &writer{out: w, req: r, guard: g, st: st, stands: w.Header().Clone()}
		returned := false
		defer func() { gw.finish(returned) }() // a panic goes on to the server; what went out before it counts
		next.ServeHTTP(gw, r)
		returned = true
	})
}

// finish commits what was shown, and answers for a handler that wrote nothing.
func (w *writer) finish(returned bool) {
	if w.refused || w.mute {
		w.restore() // else a trailer could carry what the body could not
		return
	}
	if w.started && !w.succeeded() || !w.started && !returned {
		return
	}
	err := w.st.commit(w.req.Context())
	switch {
	case !w.started && err != nil:
		w.guard.Refuse(w, w.req, err)
	case !w.started:
		w.WriteHeader(http.StatusOK)
	case err != nil:
		w.guard.log(w.req, "answered, but the decision could not be committed", err)
	}
}
