package access

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// CasbinPolicy is the policy in force for one tenant at one instant, as rows of Model. Package accesscasbin makes an
// enforcer of it.
type CasbinPolicy struct {
	Revision Revision

	// Lines are the rows, their type first, sorted, each once. Shared rows stand under the tenant's name, and every
	// grant that is live is a g row among the others. Suspensions and definitions have no rows.
	Lines [][]string

	// CoversType and CoversAction are the functions of the matcher that read the Catalog: what a rule's "*" covers.
	// They may be called concurrently.
	CoversType   func(pattern, typ, eft string) bool
	CoversAction func(pattern, typ, action, eft string) bool
}

// CasbinPolicy returns a tenant's policy as Casbin sees it at an instant. The zero time is now, by the clock of
// decisions: a grant that has ended stays ended if that clock is set back. Any other instant is taken as it is given.
func (a *Authorizer) CasbinPolicy(ctx context.Context, tenant string, at time.Time) (CasbinPolicy, error) {
	if a.closed.Load() {
		return CasbinPolicy{}, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return CasbinPolicy{}, err
	}
	if tenant == Shared {
		return CasbinPolicy{}, invalid("tenant", tenant, fmt.Errorf("is that of the shared rows: ask for a tenant, they are among its rows"))
	}
	if err := CheckID(tenant); err != nil {
		return CasbinPolicy{}, invalid("tenant", tenant, err)
	}
	v, err := a.get(ctx, tenant)
	if err != nil {
		return CasbinPolicy{}, err
	}
	latest := at
	if at.IsZero() {
		at = a.cfg.Now()
		latest = a.see(at)
	}
	f := a.casbinFunctions()
	return CasbinPolicy{v.revision(), v.snap.allCasbinLines(at, latest), f.CoversType, f.CoversAction}, nil
}

// allCasbinLines are all rows of the snapshot, with the grants live at t among them.
func (s *snapshot) allCasbinLines(t, latest time.Time) [][]string {
	var lines [][]string
	for role := range s.rows.each {
		for _, r := range s.rulesOf(role) {
			r.Tenant = s.tenant
			lines = append(lines, r.Line())
		}
		for _, r := range s.fieldsOf(role) {
			r.Tenant = s.tenant
			lines = append(lines, r.Line())
		}
	}
	for _, l := range s.links {
		l.Tenant = s.tenant
		lines = append(lines, l.Line())
	}
	for id, u := range s.users.each {
		for _, role := range u.direct {
			lines = append(lines, Assignment{id, role, s.tenant}.Line())
		}
		for _, g := range u.grants {
			if !t.Before(g.From) && latest.Before(g.Until) {
				lines = append(lines, Assignment{id, g.Role, s.tenant}.Line())
			}
		}
	}
	slices.SortFunc(lines, slices.Compare[[]string])
	return slices.CompactFunc(lines, slices.Equal[[]string])
}

// CasbinQuestion is what Casbin is asked to repeat the rules' part of a decision on one image of a record, for one of
// those whose rights count.
type CasbinQuestion struct {
	Subject, Tenant, Type, Action string // as rows write them: u:alice, acme, customer, view

	kept keptValues
}

// CasbinQuestions are what Casbin is asked about a decision on a record: its subject, and who acts for him, each on
// every image there is. The rules allow if the answer to all is yes. There are none if the decision is about a
// collection, or ended before the rules were asked.
func (d Decision) CasbinQuestions() []CasbinQuestion {
	x := d.full()
	if x == nil {
		return nil
	}
	var out []CasbinQuestion
	for _, p := range x.parties {
		for _, k := range p.kept {
			out = append(out, CasbinQuestion{
				Subject: userPrefix + p.id, Tenant: x.req.Subject.Tenant, Type: x.typ.Name, Action: x.req.Action,
				kept: keptValues{x.view.snap, p.prog, k.values},
			})
		}
	}
	return out
}

// Value is what a rule's when came to: -1 false, 0 unknown, 1 true. A name that the decision had no rule about is
// unknown.
func (q CasbinQuestion) Value(when string) (truth int8) {
	if q.kept.prog == nil {
		return 0
	}
	return q.kept.Value(when)
}
