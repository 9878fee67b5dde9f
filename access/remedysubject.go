package access

import (
	"maps"
	"slices"
)

// subjects tries to let in somebody who is refused whatever the rules say.
func (c *cure) subjects() error {
	id := c.d.barred()
	if id == "" {
		return nil
	}
	v := c.d.view
	if u, _ := v.snap.users.get(id); u != nil && len(u.suspended) > 0 {
		x := Suspension{Subject: id, Tenant: v.snap.tenant, Reason: u.suspended[0]}
		_, err := c.tryRows(Remedy{Code: RemedyUnsuspend, Subject: id, Remove: &Rows{Suspensions: []Suspension{x}}})
		return err
	}
	if v.org == nil {
		return nil
	}
	code, p := RemedyEnrol, Person{ID: id}
	if now := v.org.people[id]; now != nil {
		code, p = RemedyActivate, *now
		p.Inactive = false
	}
	org := *v.org
	org.people = maps.Clone(org.people)
	org.people[id] = &p
	_, err := c.try(Remedy{Code: code, Subject: id}, newView(c.view.snap, &org), c.request())
	return err
}

// roles tries to give each role that has, or inherits, a rule which allows the action on the type.
func (c *cure) roles() error {
	s := c.d.view.snap
	targets := c.failing()
	if id := c.d.barred(); id != "" {
		targets = []*party{{id: id}}
	}
	candidates := s.rolesAllowing(c.d.typ, c.d.typ.actions[c.d.req.Action])
	for _, p := range targets {
		for _, role := range candidates {
			if _, held := slices.BinarySearch(p.holds.all, role); held {
				continue
			}
			row := Assignment{Subject: p.id, Role: role, Tenant: s.tenant}
			if _, err := c.tryRows(Remedy{Code: RemedyAssign, Subject: p.id, Add: &Rows{Assignments: []Assignment{row}}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// rolesAllowing are the roles with a rule of their own that allows the action, then those that inherit one, each sorted.
func (s *snapshot) rolesAllowing(t *typeInfo, act *actionInfo) []string {
	var out []string
	for _, role := range s.allRoles() {
		rows, _ := s.rows.get(role)
		if slices.ContainsFunc(rows.rules, func(r ruleRow) bool { return !r.deny && r.covers(t, act) }) {
			out = append(out, role)
		}
	}
	above := map[string][]string{}
	for _, l := range s.links {
		above[l.Inherits] = append(above[l.Inherits], l.Role)
	}
	seen := map[string]bool{}
	for _, role := range out {
		seen[role] = true
	}
	heirs := map[string]bool{}
	for queue := slices.Clone(out); len(queue) > 0; queue = queue[1:] {
		for _, role := range above[queue[0]] {
			if !seen[role] {
				seen[role], heirs[role] = true, true
				queue = append(queue, role)
			}
		}
	}
	return append(out, sortedKeys(heirs)...)
}
