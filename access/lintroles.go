package access

import (
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// along are the roles that whoever holds a role holds too, itself included.
func (l *linter) along(role string) []string {
	if all, ok := l.census.held[role]; ok {
		return all
	}
	return l.rolesOf([]string{role})
}

// lookAtRoles finds roles without a purpose or an owner, those that nobody holds, and those that are given and unknown.
func (l *linter) lookAtRoles() {
	for _, role := range sortedKeys(l.census.own) {
		if !l.census.own[role] {
			continue
		}
		var missing []string
		if l.census.infos[role].Purpose == "" {
			missing = append(missing, "purpose")
		}
		if l.census.infos[role].Owner == "" {
			missing = append(missing, "owner")
		}
		if missing != nil {
			l.found(Finding{Code: FindingUndescribed, Role: role, Names: missing})
		}
		if _, held := l.census.held[role]; !held && l.tenant != Shared {
			l.found(Finding{Code: FindingUnheld, Role: role})
		}
	}
	for role, row := range l.census.named {
		if !l.census.made[role] {
			l.found(Finding{Code: FindingUnknownRole, Role: role, Row: row})
		}
	}
}

// inheritance names each role that gets a deny or a hide from another.
func (l *linter) inheritance() {
	heirs := map[string]bool{}
	for _, i := range l.links {
		heirs[i.Role] = true
	}
	for heir := range heirs {
		mine := l.census.own[heir]
		for _, role := range l.rolesOf([]string{heir}) {
			if role == heir {
				continue
			}
			for _, d := range l.denies[role] {
				if mine || d.Tenant == l.tenant {
					l.found(Finding{Code: FindingInheritedDeny, Role: heir, Row: d.String()})
				}
			}
			for _, h := range l.hides[role] {
				if mine || h.Tenant == l.tenant {
					l.found(Finding{Code: FindingInheritedDeny, Role: heir, Row: h.String()})
				}
			}
		}
	}
}

// expiring finds grants of a role that administers.
func (l *linter) expiring() {
	l.users.each(func(_ string, u *user) bool {
		for _, g := range u.grants {
			if g.Until.After(l.now) && l.administers(g.Role) {
				l.found(Finding{Code: FindingExpiringAdmin, Role: g.Role, Row: rowOf(g)})
			}
		}
		return true
	})
}

func (l *linter) administers(role string) bool {
	for _, x := range l.rolesOf([]string{role}) {
		if slices.ContainsFunc(l.rules[x], func(r Rule) bool {
			return r.Effect == Allow && r.Action == "administer" && len(l.live(r)) > 0
		}) {
			return true
		}
	}
	return false
}

// unusedNames finds the tenant's own definitions that no rule uses, be it through another that is used.
func (l *linter) unusedNames() {
	if l.tenant == Shared {
		return // a tenant's rules may use them
	}
	texts, used := map[string]bool{}, map[string]bool{}
	for _, rules := range l.rules {
		for _, r := range rules {
			texts[r.When] = true
		}
	}
	for _, rules := range l.fields {
		for _, r := range rules {
			texts[r.When] = true
		}
	}
	for text := range texts {
		l.meanings(text, used)
	}
	for _, d := range l.defs {
		if d.Tenant == l.tenant && !used[d.Name] {
			l.found(Finding{Code: FindingUnusedName, Names: []string{d.Name}})
		}
	}
}

// viewedByAll finds the types of which everyone who holds a role now views every record in all circumstances. Types
// whose records belong to nobody in particular are meant for all.
func (l *linter) viewedByAll() {
	if l.tenant == Shared {
		return
	}
	var types []*typeInfo
	for _, name := range l.cat.names {
		if t := l.cat.types[name]; t.actions["view"] != nil && (t.Sensitive || t.belongs()) {
			types = append(types, t)
		}
	}
	seen := map[string]bool{}
	l.users.each(func(_ string, u *user) bool {
		if len(u.suspended) > 0 || strings.HasPrefix(u.id, systemPrefix) {
			return true
		}
		roles := l.rolesOf(u.rolesAt(l.now))
		if key := strings.Join(roles, ","); key != "" && !seen[key] {
			seen[key] = true
			types = slices.DeleteFunc(types, func(t *typeInfo) bool { return !l.viewsAll(roles, t) })
		}
		return len(types) > 0
	})
	if len(seen) == 0 {
		return
	}
	for _, t := range types {
		l.found(Finding{Code: FindingViewedByAll, Names: []string{t.Name}})
	}
}

// belongs reports whether records of the type are somebody's, a team's or a region's.
func (t *typeInfo) belongs() bool {
	s := &t.Schema
	return len(s.Owner) > 0 || s.Team != "" || s.Region != "" || s.Creator != ""
}

// viewsAll reports whether the roles together allow to view every record of the type, and no deny can apply.
func (l *linter) viewsAll(roles []string, t *typeInfo) bool {
	open := false
	for _, role := range roles {
		if slices.ContainsFunc(l.denies[role], func(d Rule) bool { return l.covers(d, t, "view") && l.canApply(d.When, Deny, "view") }) {
			return false
		}
		open = open || slices.ContainsFunc(l.rules[role], func(r Rule) bool {
			return r.Effect == Allow && l.covers(r, t, "view") && truthOf(l.form(r.When, "view"), constant) == scope.True
		})
	}
	return open
}
