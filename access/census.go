package access

import (
	"slices"
	"strings"
	"time"
)

// census is what the rows of a policy say of its roles and of who holds them.
type census struct {
	own   map[string]bool     // made by a row of the tenant's own: a rule, a field rule, a link or a description
	made  map[string]bool     // made by any row
	named map[string]string   // given or inherited by a row of the tenant's own: the first such row
	given map[string]bool     // made by a link or a description, or given by a row, be it over
	held  map[string][]string // of a role that somebody holds, now or later: the roles that all of these hold
	human map[string]bool     // held by somebody who is no job
	infos map[string]RoleInfo // the tenant's own word first
}

// onlyJobs reports whether the role is held, and by jobs alone.
func (c *census) onlyJobs(role string) bool { return c.held[role] != nil && !c.human[role] }

// take makes the census.
func (l *linter) take() {
	c := &l.census
	*c = census{
		own: map[string]bool{}, made: map[string]bool{}, named: map[string]string{}, given: map[string]bool{},
		held: map[string][]string{}, human: map[string]bool{}, infos: map[string]RoleInfo{},
	}
	for role, rules := range l.rules {
		for _, r := range rules {
			c.make(role, r.Tenant == l.tenant)
		}
	}
	for role, rules := range l.fields {
		for _, r := range rules {
			c.make(role, r.Tenant == l.tenant)
		}
	}
	for _, i := range l.links {
		c.make(i.Role, i.Tenant == l.tenant)
		c.given[i.Role], c.given[i.Inherits] = true, true
		if i.Tenant == l.tenant {
			c.name(i.Inherits, i.String())
		}
	}
	for _, r := range l.infos {
		c.make(r.Name, r.Tenant == l.tenant)
		c.given[r.Name] = true
		c.describe(r, r.Tenant == l.tenant)
	}
	seen := map[string]bool{}
	l.users.each(func(_ string, u *user) bool {
		c.count(l.snapshot, u, l.now, seen)
		return true
	})
}

func (c *census) make(role string, own bool) {
	c.made[role] = true
	c.own[role] = c.own[role] || own
}

func (c *census) name(role, row string) {
	if was, ok := c.named[role]; !ok || row < was {
		c.named[role] = row
	}
}

func (c *census) describe(r RoleInfo, own bool) {
	was := c.infos[r.Name]
	if own {
		r.Purpose, was.Purpose = was.Purpose, r.Purpose
		r.Owner, was.Owner = was.Owner, r.Owner
	}
	if was.Purpose == "" {
		was.Purpose = r.Purpose
	}
	if was.Owner == "" {
		was.Owner = r.Owner
	}
	c.infos[r.Name] = was
}

// count adds one subject. Those who hold the same roles as somebody before, for good, add nothing.
func (c *census) count(s *snapshot, u *user, now time.Time, seen map[string]bool) {
	human := !strings.HasPrefix(u.id, systemPrefix)
	for _, role := range u.direct {
		c.given[role] = true
		c.name(role, Assignment{u.id, role, s.tenant}.String())
	}
	key := strings.Join(u.direct, ",")
	if human {
		key += ",human"
	}
	always := s.rolesOf(u.direct)
	if !seen[key] {
		seen[key] = true
		c.hold(always, always, human)
	}
	for _, g := range u.grants {
		c.given[g.Role] = true
		if g.Until.After(now) {
			c.name(g.Role, rowOf(g))
			c.hold(s.rolesOf([]string{g.Role}), s.rolesOf(append(slices.Clone(u.direct), g.Role)), human)
		}
	}
}

// hold notes that somebody holds the roles, and has all of these when he does.
func (c *census) hold(roles, all []string, human bool) {
	for _, r := range roles {
		c.human[r] = c.human[r] || human
		if was, ok := c.held[r]; ok {
			c.held[r] = slices.DeleteFunc(was, func(x string) bool { _, in := slices.BinarySearch(all, x); return !in })
		} else {
			c.held[r] = slices.Clone(all)
		}
	}
}

// rolesOf is the closure of roles, sorted; that of more roles than a subject may have is cut to those given.
func (s *snapshot) rolesOf(direct []string) []string {
	all, err := s.closure(direct)
	if err != nil {
		all = slices.Sorted(slices.Values(direct))
	}
	return all
}

func rowOf(g Grant) string {
	row := "grant, " + userPrefix + g.Subject + ", " + rolePrefix + g.Role + ", " + g.Tenant
	if !g.From.IsZero() {
		row += ", from " + g.From.UTC().Format(time.RFC3339)
	}
	return row + ", until " + g.Until.UTC().Format(time.RFC3339)
}
