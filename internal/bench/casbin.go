package main

import (
	"fmt"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// Casbin's model of RBAC with domains, a rule's when and its effect judged by a function. The first matcher is in the
// order of Casbin's documentation, the second asks what is cheap and rules out most rows first.
const (
	casbinModel = `
[request_definition]
r = sub, dom, obj, act, facts
[policy_definition]
p = sub, dom, obj, act, when, eft
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = `
	documented = `g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act && holds(r.facts, p.when)`
	reordered  = `r.dom == p.dom && r.obj == p.obj && r.act == p.act && g(r.sub, p.sub, r.dom) && holds(r.facts, p.when)`
)

// facts are what a rule's when is judged by. The map written by hand does it, so that Casbin pays little for it.
type facts struct {
	hand *hand
	user *handUser
	q    *question
}

// GetCacheKey lets the cached enforcer tell questions apart.
func (f *facts) GetCacheKey() string { return fmt.Sprint(f.q.customer.ID) }

func holds(args ...any) (any, error) {
	f := args[0].(*facts)
	return f.hand.holds(formOf[args[1].(string)], f.user, f.q), nil
}

// enforcer is what Casbin's enforcers have in common.
type enforcer interface {
	Enforce(rvals ...any) (bool, error)
}

func newCasbin(w *world, matcher string) (*casbin.Enforcer, error) {
	e, err := casbin.NewEnforcer(must(model.NewModelFromString(casbinModel + matcher)))
	if err != nil {
		return nil, err
	}
	return e, fill(e, w)
}

func newCachedCasbin(w *world) (*casbin.CachedEnforcer, error) {
	e, err := casbin.NewCachedEnforcer(must(model.NewModelFromString(casbinModel + reordered)))
	if err != nil {
		return nil, err
	}
	return e, fill(e.Enforcer, w)
}

func fill(e *casbin.Enforcer, w *world) error {
	e.AddFunction("holds", holds)
	var rules, links [][]string
	for _, tenant := range w.names {
		rows := w.policies[tenant].Rows
		for _, r := range rows.Rules[:w.rules] {
			rules = append(rules, r.Line()[1:])
		}
		for _, a := range rows.Assignments {
			links = append(links, a.Line()[1:])
		}
		for _, l := range rows.Inherits {
			links = append(links, l.Line()[1:])
		}
	}
	if ok, err := e.AddPolicies(rules); err != nil || !ok {
		return fmt.Errorf("casbin took no rules: %w", err)
	}
	if ok, err := e.AddGroupingPolicies(links); err != nil || !ok {
		return fmt.Errorf("casbin took no role links: %w", err)
	}
	return nil
}

// casbinAsk makes Casbin's request of a question.
func casbinAsk(h *hand, q *question) []any {
	return []any{"u:" + q.who, q.tenant, q.typ, q.action, &facts{h, h.tenants[q.tenant][q.who], q}}
}

// yesAfterRevoke reports whether the enforcer still allows what only the subject's roles allowed, once they are taken
// away.
func yesAfterRevoke(e *casbin.CachedEnforcer, w *world, h *hand) (bool, error) {
	for i := range w.questions {
		q := &w.questions[i]
		if !h.allowed(q) {
			continue
		}
		ask := casbinAsk(h, q)
		if ok, err := e.Enforce(ask...); err != nil || !ok {
			return false, fmt.Errorf("casbin refuses what its rows allow: %w", err)
		}
		if _, err := e.DeleteRolesForUserInDomain(ask[0].(string), ask[1].(string)); err != nil {
			return false, err
		}
		return e.Enforce(ask...)
	}
	return false, fmt.Errorf("no question of %d is allowed", len(w.questions))
}
