package scope

import "slices"

// And is the conjunction. And() is None: nothing given never means everything. Constants are
// simplified, nested conjunctions flattened and equal members dropped.
func And(ps ...Predicate) Predicate {
	if len(ps) == 0 {
		return None()
	}
	return combine(ps, False, func(n node) []Predicate {
		if n, ok := n.(*all); ok {
			return n.of
		}
		return nil
	}, func(of []Predicate) node { return &all{of} })
}

// Or is the disjunction. Or() is None. It is simplified as [And] is.
func Or(ps ...Predicate) Predicate {
	if len(ps) == 0 {
		return None()
	}
	return combine(ps, True, func(n node) []Predicate {
		if n, ok := n.(*some); ok {
			return n.of
		}
		return nil
	}, func(of []Predicate) node { return &some{of} })
}

// Not is the negation. The negation of unknown is unknown.
func Not(p Predicate) Predicate {
	switch n := p.n.(type) {
	case nil:
		return Predicate{}
	case constant:
		return Const(Truth(n).Not())
	case *not:
		return n.of
	}
	return Predicate{&not{p}}
}

// combine joins ps, of which one constant decides the whole and its negation is dropped.
func combine(ps []Predicate, decides Truth, nested func(node) []Predicate, join func([]Predicate) node) Predicate {
	var kept []Predicate
	for _, p := range ps {
		members := nested(p.n)
		if members == nil {
			members = []Predicate{p}
		}
		for _, m := range members {
			if t, ok := m.Truth(); ok && t == decides {
				return m
			} else if ok && t == decides.Not() {
				continue
			}
			if !slices.ContainsFunc(kept, func(k Predicate) bool { return same(k, m) }) {
				kept = append(kept, m)
			}
		}
	}
	switch len(kept) {
	case 0:
		return Const(decides.Not())
	case 1:
		return kept[0]
	}
	return Predicate{join(kept)}
}

// Truth returns the answer if it is the same for every record, by the tree's form alone.
func (p Predicate) Truth() (t Truth, constantly bool) {
	switch n := p.n.(type) {
	case nil:
		return Unknown, true
	case constant:
		return Truth(n), true
	}
	return Unknown, false
}

// IsAll reports whether p is the constant True.
func (p Predicate) IsAll() bool { return p.n == constant(True) }

// IsNone reports whether p can select nothing, by the tree's form: it is constantly False or
// unknown, or a conjunction with such a member. False does not promise that it selects something.
func (p Predicate) IsNone() bool { return never(p, True) }

// never reports whether p, by its form, can't have the answer t, which is True or False.
func never(p Predicate, t Truth) bool {
	is := func(m Predicate) bool { return never(m, t) }
	switch n := p.n.(type) {
	case nil:
		return true
	case constant:
		return Truth(n) != t
	case *not:
		return never(n.of, t.Not())
	case *all:
		return t == True && slices.ContainsFunc(n.of, is) || t == False && !slices.ContainsFunc(n.of, func(m Predicate) bool { return !is(m) })
	case *some:
		return t == False && slices.ContainsFunc(n.of, is) || t == True && !slices.ContainsFunc(n.of, func(m Predicate) bool { return !is(m) })
	}
	return false
}
