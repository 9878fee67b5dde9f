package scope

import (
	"errors"
	"fmt"
)

// ErrBudget is what errors.Is finds in a [*BudgetError].
var ErrBudget = errors.New("scope: too many values for one SQL list")

// BudgetError says that a list of values is too long for one SQL statement. The list is never
// cut: a shorter one would lose rows from an allow and add rows under a negation.
type BudgetError struct {
	Attr   string // the attribute compared with the list
	Values int    // how many values it holds
	Limit  int    // how many one list may hold
}

// Error implements error.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("scope: attribute %q is compared with %d values, a list holds at most %d: "+
		"use a scope with fewer teams or regions", e.Attr, e.Values, e.Limit)
}

// Unwrap returns [ErrBudget].
func (e *BudgetError) Unwrap() error { return ErrBudget }

// MissingError says that a record cannot answer a predicate because its shape lacks what the
// predicate reads. That is different from NULL, which is an answer.
type MissingError struct {
	Attr     string // the attribute, "" if a relation is missing
	Relation string // the relation, "" if an attribute is missing
	Shape    string // what the record is: a Go type, or "map"
}

// Error implements error.
func (e *MissingError) Error() string {
	if e.Relation != "" {
		return fmt.Sprintf("scope: related rows %q of %s are not known: "+
			"attach them with Record.With, or load the record by id", e.Relation, e.Shape)
	}
	return fmt.Sprintf("scope: %s has no attribute %q: select the column, "+
		`or name the field with the tag access:"%s"`, e.Shape, e.Attr, e.Attr)
}
