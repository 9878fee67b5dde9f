package access

import "github.com/seed9b40ffc1/crmaccess/scope"

// seats is a policy to decide on that leaves no trace in the one in force: it has role sets and programs of its own, and of
// each subject, from when he is first asked about, a copy. What is worked out for him here takes no place of what is kept for him
// there. One goroutine at a time may use it.
type seats struct {
	*view
	users table[*user]
}

func newSeats(s *snapshot, org *organisation) *seats {
	return &seats{newView(s.alone(nil), org), s.users}
}

// of is the policy with those whose rights count.
func (x *seats) of(s Subject) *view {
	for _, id := range s.ids() {
		if _, seated := x.snap.users.get(id); seated {
			continue
		}
		if u, _ := x.users.get(id); u != nil {
			x.snap.users = x.snap.users.with(id, u.copied())
		}
	}
	return x.view
}

// person is what scopes know of somebody.
func (v *view) person(id string) scope.Subject {
	sub := scope.Subject{ID: id, Tenant: v.snap.tenant}
	if v.org == nil {
		return sub
	}
	sub.TeamTree, sub.RegionTree, sub.Reporting = v.org.Teams, v.org.Regions, v.org.reports
	if p := v.org.people[id]; p != nil {
		sub.Teams, sub.Regions, sub.Attrs = p.Teams, p.Regions, p.Attrs
	}
	return sub
}
