package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// lack is an atom that does not answer as it would have to.
type lack struct {
	atom   int
	wanted scope.Truth
}

// lacks returns, in the order in which they stand in the expression, the fewest atoms that would have to answer otherwise
// for it to come out as wanted. ok is false if no values of its atoms do that by its form.
func (e expr) lacks(want bool, can []answers) (out []lack, ok bool) {
	switch e.op {
	case when.Ref:
		switch {
		case e.atom == alwaysTrue:
			return nil, want
		case e.atom == alwaysFalse:
			return nil, !want
		case can[e.atom].of(want):
			return nil, true
		case want:
			return []lack{{e.atom, scope.True}}, true
		}
		return []lack{{e.atom, scope.False}}, true
	case when.Not:
		return e.kids[0].lacks(!want, can)
	}
	every := want == (e.op == when.And)
	ok = every
	for _, k := range e.kids {
		of, possible := k.lacks(want, can)
		switch {
		case every && !possible:
			return nil, false
		case every:
			for _, l := range of {
				if !slices.Contains(out, l) {
					out = append(out, l)
				}
			}
		case possible && (!ok || len(of) < len(out)):
			out, ok = of, true
		}
	}
	return out, ok
}
