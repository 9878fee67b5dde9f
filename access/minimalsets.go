package access

import (
	"cmp"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
)

// maxSets is how many sets of atoms an expression keeps while its minimal ones are sought, the smallest first.
const maxSets = 32

// minimalSets finds, for one question, the minimal sets of atoms whose answers alone make expressions come out as
// wanted, whatever is unknown of the others. cut tells that there are more than were kept.
type minimalSets struct {
	can []answers
	cut bool
}

// clauses are an allow, and the denies that must be false with it.
type clauses struct {
	allow  expr
	denies []clause
}

func (c clauses) hold(of []answers) bool {
	for _, d := range c.denies {
		if !d.expr.can(false, of) {
			return false
		}
	}
	return c.allow.can(true, of)
}

// of returns minimal sets for the allow to be true and every deny to be false. Each is enough, and none of its members
// can be left out.
func (m *minimalSets) of(c clauses) [][]int {
	if !c.hold(m.can) {
		return nil
	}
	out := m.sets(c.allow, true)
	for _, d := range c.denies {
		out = m.cross(out, m.sets(d.expr, false))
	}
	for i, s := range out {
		out[i] = m.shrink(c, s)
	}
	return m.least(out)
}

// sets are the atoms that an expression rests on, by its form.
func (m *minimalSets) sets(e expr, want bool) [][]int {
	switch e.op {
	case when.Ref:
		switch {
		case e.atom == alwaysTrue && want, e.atom == alwaysFalse && !want:
			return [][]int{{}}
		case e.atom >= 0 && m.can[e.atom].of(want):
			return [][]int{{e.atom}}
		}
		return nil
	case when.Not:
		return m.sets(e.kids[0], !want)
	}
	every := want == (e.op == when.And)
	var out [][]int
	for i, k := range e.kids {
		switch of := m.sets(k, want); {
		case !every:
			out = m.least(append(out, of...))
		case i == 0:
			out = of
		default:
			out = m.cross(out, of)
		}
	}
	return out
}

// cross joins each of a with each of b.
func (m *minimalSets) cross(a, b [][]int) [][]int {
	var out [][]int
	for _, x := range a {
		for _, y := range b {
			joined := slices.Concat(x, y)
			slices.Sort(joined)
			out = append(out, slices.Compact(joined))
		}
	}
	return m.least(out)
}

// least drops what holds another, and all beyond maxSets.
func (m *minimalSets) least(sets [][]int) [][]int {
	slices.SortFunc(sets, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	var out [][]int
	for _, s := range sets {
		if slices.ContainsFunc(out, func(k []int) bool { return within(k, s) }) {
			continue
		}
		if len(out) == maxSets {
			m.cut = true
			break
		}
		out = append(out, s)
	}
	return out
}

// within reports whether all of a, which is sorted as b is, is in b.
func within(a, b []int) bool {
	for _, x := range a {
		if _, has := slices.BinarySearch(b, x); !has {
			return false
		}
	}
	return true
}

// shrink leaves out members that the others make needless: a set may hold such when a smaller one was cut.
func (m *minimalSets) shrink(c clauses, set []int) []int {
	only := make([]answers, len(m.can))
	for _, i := range set {
		only[i] = m.can[i]
	}
	out := slices.Clone(set)
	for _, i := range set {
		if only[i] = (answers{}); c.hold(only) {
			out = slices.DeleteFunc(out, func(x int) bool { return x == i })
			continue
		}
		only[i] = m.can[i]
	}
	return out
}
