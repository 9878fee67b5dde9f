package scope

import "maps"

// Detached returns a copy of what predicates over the schema can read of the record: its attributes, its related rows
// with theirs, and the answers attached to it. It shares no memory with the host, which may go on changing the record. An
// attribute that can't be read as a value of its kind is left out, as one that the record lacks. What also holds is put in
// beside the attributes, or in their place; it is not copied.
func (r Record) Detached(s *Schema, also map[string]any) Record {
	if r.IsZero() {
		return r
	}
	out := r.detached(s.Attrs)
	if out.cols != nil {
		maps.Copy(out.cols, also)
	}
	var more []*attached
	for a := r.more; a != nil; a = a.next {
		more = append(more, a)
	}
	for i := len(more) - 1; i >= 0; i-- {
		a := more[i]
		if a.fact.n != nil {
			out = out.WithFact(a.fact, a.answer)
			continue
		}
		relation, known := s.Relation(a.relation)
		if !known {
			continue
		}
		rows := make([]Record, len(a.rows))
		for j, row := range a.rows {
			rows[j] = row.detached(relation.Attrs)
		}
		out = out.With(a.relation, rows...)
	}
	return out
}

// detached copies attributes.
func (r Record) detached(attrs []Attr) Record {
	if r.err != nil {
		return r
	}
	row := make(map[string]any, len(attrs))
	for _, a := range attrs {
		if v, err := r.Value(a.Name, a.Kind); err == nil {
			row[a.Name] = v.Any()
		}
	}
	return FromMap(row)
}
