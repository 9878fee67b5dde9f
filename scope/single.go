package scope

import "slices"

// The tests of single values are shared by Eval, which reads them from a record, and Set, which
// is given them. A value that is absent or of another kind is unknown.

func (n *set) test(v Value) Truth {
	switch {
	case v.null:
		if n.total {
			return False
		}
		return Unknown
	case v.kind != n.kind || v.kind == 0:
		return Unknown
	}
	if len(n.values) == 1 {
		return truthOf(v == n.values[0])
	}
	_, found := slices.BinarySearchFunc(n.values, v, ordered)
	return truthOf(found)
}

func (n *order) test(v Value) Truth {
	c, ok := v.Compare(n.value)
	if !ok {
		return Unknown
	}
	switch n.op {
	case Lt:
		return truthOf(c < 0)
	case Le:
		return truthOf(c <= 0)
	case Gt:
		return truthOf(c > 0)
	default:
		return truthOf(c >= 0)
	}
}

func (n *isNull) test(v Value) Truth {
	if v.IsZero() {
		return Unknown
	}
	return truthOf(v.null)
}

func (n *under) test(v Value) Truth {
	if v.kind == 0 || n.kind != 0 && v.kind != n.kind {
		return Unknown
	}
	id := v.String()
	if _, ok := ParseID(v.kind, id); !ok {
		return False
	}
	return truthOf(slices.ContainsFunc(n.roots, func(root string) bool { return n.tree.Under(id, root) }))
}

// isBlank reports whether v is one of the values of nobody.
func isBlank(v Value) bool { return slices.Contains(blanks(v.kind), v) }
