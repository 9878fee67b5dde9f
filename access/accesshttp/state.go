package accesshttp

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

type (
	stateKey    struct{}
	decisionKey struct{}
)

// state is what is known about one request. A handler may outlive its answer (http.TimeoutHandler), hence the lock.
type state struct {
	outer *Guard // the guard whose Handler made it

	mu   sync.Mutex
	made []made
	skip bool
}

type made struct {
	by  *Guard
	dec access.Decision
}

func stateOf(ctx context.Context) *state {
	st, _ := ctx.Value(stateKey{}).(*state)
	return st
}

func (s *state) add(by *Guard, dec access.Decision) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = append(s.made, made{by, dec})
}

func (s *state) all() []made {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[:len(s.made):len(s.made)]
}

// mayAnswer reports whether a success may go out: something was allowed, not just asked, or nothing needs a decision.
func (s *state) mayAnswer() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.made {
		if m.dec.Allowed() && !m.dec.Advisory() {
			return true
		}
	}
	return s.skip
}

// last is the id of the last decision that was allowed, or of the last that was not. Of a refusal after nothing but
// allowed decisions, such as of the fields that a write names, it is the last one made.
func (s *state) last(allowed bool) string {
	id, any := "", ""
	for _, m := range s.all() {
		if m.dec.Advisory() {
			continue
		}
		any = m.dec.ID()
		if m.dec.Allowed() == allowed {
			id = any
		}
	}
	if id == "" && !allowed {
		return any
	}
	return id
}

// commit commits what was allowed and what neither the host nor its row guard committed. The client may be gone by now;
// what it was shown is recorded all the same.
func (s *state) commit(ctx context.Context) error {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var errs []error
	for _, m := range s.all() {
		if m.dec.Allowed() && !m.dec.Advisory() && !m.dec.Committed() {
			errs = append(errs, m.by.authz.Commit(ctx, m.dec, access.Outcome{}))
		}
	}
	return errors.Join(errs...)
}

// Decided tells the guard of a decision that the handler asked the Authorizer for itself. Only one that was allowed and
// is not advisory opens the way for a success; it is committed as the guard's own are. Outside a guard it does nothing.
func Decided(ctx context.Context, dec access.Decision) {
	if st := stateOf(ctx); st != nil {
		st.add(st.outer, dec)
	}
}

// WithDecision is a context in which DecisionFrom finds dec, which also counts as Decided. Middleware that decides for
// the handlers behind it uses it, and so does the test of such a handler.
func WithDecision(ctx context.Context, dec access.Decision) context.Context {
	Decided(ctx, dec)
	return context.WithValue(ctx, decisionKey{}, dec)
}

// DecisionFrom is the decision that let the request through to this handler. Without one it is the zero Decision, which
// is denied, and false.
func DecisionFrom(ctx context.Context) (access.Decision, bool) {
	dec, ok := ctx.Value(decisionKey{}).(access.Decision)
	return dec, ok
}

// Skip says that this answer needs no decision, and why: a sign-in page, a style sheet, a redirect. With a blank reason
// nothing is skipped.
func Skip(ctx context.Context, reason string) {
	st := stateOf(ctx)
	if st == nil || strings.TrimSpace(reason) == "" {
		return
	}
	st.outer.o.Logger.DebugContext(ctx, "accesshttp: answer without a decision", slog.String("reason", reason))
	st.mu.Lock()
	defer st.mu.Unlock()
	st.skip = true
}
