package field

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Case is one form that a field can have: a record has it where If is true and Unless is not.
type Case struct {
	Form       Form
	If, Unless scope.Predicate
}

// maxMaskers bounds how many maskers of one field are told apart: each set of them is a case.
const maxMaskers = 6

// Cases returns the forms that the field has on one record or another. Every record is in exactly one case; a form may
// have several. ok is false for a field that the mask does not have, and for one that more than six maskers bear on.
func (m Mask) Cases(field string) (cases []Case, ok bool) {
	if m.p == nil {
		return nil, false
	}
	i, known := m.p.index[field]
	if !known {
		return nil, false
	}
	for side := range m.p.others + 1 {
		of, ok := m.p.casesOf(i, side)
		if !ok {
			return nil, false
		}
		if side == 0 {
			cases = of
			continue
		}
		var both []Case
		for _, a := range cases {
			for _, b := range of {
				both = append(both, Case{m.p.lower(a.Form, b.Form), scope.And(a.If, b.If), scope.Or(a.Unless, b.Unless)})
			}
		}
		cases = both
	}
	return slices.DeleteFunc(cases, func(c Case) bool { return c.If.IsNone() || c.Unless.IsAll() }), true
}

// AtLeast is true of the records on which the field is at the level or higher.
func (m Mask) AtLeast(least Level, field string) scope.Predicate {
	if least == Hide {
		return scope.All()
	}
	if m.p == nil {
		return scope.None()
	}
	i, known := m.p.index[field]
	if !known {
		return scope.None()
	}
	all := []scope.Predicate{scope.All()}
	for side := range m.p.others + 1 {
		at := scope.None()
		for _, e := range m.p.entries[i] {
			switch {
			case e.side != side:
			case e.form.Level == Hide:
				all = append(all, scope.Not(e.when))
			case e.form.Level >= least:
				at = scope.Or(at, e.when)
			}
		}
		all = append(all, at)
	}
	return scope.And(all...)
}

// casesOf are the cases of a field by the rules of one of the intersected masks.
func (p *program) casesOf(field, side int) ([]Case, bool) {
	var hides []scope.Predicate
	shows, maskers := map[Level][]scope.Predicate{}, map[string][]scope.Predicate{}
	var names []string
	for _, e := range p.entries[field] {
		switch {
		case e.side != side:
		case e.form.Level == Hide:
			hides = append(hides, scope.Not(e.when))
		case e.form.Level == Masked:
			if maskers[e.form.Masker] == nil {
				names = append(names, e.form.Masker)
			}
			maskers[e.form.Masker] = append(maskers[e.form.Masker], e.when)
		default:
			shows[e.form.Level] = append(shows[e.form.Level], e.when)
		}
	}
	if len(names) > maxMaskers {
		return nil, false
	}
	open := scope.And(append(hides, scope.All())...)
	var out []Case
	higher := scope.None()
	for _, l := range []Level{Edit, Once, Read} {
		at := scope.Or(shows[l]...)
		out = append(out, Case{Form{Level: l}, scope.And(open, at), higher})
		higher = scope.Or(higher, at)
	}
	slices.Sort(names)
	any := higher
	for set := 1; set < 1<<len(names); set++ {
		c := Case{Form{Level: Masked}, open, higher}
		var chosen []string
		for i, name := range names {
			at := scope.Or(maskers[name]...)
			if set>>i&1 == 1 {
				chosen, c.If = append(chosen, name), scope.And(c.If, at)
			} else {
				c.Unless = scope.Or(c.Unless, at)
			}
			any = scope.Or(any, at)
		}
		c.Form.Masker = p.maskers.least(chosen)
		out = append(out, c)
	}
	return append(out, Case{Form{}, scope.All(), scope.And(open, any)}), true
}
