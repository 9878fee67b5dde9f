package scopesql

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// union is a scope taken apart: what all rows meet, and the branches of which they are in one at least, those with few
// values first.
type union struct {
	common   scope.Predicate
	branches []scope.Branch
}

// apartOf takes the scope apart where that is worth it; a union without branches is one condition.
func apartOf(p scope.Predicate) union {
	common, of, ok := p.Branches()
	if !ok || len(of) > MaxBranches {
		return union{common: p}
	}
	slices.SortStableFunc(of, func(a, b scope.Branch) int { return len(a.Values) - len(b.Values) })
	return union{common, of}
}

// selection is one select of a union: the rows that meet keep and none of but.
type selection struct {
	keep scope.Predicate
	but  []scope.Predicate
}

// byValue has a selection for each value of each branch, without the rows of the branches before: those with few values
// are read to the end sooner. None is worth it beyond most.
func (u union) byValue(most int) []selection {
	var out []selection
	var before []scope.Predicate
	for _, b := range u.branches {
		if len(out)+len(b.Values) > most {
			return nil
		}
		for _, v := range b.Values {
			out = append(out, selection{scope.And(u.common, scope.Eq(b.Attr, v), b.Rest), before})
		}
		before = append(before[:len(before):len(before)], b.Predicate())
	}
	return out
}

// byBranch has a selection for each branch, without the rows of the branches behind it: to count, the larger branch is
// read from its index alone.
func (u union) byBranch() []selection {
	var out []selection
	for i, b := range u.branches {
		var behind []scope.Predicate
		for _, other := range u.branches[i+1:] {
			behind = append(behind, other.Predicate())
		}
		out = append(out, selection{scope.And(u.common, b.Predicate()), behind})
	}
	return out
}
