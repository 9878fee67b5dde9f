package access

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that callers tell apart with errors.Is. Only ErrDenied is a decision; with any other the question could not be
// decided and the Decision beside it is the zero one, which is denied.
var (
	ErrInvalid       = errors.New("access: invalid")             // the request, the policy or the configuration is wrong
	ErrUnavailable   = errors.New("access: unavailable")         // no policy could be loaded yet
	ErrStale         = errors.New("access: stale")               // the last good policy or directory is older than MaxStale
	ErrDenied        = errors.New("access: denied")              // decided: no
	ErrConflict      = errors.New("access: conflict")            // the policy changed since Change.Base
	ErrChanged       = errors.New("access: record changed")      // no row was left to write: the record moved meanwhile
	ErrClosed        = errors.New("access: closed")              // the Authorizer was closed
	ErrAudit         = errors.New("access: audit not written")   // the event could not be recorded
	ErrUnknownTenant = errors.New("access: unknown tenant")      // what a Directory answers for a tenant it does not know
	ErrMismatch      = errors.New("access: cross-check differs") // snapshot and Casbin disagree
)

// InvalidError names what was wrong. errors.Is(err, ErrInvalid).
type InvalidError struct {
	What  string // "subject", "action", "when", "row" …
	Value string // the culprit
	Err   error  // why
}

func (e *InvalidError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("access: invalid %s: %v", e.What, e.Err)
	}
	return fmt.Sprintf("access: invalid %s %q: %v", e.What, e.Value, e.Err)
}

// Unwrap gives both the class and the cause.
func (e *InvalidError) Unwrap() []error { return []error{ErrInvalid, e.Err} }

func invalid(what, value string, err error) error {
	const shown = 120
	if len(value) > shown {
		value = strings.ToValidUTF8(value[:shown], "") + "…"
	}
	return &InvalidError{What: what, Value: value, Err: err}
}

// DeniedError is a denial as an error: errors.Is(err, ErrDenied). Its text holds no reasons and is safe to show.
type DeniedError struct {
	Action, Type string
	Public       []Reason // the reasons the person can act on
}

func (e *DeniedError) Error() string { return "access: " + e.Action + " " + e.Type + ": denied" }

// Is makes every DeniedError an ErrDenied.
func (e *DeniedError) Is(target error) bool { return target == ErrDenied }

// outside wraps an error that came from the host's store, directory or loader: it tells what happened there, but is none
// of this package's own errors. What fails outside is neither a denial nor the request's fault.
func outside(err error) error { return &outsideError{err} }

type outsideError struct{ err error }

func (e *outsideError) Error() string { return e.err.Error() }

func (e *outsideError) Is(target error) bool {
	for _, own := range []error{ErrInvalid, ErrDenied, ErrConflict, ErrChanged, ErrStale, ErrClosed, ErrAudit, ErrMismatch} {
		if target == own {
			return false
		}
	}
	return errors.Is(e.err, target)
}
