package scopesql

import (
	"errors"
	"fmt"
)

// Errors to tell apart with errors.Is.
var (
	ErrRefused = errors.New("scopesql: refused")             // the error is a *RefusedError
	ErrCursor  = errors.New("scopesql: cursor not accepted") // altered, of another list, or expired: begin at the first page
	ErrExpired = errors.New("scopesql: cursor expired")      // an ErrCursor that was good once
	ErrBudget  = errors.New("scopesql: too much for one statement")
)

// RefusedError says that a statement was not written, and what to do. errors.Is(err, ErrRefused).
type RefusedError struct {
	Why     string
	Instead string
	err     error
}

// Error implements error. The text is for developers: it has names, no values.
func (e *RefusedError) Error() string {
	text := "scopesql: refused: " + e.Why + "; " + e.Instead
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

// Unwrap gives ErrRefused and the cause, which for a denied decision is its Err.
func (e *RefusedError) Unwrap() []error {
	if e.err == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, e.err}
}

func refused(why, instead string, cause error) error {
	return &RefusedError{Why: why, Instead: instead, err: cause}
}

// BudgetError says that a scope and its filter are too large for one statement. Nothing is ever left out to make them
// fit. errors.Is(err, ErrBudget).
type BudgetError struct {
	What  string // tests, binds or parentheses within each other
	Have  int
	Limit int
}

// Error implements error.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("scopesql: the statement has %d %s, at most %d are sent: use a simpler scope or filter", e.Have, e.What, e.Limit)
}

// Unwrap returns [ErrBudget].
func (e *BudgetError) Unwrap() error { return ErrBudget }

// cursorError hides why a cursor was not accepted: the reasons differ for its holder only, and a forger learns nothing.
type cursorError struct{ expired bool }

func (e cursorError) Error() string {
	if e.expired {
		return ErrExpired.Error() + ": begin at the first page"
	}
	return ErrCursor.Error() + ": begin at the first page"
}

func (e cursorError) Is(target error) bool {
	return target == ErrCursor || e.expired && target == ErrExpired
}
