// Package records runs the statements of the CRM, each within a decision: what a decision does not cover is neither
// read, counted, searched, sorted by, written nor shown.
//
// All statements go through a handle on which the row guard is installed. Rows leave this package as maps that hold the
// visible fields only, masked where the decision says so.
package records
