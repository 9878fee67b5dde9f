package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// pointCode is the rules of a program as a list of tests, each with where to go on if it holds and if not: a decision on
// one record that asks no more than it must. "e is true" and "e is false" of three-valued logic are tests of two values:
// a conjunction is true if all its parts are, and false if one of them is.
type pointCode struct {
	start step
	steps []jump
	atoms []pointAtom // those of the program
	shape *scope.Shape
}

type jump struct {
	atom    uint8
	want    scope.Truth
	yes, no step
}

// step is the number of a jump, or an end.
type step int16

const (
	unfit   step = -iota // the zero code
	allowed step = -iota
	denied  step = -iota
	first   step = 1 // jumps are numbered from here
)

// What a quick decision can keep of a program's atoms, and number of its steps.
const (
	maxPointAtoms = 64
	maxPointSteps = 1 << 14
)

// pointAtom is what a quick decision reads of an atom.
type pointAtom struct {
	cond  *condition.Condition
	sight scope.Sight // none: by its predicate
	scope bool
	blind bool // pinned to an image that there is not
}

// newPointCode is the zero code, whose start is unfit, if the program is too large.
func newPointCode(p *program, shape *scope.Shape) pointCode {
	if p.decisive > maxPointAtoms {
		return pointCode{}
	}
	c := pointCode{shape: shape}
	next := denied
	for _, a := range slices.Backward(p.allows) {
		next = c.test(&a.expr, scope.True, allowed, next)
	}
	for _, d := range slices.Backward(p.denies) {
		next = c.test(&d.expr, scope.False, next, denied)
	}
	if len(c.steps) > maxPointSteps {
		return pointCode{}
	}
	c.start = next
	for _, a := range p.atoms[:p.decisive] {
		x := pointAtom{cond: a.cond, scope: a.scope != nil, blind: a.name.Pin == "new"}
		if x.scope && a.scope.Check(&p.typ.Schema) == nil {
			x.sight = scope.SightOf(a.scope)
		}
		c.atoms = append(c.atoms, x)
	}
	return c
}

// test adds what finds out whether e has the value wanted, and returns where to begin.
func (c *pointCode) test(e *expr, want scope.Truth, yes, no step) step {
	switch e.op {
	case when.Ref:
		switch {
		case e.atom >= 0:
			c.steps = append(c.steps, jump{uint8(e.atom), want, yes, no})
			return first + step(len(c.steps)-1)
		case (e.atom == alwaysTrue) == (want == scope.True):
			return yes
		}
		return no
	case when.Not:
		return c.test(&e.kids[0], want.Not(), yes, no)
	case when.And, when.Or:
	default:
		return no
	}
	every := (e.op == when.And) == (want == scope.True)
	begin := no
	if every {
		begin = yes
	}
	for i := len(e.kids) - 1; i >= 0; i-- {
		if every {
			begin = c.test(&e.kids[i], want, begin, no)
		} else {
			begin = c.test(&e.kids[i], want, yes, begin)
		}
	}
	return begin
}
