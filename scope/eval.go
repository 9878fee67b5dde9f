package scope

import "fmt"

// Eval answers the predicate for one record. It is pure. An attribute or relation that the record
// lacks is a [*MissingError] if the answer depends on it; values that do not fit the predicate's
// kinds are errors too. With an error the answer is Unknown.
func (p Predicate) Eval(r Record) (Truth, error) {
	switch n := p.n.(type) {
	case nil:
		return Unknown, nil
	case constant:
		return Truth(n), nil
	case *set:
		if n.kind == 0 {
			return Unknown, n.mixed()
		}
		v, err := r.Value(n.attr, n.kind)
		if err != nil {
			return Unknown, err
		}
		return n.test(v), nil
	case *order:
		v, err := r.Value(n.attr, n.value.kind)
		if err != nil {
			return Unknown, err
		}
		return n.test(v), nil
	case *isNull:
		return n.eval(r)
	case *under:
		v, err := n.read(r)
		if err != nil {
			return Unknown, err
		}
		return n.test(v), nil
	case *exists:
		return n.eval(r)
	case *all:
		return fold(n.of, r, False)
	case *some:
		return fold(n.of, r, True)
	case *not:
		t, err := n.of.Eval(r)
		return t.Not(), err
	}
	return Unknown, nil
}

// Match reports whether the predicate is True for the record; see [Predicate.Eval].
func (p Predicate) Match(r Record) (bool, error) {
	t, err := p.Eval(r)
	return t == True && err == nil, err
}

// fold evaluates members until one decides the whole.
func fold(of []Predicate, r Record, decides Truth) (Truth, error) {
	whole := decides.Not()
	for _, p := range of {
		t, err := p.Eval(r)
		switch {
		case err != nil:
			return Unknown, err
		case t == decides:
			return t, nil
		case t == Unknown:
			whole = Unknown
		}
	}
	return whole, nil
}

// eval needs no kind, so it reads the column as it is.
func (n *isNull) eval(r Record) (Truth, error) {
	rv, err := r.read(n.attr)
	if err != nil {
		return Unknown, err
	}
	rv, err = settle(rv)
	if err != nil {
		return Unknown, fmt.Errorf("attribute %q: %w", n.attr, err)
	}
	return truthOf(!rv.IsValid()), nil
}

func (n *under) read(r Record) (Value, error) {
	if n.kind != 0 {
		return r.Value(n.attr, n.kind)
	}
	rv, err := r.read(n.attr)
	if err != nil {
		return Value{}, err
	}
	v, err := idOf(rv)
	if err != nil {
		return Value{}, fmt.Errorf("attribute %q: %w", n.attr, err)
	}
	return v, nil
}

func (n *exists) eval(r Record) (Truth, error) {
	if t, ok := r.fact(n); ok {
		return t, nil
	}
	if n.link == nil {
		return Unknown, n.incomplete()
	}
	v, err := r.Value(n.link.local, n.link.kind)
	if err != nil {
		return Unknown, err
	}
	if v.IsNull() || isBlank(v) {
		return Unknown, nil
	}
	rows, ok := r.related(n.relation)
	if !ok {
		return Unknown, &MissingError{Relation: n.relation, Shape: r.shape()}
	}
	return n.any(rows)
}

// any ORs the answers of the tenant's rows.
func (n *exists) any(rows []Record) (Truth, error) {
	found := False
	for _, row := range rows {
		if n.link.tenant != "" {
			v, err := row.Value(n.link.tenant, n.link.value.kind)
			if err != nil {
				return Unknown, fmt.Errorf("relation %q: %w", n.relation, err)
			}
			if v != n.link.value {
				continue
			}
		}
		t, err := n.where.Eval(row)
		if err != nil {
			return Unknown, fmt.Errorf("relation %q: %w", n.relation, err)
		}
		if found = found.Or(t); found == True {
			break
		}
	}
	return found, nil
}

func (n *exists) incomplete() error {
	return fmt.Errorf("scope: the test of relation %q is not complete: call Predicate.Within first", n.relation)
}

func (n *set) mixed() error {
	return fmt.Errorf("scope: attribute %q is compared with values of several kinds: use one", n.attr)
}
