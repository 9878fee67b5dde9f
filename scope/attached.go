package scope

// attached is what a record knows beyond its own columns: the rows of one relation, or the answer
// of one Exists node. It is a list that shares its tail, so that a Record stays immutable.
type attached struct {
	relation string
	rows     []Record
	fact     Predicate
	answer   Truth
	next     *attached
}

// With returns the record with its related rows: all of them, of which there may be none. Rows
// given for the same relation before are replaced.
func (r Record) With(relation string, rows ...Record) Record {
	r.more = &attached{relation: relation, rows: rows, next: r.more}
	return r
}

// WithFact returns the record with the answer of one [Exists] node, as a loader found it; see
// [Predicate.Facts]. An answer goes before related rows. A predicate that is not a single Exists
// node answers nothing.
func (r Record) WithFact(exists Predicate, t Truth) Record {
	r.more = &attached{fact: exists, answer: t.known(), next: r.more}
	return r
}

func (r Record) fact(n *exists) (Truth, bool) {
	for a := r.more; a != nil; a = a.next {
		if known, ok := a.fact.n.(*exists); ok && equal(known, n) {
			return a.answer, true
		}
	}
	return Unknown, false
}

func (r Record) related(relation string) ([]Record, bool) {
	for a := r.more; a != nil; a = a.next {
		if a.fact.n == nil && a.relation == relation {
			return a.rows, true
		}
	}
	return nil, false
}
