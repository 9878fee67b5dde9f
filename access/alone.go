package access

// alone is the snapshot with copies of these subjects and nobody else, and role sets of its own: deciding on it, and on
// what with makes of it, leaves no trace in s.
func (s *snapshot) alone(ids []string) *snapshot {
	next := *s
	next.sets = newRoleSets()
	users := map[string]*user{}
	for _, id := range ids {
		if u, _ := s.users.get(id); u != nil {
			users[id] = u.copied()
		}
	}
	next.users = newTable(users)
	return &next
}

// copied is the user with nothing worked out yet.
func (u *user) copied() *user {
	return &user{id: u.id, direct: u.direct, rare: u.rare}
}
