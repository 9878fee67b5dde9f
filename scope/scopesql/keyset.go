package scopesql

import "github.com/seed9b40ffc1/crmaccess/scope"

// beyond selects the rows that come after a position, or before it if back is set. at has a value for each term.
func beyond(by []term, at []scope.Value, back bool) scope.Predicate {
	var steps []scope.Predicate
	same := []scope.Predicate{scope.All()}
	for i, o := range by {
		steps = append(steps, scope.And(append(same[:len(same):len(same)], o.past(at[i], back))...))
		same = append(same, equals(o.attr.Name, at[i]))
	}
	past := scope.Or(steps...)
	if first := by[0]; first.notNull && len(by) > 1 {
		return scope.And(scope.Compare(first.attr.Name, first.op(back, true), at[0]), past) // a range that an index has
	}
	return past
}

// past selects what follows v in the order of one term. NULLs are last, and so first if back is set.
func (o term) past(v scope.Value, back bool) scope.Predicate {
	switch {
	case v.IsNull() && back:
		return scope.Not(scope.IsNull(o.attr.Name))
	case v.IsNull():
		return scope.None()
	case o.notNull || back:
		return scope.Compare(o.attr.Name, o.op(back, false), v)
	}
	return scope.Or(scope.Compare(o.attr.Name, o.op(back, false), v), scope.IsNull(o.attr.Name))
}

func (o term) op(back, equal bool) scope.Op {
	switch {
	case o.desc != back && equal:
		return scope.Le
	case o.desc != back:
		return scope.Lt
	case equal:
		return scope.Ge
	}
	return scope.Gt
}

func equals(attr string, v scope.Value) scope.Predicate {
	if v.IsNull() {
		return scope.IsNull(attr)
	}
	return scope.Eq(attr, v)
}
