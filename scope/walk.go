package scope

import "slices"

// Attrs returns the attributes of the record that the predicate reads, sorted. Once [Predicate.Within]
// has completed it, those that related rows point at are included.
func (p Predicate) Attrs() []string {
	var names []string
	p.walk(func(n node) {
		switch n := n.(type) {
		case *set:
			names = append(names, n.attr)
		case *order:
			names = append(names, n.attr)
		case *isNull:
			names = append(names, n.attr)
		case *under:
			names = append(names, n.attr)
		case *exists:
			if n.link != nil {
				names = append(names, n.link.local)
			}
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Facts returns the predicate's distinct [Exists] nodes, so that a loader can answer them for many
// records in one query and attach the answers with [Record.WithFact].
func (p Predicate) Facts() []Predicate {
	var facts []Predicate
	p.walk(func(n node) {
		if n, ok := n.(*exists); ok && !slices.ContainsFunc(facts, func(f Predicate) bool { return equal(f.n, n) }) {
			facts = append(facts, Predicate{n})
		}
	})
	return facts
}

// walk visits the nodes that read the record itself, not those inside Exists.
func (p Predicate) walk(visit func(node)) {
	visit(p.n)
	switch n := p.n.(type) {
	case *all:
		for _, m := range n.of {
			m.walk(visit)
		}
	case *some:
		for _, m := range n.of {
			m.walk(visit)
		}
	case *not:
		n.of.walk(visit)
	}
}

// rewrite rebuilds the predicate with each of the nodes that walk visits replaced, and simplifies.
func (p Predicate) rewrite(leaf func(node) (Predicate, error)) (Predicate, error) {
	switch n := p.n.(type) {
	case nil, constant:
		return p, nil
	case *all:
		of, err := rewriteEach(n.of, leaf)
		return And(of...), err
	case *some:
		of, err := rewriteEach(n.of, leaf)
		return Or(of...), err
	case *not:
		m, err := n.of.rewrite(leaf)
		return Not(m), err
	default:
		return leaf(n)
	}
}

func rewriteEach(of []Predicate, leaf func(node) (Predicate, error)) ([]Predicate, error) {
	out := make([]Predicate, len(of))
	for i, m := range of {
		var err error
		if out[i], err = m.rewrite(leaf); err != nil {
			return nil, err
		}
	}
	return out, nil
}
