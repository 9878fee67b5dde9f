package access

import (
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// wider lists, for a stock scope, the stock scopes that hold whatever it holds.
var wider = map[string][]string{
	"own":  {"team", "team_tree", "region"},
	"team": {"team_tree", "region"},
}

// search looks for values of the names in an expression with which it is true.
type search struct {
	names  []when.Name // those that are free, each once
	values map[when.Name]scope.Truth
	left   int // evaluations that it may still make
}

// searchSteps bounds a search; an expression of 64 names could ask for 2⁶⁴ of them.
const searchSteps = 2000

// satisfiable reports whether there are values of the names with which the expression, its definitions written out, is
// true. Names that fixed gives a value keep it, and the stock scopes hold of one another what they always do. Unknown is
// the answer to an expression too hard to tell.
func satisfiable(e when.Expr, fixed func(when.Name) scope.Truth) scope.Truth {
	s := search{values: map[when.Name]scope.Truth{}, left: searchSteps}
	e.Names(func(n when.Name) {
		if _, seen := s.values[n]; seen {
			return
		}
		if s.values[n] = fixed(n); s.values[n] == scope.Unknown {
			s.names = append(s.names, n)
		}
	})
	return s.solve(e, 0)
}

func (s *search) solve(e when.Expr, next int) scope.Truth {
	if s.left--; s.left < 0 {
		return scope.Unknown
	}
	if t := s.truth(e); t != scope.Unknown || next == len(s.names) {
		return t
	}
	name, out := s.names[next], scope.False
	for _, t := range []scope.Truth{scope.True, scope.False} {
		s.values[name] = t
		if !s.possible(name, t) {
			continue
		}
		if out = out.Or(s.solve(e, next+1)); out == scope.True {
			break
		}
	}
	s.values[name] = scope.Unknown
	return out
}

// possible reports whether a value goes with those given to the scopes around it.
func (s *search) possible(n when.Name, t scope.Truth) bool {
	value := func(name string) scope.Truth { return s.values[when.Name{Pin: n.Pin, Name: name}] }
	for narrow, wide := range wider {
		for _, w := range wide {
			if (n.Name == narrow || n.Name == w) && value(narrow) == scope.True && value(w) == scope.False {
				return false
			}
		}
	}
	return t != scope.True || value("own") != scope.True || value("unowned") != scope.True
}

// truth is the value of an expression by those of its names.
func (s *search) truth(e when.Expr) scope.Truth {
	return truthOf(e, func(n when.Name) scope.Truth { return s.values[n] })
}

func truthOf(e when.Expr, value func(when.Name) scope.Truth) scope.Truth {
	switch e.Op {
	case when.Ref:
		return value(e.Name)
	case when.Not:
		return truthOf(e.Kids[0], value).Not()
	case when.And:
		t := scope.True
		for _, k := range e.Kids {
			t = t.And(truthOf(k, value))
		}
		return t
	case when.Or:
		t := scope.False
		for _, k := range e.Kids {
			t = t.Or(truthOf(k, value))
		}
		return t
	}
	return scope.Unknown
}
