package access

// apart is the snapshot with role sets and programs of its own. What is compiled for a change that is only supposed must
// not be found by the snapshots that come to be in force: programs are known by the numbers of their texts, and another
// change gives the same numbers to other texts.
func (s *snapshot) apart() *snapshot {
	next := *s
	next.sets = newRoleSets()
	return &next
}

// alone is the snapshot apart, with copies of these subjects and nobody else: deciding on it leaves no trace in s.
func (s *snapshot) alone(ids []string) *snapshot {
	next := s.apart()
	next.users = table[*user]{}
	for _, id := range ids {
		if u, _ := s.users.get(id); u != nil {
			next.users.put(id, u.copied())
		}
	}
	return next
}

// copied is the user with nothing worked out yet.
func (u *user) copied() *user {
	out := newUser(u.id)
	out.direct, out.grants, out.suspended = u.direct, u.grants, u.suspended
	return out
}
