package access

import (
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// question is what the rules are asked for one of those whose rights count: on one image of a record, or of a collection
// whether any row could pass.
type question struct {
	image  string        // "record", "new"; "" for a collection
	values []scope.Truth // of the atoms; of a scope that decides row by row unknown
	can    []answers     // of the atoms
}

// answers are those an atom can have: on a record at most one, of a scope that decides row by row both, of what is
// unknown none.
type answers struct{ yes, no bool }

func (a answers) of(want bool) bool { return want && a.yes || !want && a.no }

// open reports whether the answer differs from row to row.
func (a answers) open() bool { return a.yes && a.no }

func imageName(img image) string {
	if img == newImage {
		return "new"
	}
	return "record"
}

// questions are all that the party must have answered with yes.
func (p *party) questions(d *decided) []question {
	if d.req.Resource.Collection() {
		return p.rowQuestions(d.req.Resource.Set)
	}
	out := make([]question, len(p.kept))
	for i, k := range p.kept {
		out[i] = pointQuestion(imageName(k.img), k.values)
	}
	return out
}

func pointQuestion(image string, values []scope.Truth) question {
	q := question{image, values, make([]answers, len(values))}
	for i, t := range values {
		q.can[i] = answers{t == scope.True, t == scope.False}
	}
	return q
}

// rowQuestions reads scopes as evaluation.rows does.
func (ev *evaluation) rowQuestions(values map[string]scope.Value) []question {
	switch {
	case ev.prog.creates():
		return []question{ev.rowQuestion("", reading{bare: asIs, old: unknown, new: asIs})}
	case values == nil:
		return []question{ev.rowQuestion("", reading{bare: asIs, old: asIs, new: unknown})}
	}
	return []question{
		ev.rowQuestion("record", reading{bare: asIs, old: asIs, new: set(values)}),
		ev.rowQuestion("new", reading{bare: set(values), old: asIs, new: set(values)}),
	}
}

func (ev *evaluation) rowQuestion(image string, rd reading) question {
	n := ev.prog.decisive
	q := question{image, make([]scope.Truth, n), make([]answers, n)}
	for i := range n {
		p := ev.fold(expr{op: when.Ref, atom: i}, rd)
		q.values[i], _ = p.Truth()
		q.can[i] = answers{!p.IsNone(), !scope.Not(p).IsNone()}
	}
	return q
}

// can reports whether the expression can come out as wanted, by what its atoms can. On a record that is its value; of a
// collection it is what Predicate.IsNone tells.
func (e expr) can(want bool, of []answers) bool {
	switch e.op {
	case when.Ref:
		switch e.atom {
		case alwaysTrue:
			return want
		case alwaysFalse:
			return !want
		}
		return of[e.atom].of(want)
	case when.Not:
		return e.kids[0].can(!want, of)
	case when.And, when.Or:
		every := want == (e.op == when.And)
		for _, k := range e.kids {
			if k.can(want, of) != every {
				return !every
			}
		}
		return every
	}
	return false
}

// answered reports whether the program says yes: no deny stands and an allow applies.
func (q question) answered(p *program) bool {
	for _, d := range p.denies {
		if !d.expr.can(false, q.can) {
			return false
		}
	}
	for _, a := range p.allows {
		if a.expr.can(true, q.can) {
			return true
		}
	}
	return false
}
