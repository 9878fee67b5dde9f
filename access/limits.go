package access

import (
	"slices"
	"time"
)

// checkUsers refuses a subject with too many roles.
func (s *snapshot) checkUsers() error {
	var err error
	s.users.each(func(_ string, u *user) bool {
		err = s.checkUser(u)
		return err == nil
	})
	return err
}

// checkUser refuses a subject who has more than MaxRoles roles, inherited ones included, at any instant.
func (s *snapshot) checkUser(u *user) error {
	if len(u.direct)+len(u.grants)+2*len(s.links) <= MaxRoles {
		return nil // whatever they inherit, links are between two roles
	}
	ever := slices.Clone(u.direct)
	for _, g := range u.grants {
		ever = append(ever, g.Role)
	}
	if _, err := s.closure(ever); err == nil {
		return nil
	}
	if _, err := s.closure(u.direct); err != nil {
		return invalid("subject", u.id, err)
	}
	for _, g := range u.grants {
		if _, err := s.closure(u.rolesAt(g.From)); err != nil {
			return invalid("subject", u.id, err)
		}
	}
	return nil
}

// rolesAt are the roles that are the user's own at t; it is only when a grant begins that they become more.
func (u *user) rolesAt(t time.Time) []string {
	roles := slices.Clone(u.direct)
	for _, g := range u.grants {
		if !t.Before(g.From) && t.Before(g.Until) {
			roles = append(roles, g.Role)
		}
	}
	return roles
}
