package access

import (
	"slices"
	"strings"
	"time"
)

// side is a tenant's policy on one side of the change. What it compiles it keeps to itself: role sets that nobody asks
// about would stay with the policy in force.
type side struct {
	*view
	seats    *seats
	programs map[string]*program // by bearing.key
	closures map[string][]string
	held     map[string]bool
}

func newSide(s *snapshot, org *organisation) *side {
	return &side{newView(s, org), newSeats(s, org), map[string]*program{}, map[string][]string{}, map[string]bool{}}
}

// ids are all that a row of either side names, sorted.
func (p *sides) ids() []string {
	all := map[string]bool{}
	for _, s := range []*side{p.was, p.next} {
		s.snap.users.each(func(id string, _ *user) bool { all[id] = true; return true })
	}
	return sortedKeys(all)
}

// hold is what a subject has on one side: roles, or a reason why they are no use.
type hold struct {
	roles []string
	bar   ReasonCode
}

func (h hold) key() string { return string(h.bar) + "\n" + strings.Join(h.roles, ",") }

// hold is what somebody has at an instant.
func (s *side) hold(id string, at time.Time) (hold, error) {
	u, _ := s.snap.users.get(id)
	if u == nil {
		u = newUser(id)
	}
	direct := slices.Clone(u.direct)
	for _, g := range u.grants {
		if !at.Before(g.From) && at.Before(g.Until) {
			direct = append(direct, g.Role)
		}
	}
	slices.Sort(direct)
	direct = slices.Compact(direct)
	key := strings.Join(direct, ",")
	roles, ok := s.closures[key]
	if !ok {
		var err error
		if roles, err = s.snap.closure(direct); err != nil {
			return hold{}, invalid("subject", id, err)
		}
		s.closures[key] = roles
		for _, r := range roles {
			s.held[r] = true
		}
	}
	return hold{roles, s.bars(u, direct).reason()}, nil
}

// stretch is a time in which a subject's roles stay what they are, before the change and after it.
type stretch struct {
	from, until time.Time // until zero: for good
	was, next   hold
}

// stretches are those from now on. Nothing but a grant that begins or ends tells them apart.
func (p *sides) stretches(id string) ([]stretch, error) {
	edges := []time.Time{p.from}
	for _, s := range []*side{p.was, p.next} {
		u, _ := s.snap.users.get(id)
		if u == nil {
			continue
		}
		for _, g := range u.grants {
			for _, t := range []time.Time{g.From, g.Until} {
				if t.After(p.from) {
					edges = append(edges, t)
				}
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	edges = slices.CompactFunc(edges, time.Time.Equal)
	var out []stretch
	for _, t := range edges {
		was, err := p.was.hold(id, t)
		if err != nil {
			return nil, err
		}
		next, err := p.next.hold(id, t)
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 {
			if out[n-1].was.key() == was.key() && out[n-1].next.key() == next.key() {
				continue
			}
			out[n-1].until = t
		}
		out = append(out, stretch{from: t, was: was, next: next})
	}
	return out, nil
}
