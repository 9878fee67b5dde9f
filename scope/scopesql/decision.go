package scopesql

import "github.com/seed9b40ffc1/crmaccess/scope"

// Decision is what this package needs of an access.Decision, which is one.
type Decision interface {
	Allowed() bool
	Err() error      // why not, if it is not allowed
	Advisory() bool  // of which nothing is on record
	ReadsRows() bool // statements that read rows may run under it
	Scope() scope.Predicate
	Schema() *scope.Schema
	Queryable(fields ...string) error // nil if each may be filtered and sorted by
	Binding() string                  // subject, tenant, type, action and revision
}

// reads returns the rows that a decision lets its subject read.
func reads(d Decision) (scope.Predicate, *scope.Schema, error) {
	switch {
	case d == nil:
		return scope.Predicate{}, nil, refused("there is no decision", "pass the one that Authorize returned", nil)
	case !d.Allowed():
		return scope.Predicate{}, nil, refused("the decision is a denial", "look at Decision.Allowed first", d.Err())
	case d.Advisory():
		return scope.Predicate{}, nil, refused("the decision is advisory, of which nothing is on record", "ask again without Advisory", nil)
	case !d.ReadsRows():
		return scope.Predicate{}, nil, refused("its action reads no rows", "ask for one whose Kinds have ReadRows, such as view", nil)
	}
	s := d.Schema()
	if err := s.Validate(); err != nil {
		return scope.Predicate{}, nil, refused("its type has no table to read", "complete the Schema in the Catalog", err)
	}
	return d.Scope(), s, nil
}
