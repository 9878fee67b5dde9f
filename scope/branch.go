package scope

import "slices"

// Branch is one of the alternatives that a predicate ORs: the records that have one of the values in the attribute and
// also meet Rest.
type Branch struct {
	Attr   string
	Values []Value // distinct, at least one
	Rest   Predicate
}

// Predicate selects the records of the branch.
func (b Branch) Predicate() Predicate { return And(In(b.Attr, b.Values...), b.Rest) }

// Branches takes an OR under the tenant apart, as own || team is one, so that each alternative can be read from an index
// of its own. p is True for a record exactly if common is True and the predicate of at least one branch is; whether it
// is False or unknown else is not kept. A record may be in several branches.
//
// ok is false if p has no OR, or one with an alternative that asks for no values of an attribute. Call it on a
// predicate that [Predicate.Within] has completed.
func (p Predicate) Branches() (common Predicate, of []Branch, ok bool) {
	members := []Predicate{p}
	if n, is := p.n.(*all); is {
		members = n.of
	}
	for i, m := range members {
		if _, is := m.n.(*some); !is {
			continue
		}
		if of, ok = m.alternatives(); ok && len(of) > 0 {
			return conjunction(without(members, i)), merged(of), true
		}
	}
	return p, nil, false
}

// alternatives lists the branches of which at least one is True exactly where p is.
func (p Predicate) alternatives() ([]Branch, bool) {
	switch n := p.n.(type) {
	case *set:
		return []Branch{{n.attr, n.values, All()}}, n.kind != 0
	case *under:
		if values := n.values(n.kind); len(values) > 0 {
			return []Branch{{n.attr, values, All()}}, true
		}
		return nil, n.kind != 0
	case *some:
		var of []Branch
		for _, m := range n.of {
			more, ok := m.alternatives()
			if !ok {
				return nil, false
			}
			of = append(of, more...)
		}
		return of, true
	case *all:
		return n.alternatives()
	}
	return nil, false
}

// alternatives starts from the member that asks for the fewest values.
func (n *all) alternatives() (of []Branch, ok bool) {
	least := 0
	for i, m := range n.of {
		led, is := m.alternatives()
		values := 0
		for _, b := range led {
			values += len(b.Values)
		}
		if !is || ok && values >= least {
			continue
		}
		of, ok, least = nil, true, values
		rest := conjunction(without(n.of, i))
		for _, b := range led {
			of = append(of, Branch{b.Attr, b.Values, conjunction([]Predicate{b.Rest, rest})})
		}
	}
	return of, ok
}

// merged joins branches that differ in their values only.
func merged(of []Branch) []Branch {
	var out []Branch
	for _, b := range of {
		i := slices.IndexFunc(out, func(o Branch) bool { return o.Attr == b.Attr && same(o.Rest, b.Rest) })
		if i < 0 {
			out = append(out, b)
			continue
		}
		out[i].Values = distinct(slices.Concat(out[i].Values, b.Values))
	}
	return out
}

// conjunction is And for members that may be none, because what they stood beside is elsewhere.
func conjunction(ps []Predicate) Predicate { return And(append(slices.Clone(ps), All())...) }

func without(ps []Predicate, i int) []Predicate {
	return slices.Delete(slices.Clone(ps), i, i+1)
}
