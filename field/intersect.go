package field

import "slices"

// Intersect is what both masks give: of each field the lower level, and of two maskers the one that shows less. It is
// the mask of somebody who acts for somebody else. Both must be masks of one type with the same maskers; a zero Mask,
// and a field that one of them does not have, are hidden.
func Intersect(a, b Mask) Mask {
	if a.p == nil || b.p == nil || !slices.Equal(a.p.fields, b.p.fields) || a.p.maskers != b.p.maskers {
		return Mask{}
	}
	out := *a.p
	out.whens = slices.Concat(a.p.whens, b.p.whens)
	out.attrs = slices.Concat(a.p.attrs, b.p.attrs)
	slices.Sort(out.attrs)
	out.attrs = slices.Compact(out.attrs)
	out.others = a.p.others + 1 + b.p.others
	out.entries = make([][]entry, len(a.p.entries))
	for i := range out.entries {
		out.entries[i] = slices.Clone(a.p.entries[i])
		for _, e := range b.p.entries[i] {
			e.side += a.p.others + 1
			if e.atom >= 0 {
				e.atom += len(a.p.whens)
			}
			out.entries[i] = append(out.entries[i], e)
		}
	}
	return Mask{&out}
}

// lower is the form of the lower level; of two masked forms the one that shows less.
func (p *program) lower(a, b Form) Form {
	switch {
	case a.Level == Masked && b.Level == Masked:
		return Form{Level: Masked, Masker: p.maskers.least([]string{a.Masker, b.Masker})}
	case b.Level < a.Level:
		return b
	}
	return a
}
