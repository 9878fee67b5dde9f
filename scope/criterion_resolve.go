package scope

// Resolve implements [Resolver]. What Check would refuse resolves to unknown.
func (c Criterion) Resolve(sub Subject, s *Schema) Predicate {
	if c.checkForm(1) != nil {
		return Predicate{}
	}
	return c.resolve(sub, s)
}

func (c Criterion) resolve(sub Subject, s *Schema) Predicate {
	switch {
	case c.Attr != "":
		return c.resolveAttr(sub, s)
	case c.Has != "":
		r, ok := s.Relation(c.Has)
		switch {
		case !ok:
			return Predicate{}
		case c.Where == nil:
			return Exists(c.Has, All())
		}
		return Exists(c.Has, c.Where.resolve(sub, r.schema(s)))
	case c.Not != nil:
		return Not(c.Not.resolve(sub, s))
	}
	var members []Predicate
	for _, m := range c.members() {
		members = append(members, m.resolve(sub, s))
	}
	if c.All != nil {
		return And(members...)
	}
	return Or(members...)
}

func (c Criterion) resolveAttr(sub Subject, s *Schema) Predicate {
	a, ok := s.Attr(c.Attr)
	switch {
	case !ok:
		return Predicate{}
	case c.Op == "null":
		return IsNull(c.Attr)
	}
	texts := c.Values
	if c.Subject != "" {
		texts = sub.Attrs[c.Subject]
		if c.Subject == "id" {
			texts = []string{sub.ID}
		}
	}
	if len(texts) == 0 {
		return Predicate{}
	}
	var values []Value
	for _, text := range texts {
		values = append(values, c.value(a.Kind, text))
	}
	return c.compare(values)
}

// value reads one text. What is no value of the kind, or, coming from the subject, is nobody's id,
// is NULL, so that a comparison with it is unknown.
func (c Criterion) value(k Kind, text string) Value {
	ordering := c.Op != "eq" && c.Op != "ne" && c.Op != "in"
	if c.Subject == "id" || c.Subject != "" && k.identifies() && !ordering {
		if v, ok := ParseID(k, text); ok {
			return v
		}
		return Null()
	}
	if v, err := ParseValue(k, text); err == nil {
		return v
	}
	return Null()
}

func (c Criterion) compare(values []Value) Predicate {
	switch c.Op {
	case "eq", "in":
		return In(c.Attr, values...)
	case "ne":
		return Not(In(c.Attr, values...))
	}
	if len(values) != 1 {
		return Predicate{}
	}
	return Compare(c.Attr, map[string]Op{"lt": Lt, "le": Le, "gt": Gt, "ge": Ge}[c.Op], values[0])
}
