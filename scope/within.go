package scope

import "fmt"

// Within completes a predicate for one tenant's records of one type: it ANDs the tenant, tells
// each [Exists] which attribute its rows point at and which tenant they must have, and each
// [Under] the kind of its attribute. A tenant whose text is not an id of the tenant attribute's
// kind has no records: the result is None. A SingleTenant type gets no tenant test of its own.
//
// Within calls [Predicate.Check]. To complete a predicate again for the same tenant changes
// nothing; for another it is an error.
func (p Predicate) Within(s *Schema, tenant string) (Predicate, error) {
	if err := p.Check(s); err != nil {
		return Predicate{}, err
	}
	mine := All()
	if !s.SingleTenant {
		a, ok := s.Attr(s.Tenant)
		if !ok {
			return Predicate{}, fmt.Errorf("scope: type %q says neither Tenant nor SingleTenant: say one", s.Type)
		}
		v, ok := ParseID(a.Kind, tenant)
		if !ok {
			return None(), nil
		}
		mine = Is(a.Name, v)
	}
	rest, err := p.rewrite(func(n node) (Predicate, error) {
		switch n := n.(type) {
		case *under:
			return n.within(s), nil
		case *exists:
			return n.within(s, tenant)
		}
		return Predicate{n}, nil
	})
	if err != nil {
		return Predicate{}, err
	}
	return And(mine, rest), nil
}

func (n *under) within(s *Schema) Predicate {
	a, _ := s.Attr(n.attr)
	typed := *n
	typed.kind = a.Kind
	return Predicate{&typed}
}

func (n *exists) within(s *Schema, tenant string) (Predicate, error) {
	r, _ := s.Relation(n.relation)
	a, _ := s.Attr(r.Local)
	l := link{local: a.Name, kind: a.Kind, tenant: r.Tenant}
	if r.Tenant != "" {
		column, _ := findAttr(r.Attrs, r.Tenant)
		v, ok := ParseID(column.Kind, tenant)
		if !ok {
			return Predicate{}, nil
		}
		l.value = v
	}
	if n.link != nil && *n.link != l {
		return Predicate{}, fmt.Errorf("scope: relation %q is already completed for tenant %q: "+
			"start from the predicate before Within", n.relation, n.link.value)
	}
	where, err := n.where.rewrite(func(m node) (Predicate, error) {
		if m, ok := m.(*under); ok {
			return m.within(r.schema(s)), nil
		}
		return Predicate{m}, nil
	})
	return Predicate{&exists{n.relation, where, &l}}, err
}
