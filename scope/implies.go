package scope

// Implies reports whether, by the form of the trees, every record that p selects is selected by q: a disjunct implies
// its disjunction, a conjunction its members. False does not promise that there is a record that tells them apart.
func (p Predicate) Implies(q Predicate) bool {
	if p.IsNone() || q.IsAll() || same(p, q) {
		return true
	}
	if n, ok := q.n.(*all); ok {
		return every(n.of, p.Implies)
	}
	if n, ok := p.n.(*some); ok {
		return every(n.of, func(m Predicate) bool { return m.Implies(q) })
	}
	if n, ok := p.n.(*all); ok && !every(n.of, func(m Predicate) bool { return !m.Implies(q) }) {
		return true
	}
	if n, ok := q.n.(*some); ok {
		return !every(n.of, func(m Predicate) bool { return !p.Implies(m) })
	}
	return false
}

func every(ps []Predicate, holds func(Predicate) bool) bool {
	for _, p := range ps {
		if !holds(p) {
			return false
		}
	}
	return true
}
