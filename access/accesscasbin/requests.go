package accesscasbin

import (
	"errors"

	"github.com/casbin/casbin/v2"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// Enforce lets Casbin decide again what the rules said of the decision's record: steps 3 to 5 of the order that package
// access states, and on both images of a write. It is true if e, made by [Enforcer] for the decision's tenant and time
// at the decision's Revision, allows what [Requests] ask. It is false for a decision that ended before the rules were
// asked, as that of a suspended subject, and may be true for a write that was refused for its fields alone.
//
// The zero Decision and one about a collection are errors, for Casbin decides one record at a time, and so is an
// enforcer that allows everything. An error is never an allow.
func Enforce(e *casbin.Enforcer, d access.Decision) (bool, error) {
	questions, err := questions(d)
	if err != nil {
		return false, err
	}
	if ok, err := casbinx.Enforce(e, "u:-", "-", "-", "-", access.CasbinQuestion{}); err != nil || ok {
		return false, errors.Join(err, errors.New("accesscasbin: the enforcer cannot say no: make a fresh one with Enforcer, or switch it on with EnableEnforce(true)"))
	}
	for _, q := range questions {
		ok, err := casbinx.Enforce(e, q.Subject, q.Tenant, q.Type, q.Action, q)
		if err != nil || !ok {
			return false, err
		}
	}
	return len(questions) > 0, nil
}

// Requests are what Casbin is asked about a decision on a record, each the five values sub, dom, obj, act and kept of
// [access.Model], for BatchEnforce, Enforce or EnforceEx of an enforcer made by [Enforcer]. There is one for the subject
// and one for who acts for him, on each image of the record; the rules allow if all are allowed. A decision that ended
// before the rules were asked has none; the zero Decision and one about a collection are errors.
//
// The last value holds what the decision found of each rule's when. It belongs to the four before it: with those of
// another request Casbin's answer means nothing.
func Requests(d access.Decision) ([][]any, error) {
	questions, err := questions(d)
	if err != nil {
		return nil, err
	}
	out := make([][]any, len(questions))
	for i, q := range questions {
		out[i] = []any{q.Subject, q.Tenant, q.Type, q.Action, casbinx.Keep(q)}
	}
	return out, nil
}

func questions(d access.Decision) ([]access.CasbinQuestion, error) {
	switch {
	case d.Schema() == nil:
		return nil, errors.New("accesscasbin: the zero Decision asks nothing: pass one that Authorize or Explain returned without an error")
	case d.Collection():
		return nil, errors.New("accesscasbin: the decision is about a collection, Casbin decides one record at a time: ask about a record")
	}
	return d.CasbinQuestions(), nil
}
