package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
)

// mayChange reports as an error why by may not change the rows of c's tenant. Who may is decided on the policy that is
// changed, not on what this node knew last. appointed: the configuration says so, not the policy.
func (a *Authorizer) mayChange(ctx context.Context, by Request, c Change, was *snapshot) (appointed bool, err error) {
	refused := &DeniedError{Action: "administer", Type: PolicyType}
	by.Action, by.Resource = "administer", Resource{Type: PolicyType}
	by.Advisory = false
	if err := a.prepare(&by, a.cfg.Now(), true); err != nil {
		return false, err
	}
	switch {
	case c.Tenant == Shared:
		return true, a.listed(ctx, a.cfg.Operators, by.Subject)
	case c.Tenant != by.Subject.Tenant:
		return false, refused
	case was.own == 0:
		if err := a.listed(ctx, a.cfg.Bootstrap, by.Subject); err == nil || !errors.Is(err, ErrDenied) {
			return true, err
		}
	}
	by.AtLeast = Revision{policy: c.Base}
	d, err := a.Authorize(ctx, by)
	if err != nil {
		return false, err
	}
	return false, d.Err()
}

// sparesSelf refuses a change of what the one who makes it holds himself, be it more or less.
func sparesSelf(s Subject, c Change, was, after *snapshot) error {
	refused := &DeniedError{Action: "administer", Type: PolicyType}
	for _, id := range s.ids() {
		if c.Add.names(id) || c.Remove.names(id) || !slices.Equal(was.foundation(id), after.foundation(id)) {
			return refused
		}
	}
	return nil
}

// listed is nil if s is one of the subjects and is neither suspended nor inactive nor, where the directory knows his
// tenant, unknown there.
func (a *Authorizer) listed(ctx context.Context, subjects []Subject, s Subject) error {
	refused := &DeniedError{Action: "administer", Type: PolicyType}
	if s.Actor != "" || !slices.ContainsFunc(subjects, func(x Subject) bool { return x.ID == s.ID && x.Tenant == s.Tenant && x.system == s.system }) {
		return refused
	}
	v, err := a.get(ctx, s.Tenant)
	switch {
	case errors.Is(err, ErrUnknownTenant):
		return nil
	case err != nil:
		return err
	case v.snap.suspends(s.ID):
		return refused
	case v.org != nil && !s.system && (v.org.people[s.ID] == nil || v.org.people[s.ID].Inactive):
		return refused
	}
	return nil
}

func (s *snapshot) suspends(id string) bool {
	u, _ := s.users.get(id)
	return u != nil && len(u.suspended) > 0
}

// ids are those whose rights count: the subject's, and that of who acts for him.
func (s Subject) ids() []string {
	if s.Actor == "" || s.Actor == s.ID {
		return []string{s.ID}
	}
	return []string{s.ID, s.Actor}
}

// names reports whether a row is about the subject himself.
func (r Rows) names(subject string) bool {
	return slices.ContainsFunc(r.Assignments, func(x Assignment) bool { return x.Subject == subject }) ||
		slices.ContainsFunc(r.Grants, func(x Grant) bool { return x.Subject == subject }) ||
		slices.ContainsFunc(r.Suspensions, func(x Suspension) bool { return x.Subject == subject })
}

// foundation is all that the subject's rights rest on, as text: his roles, now or ever, their rules and what the names
// in these mean.
func (s *snapshot) foundation(subject string) []string {
	u, _ := s.users.get(subject)
	if u == nil {
		return nil
	}
	direct := slices.Clone(u.direct)
	for _, g := range u.grants {
		direct = append(direct, g.Role)
	}
	roles, err := s.closure(direct)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	used := map[string]bool{}
	for _, role := range roles {
		out = append(out, role)
		for _, r := range s.rulesOf(role) {
			out = append(out, r.String())
			s.meanings(r.When, used)
		}
		for _, r := range s.fieldsOf(role) {
			out = append(out, r.String())
			s.meanings(r.When, used)
		}
	}
	for _, d := range s.defs {
		if used[d.Name] {
			text, err := json.Marshal(d)
			out = append(out, fmt.Sprint(string(text), err))
		}
	}
	slices.Sort(out)
	return out
}

// meanings adds the names that an expression uses, directly and through definitions.
func (s *snapshot) meanings(text string, used map[string]bool) {
	e, err := when.Parse(text)
	if err != nil {
		return
	}
	e.Names(func(n when.Name) {
		if used[n.Name] || n.Pin == "action" {
			return
		}
		used[n.Name] = true
		if m := s.names[n.Name]; m.expr != nil {
			s.meanings(m.expr.String(), used)
		}
	})
}
