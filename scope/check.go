package scope

import (
	"errors"
	"fmt"
)

var errNoSchema = errors.New("scope: there is no schema to check against: describe the type")

// Check reports whether the predicate fits the type: every attribute and relation it names exists,
// and its values are of the attributes' kinds.
func (p Predicate) Check(s *Schema) error {
	if s == nil {
		return errNoSchema
	}
	var errs []error
	p.walk(func(n node) {
		if err := checkNode(n, s); err != nil {
			errs = append(errs, err)
		}
	})
	return errors.Join(errs...)
}

func checkNode(n node, s *Schema) error {
	switch n := n.(type) {
	case *set:
		if n.kind == 0 {
			return n.mixed()
		}
		return checkKind(s, n.attr, n.kind)
	case *order:
		return checkKind(s, n.attr, n.value.kind)
	case *isNull:
		_, err := attrOf(s, n.attr)
		return err
	case *under:
		a, err := attrOf(s, n.attr)
		if err == nil && !a.Kind.identifies() {
			err = fmt.Errorf("scope: attribute %q of type %q is of kind %s, which holds no ids: "+
				"test a text, int64 or uuid attribute", n.attr, s.Type, a.Kind)
		}
		return err
	case *exists:
		r, ok := s.Relation(n.relation)
		if !ok {
			return fmt.Errorf("scope: type %q has no relation %q: declare it among its Relations", s.Type, n.relation)
		}
		if _, err := attrOf(s, r.Local); err != nil {
			return err
		}
		if _, ok := findAttr(r.Attrs, r.Tenant); !ok && r.Tenant != "" {
			return fmt.Errorf("scope: relation %q has no tenant attribute %q: declare it among its Attrs", r.Name, r.Tenant)
		}
		return n.where.Check(r.schema(s))
	}
	return nil
}

func attrOf(s *Schema, name string) (Attr, error) {
	a, ok := s.Attr(name)
	if !ok {
		return a, fmt.Errorf("scope: type %q has no attribute %q: declare it among its Attrs", s.Type, name)
	}
	return a, nil
}

func checkKind(s *Schema, attr string, k Kind) error {
	a, err := attrOf(s, attr)
	if err == nil && a.Kind != k {
		err = fmt.Errorf("scope: attribute %q of type %q is of kind %s, but is compared with a value of kind %s: "+
			"convert the value", attr, s.Type, a.Kind, k)
	}
	return err
}
