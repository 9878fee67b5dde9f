package scopegorm

import (
	"errors"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Errors to tell apart with errors.Is.
var (
	ErrRefused    = errors.New("scopegorm: refused")     // the statement did not run; the error is a *RefusedError
	ErrNoDecision = errors.New("scopegorm: no decision") // refused for want of an allowed decision for the type and kind
)

// RefusedError says which statement the guard refused and what to write in its place. errors.Is(err, ErrRefused). Its
// text is for developers: it names models and columns, no values.
type RefusedError struct {
	Op      string // read, create, update, delete or raw
	Model   string // type of the Catalog; "" if the statement names none
	Why     string
	Instead string // what to do; may be ""
	err     error  // the class or cause beyond ErrRefused; may be nil
}

func (e *RefusedError) Error() string {
	text := "scopegorm: " + e.Op
	if e.Model != "" {
		text += " of " + e.Model
	}
	text += " refused: " + e.Why
	if e.Instead != "" {
		text += "; " + e.Instead
	}
	return text
}

// Unwrap gives ErrRefused and, if there is one, the cause.
func (e *RefusedError) Unwrap() []error {
	if e.err == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, e.err}
}

// opOf names a statement kind.
func opOf(k access.Kinds) string {
	switch k {
	case access.ReadRows:
		return "read"
	case access.CreateRows:
		return "create"
	case access.UpdateRows:
		return "update"
	case access.DeleteRows:
		return "delete"
	}
	return fmt.Sprintf("statement of kind %d", k)
}
