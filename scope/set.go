package scope

// Set answers what the predicate will be after a write that sets these attributes: tests of them
// become constants, the others stay. The result, ANDed to the write's own predicate, checks a bulk
// update before it runs. A value that is absent or of another kind than the test's makes it
// unknown. So does a write to the attribute that related rows point at, since which rows those
// will be is not known; before [Predicate.Within], any Set does that to an Exists.
func (p Predicate) Set(values map[string]Value) Predicate {
	if len(values) == 0 {
		return p
	}
	q, _ := p.rewrite(func(n node) (Predicate, error) {
		if t, ok := substitute(n, values); ok {
			return Const(t), nil
		}
		return Predicate{n}, nil
	})
	return q
}

func substitute(n node, values map[string]Value) (Truth, bool) {
	switch n := n.(type) {
	case *set:
		v, ok := values[n.attr]
		return n.test(v), ok
	case *order:
		v, ok := values[n.attr]
		return n.test(v), ok
	case *isNull:
		v, ok := values[n.attr]
		return n.test(v), ok
	case *under:
		v, ok := values[n.attr]
		return n.test(v), ok
	case *exists:
		if n.link == nil {
			return Unknown, true
		}
		_, ok := values[n.link.local]
		return Unknown, ok
	}
	return Unknown, false
}
