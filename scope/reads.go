package scope

// Reads returns the attributes that a scope may read of a type's records, whoever asks. ok is false if that can't be
// told: a host's own resolver may read any, and related rows are no attributes.
func Reads(r Resolver, s *Schema) (attrs []string, ok bool) {
	switch r := r.(type) {
	case stock:
		if r.owner {
			attrs = append(attrs, s.Owner...)
		}
		if r.team {
			attrs = append(attrs, s.Team)
		}
		if r.region {
			attrs = append(attrs, s.Region)
		}
		if r.creator {
			attrs = append(attrs, s.Creator)
		}
		return attrs, true
	case reports:
		return s.Owner, true
	case Criterion:
		return r.reads()
	}
	return nil, false
}

// IsStock reports whether r is one of the stock scopes but reports: what it comes to depends on nothing of a type but the names and
// kinds of Owner, Team, Region and Creator, and tells people apart by their own ids, teams and regions alone.
func IsStock(r Resolver) bool {
	_, ok := r.(stock)
	return ok
}

func (c Criterion) reads() (attrs []string, ok bool) {
	if c.Has != "" {
		return nil, false
	}
	if c.Attr != "" {
		attrs = append(attrs, c.Attr)
	}
	parts := append(append([]Criterion{}, c.All...), c.Any...)
	if c.Not != nil {
		parts = append(parts, *c.Not)
	}
	for _, p := range parts {
		more, ok := p.reads()
		if !ok {
			return nil, false
		}
		attrs = append(attrs, more...)
	}
	return attrs, true
}
