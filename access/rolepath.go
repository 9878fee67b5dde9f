package access

import (
	"cmp"
	"slices"
	"time"
)

// Step is one row by which somebody comes by a role: the first of a path gives him a role, each of the others leads from
// a role to one that it inherits. Exactly one of its fields is set.
type Step struct {
	Assignment *Assignment  `json:"assignment,omitempty"`
	Grant      *Grant       `json:"grant,omitempty"`
	Inherits   *Inheritance `json:"inherits,omitempty"`
}

// Role is the role that the step ends at.
func (s Step) Role() string {
	switch {
	case s.Assignment != nil:
		return s.Assignment.Role
	case s.Grant != nil:
		return s.Grant.Role
	case s.Inherits != nil:
		return s.Inherits.Inherits
	}
	return ""
}

const (
	maxPaths = 8   // kept for one role of one subject, the shortest first
	maxQueue = 512 // looked at for that
)

// paths finds how one subject comes by his roles, at one instant.
type paths struct {
	roots map[string][]Step        // assignments and grants that are live, by role
	above map[string][]Inheritance // links between roles he holds, by the role inherited
	cut   bool
}

func (s *snapshot) paths(id string, held []string, t, latest time.Time) *paths {
	p := &paths{roots: map[string][]Step{}, above: map[string][]Inheritance{}}
	u, _ := s.users.get(id)
	if u == nil {
		return p
	}
	for _, role := range slices.Compact(slices.Clone(u.direct)) {
		p.roots[role] = append(p.roots[role], Step{Assignment: &Assignment{id, role, s.tenant}})
	}
	for _, g := range u.grants {
		if !t.Before(g.From) && latest.Before(g.Until) {
			p.roots[g.Role] = append(p.roots[g.Role], Step{Grant: &g})
		}
	}
	for _, l := range s.links {
		if _, has := slices.BinarySearch(held, l.Role); has {
			p.above[l.Inherits] = append(p.above[l.Inherits], l)
		}
	}
	for _, links := range p.above {
		slices.SortFunc(links, func(a, b Inheritance) int {
			return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Tenant, b.Tenant))
		})
	}
	return p
}

// to returns the ways to a role, shortest first. No two of them are of the same rows, nor one of a part of another's.
func (p *paths) to(role string) [][]Step {
	var out [][]Step
	type part struct {
		from string
		rest []Step
	}
	queue := []part{{role, nil}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, root := range p.roots[at.from] {
			if len(out) == maxPaths {
				p.cut = true
				return out
			}
			out = append(out, slices.Concat([]Step{root}, at.rest))
		}
		for _, l := range p.above[at.from] {
			if len(queue) == maxQueue {
				p.cut = true
				break
			}
			queue = append(queue, part{l.Role, slices.Concat([]Step{{Inherits: &l}}, at.rest)})
		}
	}
	return out
}
