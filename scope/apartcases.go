package scope

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"
)

// classify finds the cases of a variable: for an attribute one value for each answer its tests can have together.
func (v *variable) classify(s *Schema, x *separation) {
	if v.attr == "" {
		v.classifyFact(s, x)
		return
	}
	a, _ := s.Attr(v.attr)
	c := candidates{kind: a.Kind, exact: true}
	for _, n := range v.tests {
		c.add(n)
	}
	x.exact = x.exact && c.fill(v.tests)
	for _, value := range append(c.values, Null()) {
		truths := make([]Truth, len(v.tests))
		for i, n := range v.tests {
			truths[i], _ = substitute(n, map[string]Value{v.attr: value})
		}
		if !slices.ContainsFunc(v.cases, func(c valuation) bool { return slices.Equal(c.truths, truths) }) {
			v.cases = append(v.cases, valuation{value: value, truths: truths})
		}
	}
}

// classifyFact lets an Exists be anything. What it is may be impossible if its rows, or the attribute they point at, are
// looked at by another test too, or if no row makes its condition so.
func (v *variable) classifyFact(s *Schema, x *separation) {
	n := v.tests[0].(*exists)
	r, _ := s.Relation(n.relation)
	entangled := slices.ContainsFunc(x.vars, func(other variable) bool {
		e, fact := other.tests[0].(*exists)
		if !fact || e == n {
			return other.attr == r.Local
		}
		its, _ := s.Relation(e.relation)
		return its.Local == r.Local
	})
	_, met := Apart(n.where, None(), r.schema(s))
	_, open := Apart(All(), Or(n.where, Not(n.where)), r.schema(s))
	v.cases = []valuation{
		{truths: []Truth{True}, doubt: entangled || met != True},
		{truths: []Truth{False}, doubt: entangled},
		{truths: []Truth{Unknown}, doubt: entangled || open != True},
	}
}

// candidates are values of one attribute, among which each answer that its tests can have together occurs.
type candidates struct {
	kind    Kind
	values  []Value // named by tests, then others
	trees   []*under
	ordered bool
	exact   bool
}

func (c *candidates) add(n node) {
	switch n := n.(type) {
	case *set:
		c.values = append(c.values, n.values...)
	case *order:
		c.values, c.ordered = append(c.values, n.value), true
	case *under:
		for _, u := range c.trees {
			c.exact = c.exact && sameTree(u.tree, n.tree)
		}
		c.trees = append(c.trees, n)
		for _, root := range n.roots {
			if v, err := ParseValue(c.kind, root); err == nil {
				c.values = append(c.values, v)
			}
		}
	}
}

// fill adds what no test names, and reports whether nothing is left out.
func (c *candidates) fill(tests []node) bool {
	c.values = distinct(c.values)
	named := slices.Clone(c.values)
	switch {
	case c.kind == KindBool:
		c.values = []Value{Bool(true), Bool(false)}
		return c.exact
	case c.ordered:
		c.exact = c.exact && c.trees == nil && c.between(named)
	default:
		c.below(named, tests)
		c.other(named)
	}
	return c.exact
}

// below adds, for each root of a tree, a node under it that is not named and under no lower root.
func (c *candidates) below(named []Value, tests []node) {
	answers := func(v Value) []Truth {
		var out []Truth
		for _, n := range tests {
			if u, ok := n.(*under); ok {
				out = append(out, u.test(v))
			}
		}
		return out
	}
	done := map[string]bool{}
	for _, u := range c.trees {
		for _, root := range u.roots {
			if done[root] {
				continue
			}
			done[root] = true
			at, err := ParseValue(c.kind, root)
			if err != nil {
				continue
			}
			want := answers(at)
			for _, id := range u.tree.Subtree(root) {
				v, err := ParseValue(c.kind, id)
				if _, is := slices.BinarySearchFunc(named, v, ordered); err == nil && !is && slices.Equal(answers(v), want) {
					c.values = append(c.values, v)
					break
				}
			}
		}
	}
}

// other adds a value that no test names and no tree knows.
func (c *candidates) other(named []Value) {
	const tries = 1 << 20
	for i := range int64(tries) {
		v := nobodys(c.kind, i)
		_, is := slices.BinarySearchFunc(named, v, ordered)
		if !is && !slices.ContainsFunc(c.trees, func(u *under) bool { return u.tree.Has(v.String()) }) {
			c.values = append(c.values, v)
			return
		}
	}
	c.exact = false
}

// nobodys is the i-th of many values of a kind.
func nobodys(k Kind, i int64) Value {
	switch k {
	case KindText:
		if i == 0 {
			return Text("other")
		}
		return Text(fmt.Sprintf("other%d", i))
	case KindUUID:
		return Value{kind: KindUUID, str: fmt.Sprintf("00000000-0000-4000-8000-%012x", i+1)}
	case KindDecimal:
		return Value{kind: KindDecimal, str: fmt.Sprint(i + 1_000_001)}
	case KindTime:
		return Time(time.Unix(i+1_000_000_000, 0))
	}
	return Int(i + 1_000_001)
}

// between adds a value below all that are named, one above and one in each gap, and reports whether it can.
func (c *candidates) between(named []Value) bool {
	exact := true
	add := func(v Value, is, known bool) {
		exact = exact && known
		if is {
			c.values = append(c.values, v)
		}
	}
	add(beside(named[0], -1))
	for i, v := range named[1:] {
		add(inGap(named[i], v))
	}
	add(beside(named[len(named)-1], 1))
	return exact
}

// beside is a value less (side < 0) or greater than v. is: there is one; known: that can be told.
func beside(v Value, side int64) (out Value, is, known bool) {
	switch v.kind {
	case KindInt:
		if side < 0 && v.num == math.MinInt64 || side > 0 && v.num == math.MaxInt64 {
			return out, false, true
		}
		return Int(v.num + side), true, true
	case KindText:
		if side < 0 {
			return Text(""), v.str != "", true
		}
		return Text(v.str + "z"), true, true
	case KindTime:
		return Time(v.time().Add(time.Duration(side))), true, true
	case KindDecimal:
		out, err := Decimal(new(big.Rat).Add(v.rat(), big.NewRat(side, 1)).FloatString(fractionDigits))
		return out, err == nil, err == nil
	}
	return out, false, false
}

// inGap is a value between two.
func inGap(a, b Value) (out Value, is, known bool) {
	switch a.kind {
	case KindText:
		for _, more := range []string{"m", " ", "\x00"} {
			if a.str+more < b.str {
				return Text(a.str + more), true, true
			}
		}
		return out, false, true
	case KindDecimal:
		sum := new(big.Rat).Add(a.rat(), b.rat())
		middle := sum.Quo(sum, big.NewRat(2, 1))
		out, err := Decimal(middle.FloatString(fractionDigits))
		is = err == nil && ordered(a, out) < 0 && ordered(out, b) < 0
		return out, is, is
	}
	out, is, known = beside(a, 1)
	return out, is && ordered(out, b) < 0, known
}
