package scope

// Renamed returns the predicate with each attribute and relation of the record renamed. What related rows have keeps its
// names. So tests of two records can stand in one predicate, as tests of one record that has the attributes of both.
func (p Predicate) Renamed(name func(string) string) Predicate {
	out, _ := p.rewrite(func(n node) (Predicate, error) {
		switch n := n.(type) {
		case *set:
			other := *n
			other.attr = name(n.attr)
			return Predicate{&other}, nil
		case *order:
			return Predicate{&order{name(n.attr), n.op, n.value}}, nil
		case *isNull:
			return Predicate{&isNull{name(n.attr)}}, nil
		case *under:
			other := *n
			other.attr = name(n.attr)
			return Predicate{&other}, nil
		case *exists:
			other := exists{relation: name(n.relation), where: n.where}
			if n.link != nil {
				l := *n.link
				l.local = name(l.local)
				other.link = &l
			}
			return Predicate{&other}, nil
		}
		return Predicate{n}, nil
	})
	return out
}
