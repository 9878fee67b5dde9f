package scope

import "slices"

// Specimen is a record, as far as a test of it depends on it: attributes and facts left out may be any.
type Specimen struct {
	Values map[string]Value // by attribute
	Facts  []Fact           // answers of [Exists] nodes, for [Record.WithFact]
}

// Fact is the answer of one Exists node.
type Fact struct {
	Exists Predicate
	Answer Truth
}

// Apart looks for a record that p selects and q does not. It knows what the tests of one attribute have to do with each
// other, NULL included, and so is exact where [Predicate.Implies] goes by the form. True comes with such a record; False
// says that there is none among the records of the type; Unknown that it can't be told: the predicates do not fit the
// schema, the search was too long, or the only such records have related rows that nobody may have.
//
// The search is bounded by a number of steps, not by time, so the same question has the same answer.
func Apart(p, q Predicate, s *Schema) (Specimen, Truth) {
	if p.IsNone() || q.IsAll() || same(p, q) {
		return Specimen{}, False
	}
	if p.Check(s) != nil || q.Check(s) != nil {
		return Specimen{}, Unknown
	}
	x := separation{left: apartSteps, exact: true}
	p.walk(x.meet)
	q.walk(x.meet)
	for i := range x.vars {
		x.vars[i].classify(s, &x)
	}
	x.yes, x.no = x.compile(p), x.compile(q)
	x.at = make([]int, len(x.vars))
	for i := range x.at {
		x.at[i] = open
	}
	switch {
	case x.solve():
		return x.specimen(), True
	case x.left < 0 || x.doubtful || !x.exact:
		return Specimen{}, Unknown
	}
	return Specimen{}, False
}

const apartSteps = 20_000

// open is the case of a variable that has none yet.
const open = -1

// separation is one search: every attribute and every fact is a variable, whose cases give its tests their values.
type separation struct {
	vars     []variable
	yes, no  *formula
	at       []int // the case of each variable
	left     int   // steps
	exact    bool  // the cases are all there are
	doubtful bool  // a record was found whose related rows may be impossible
}

type variable struct {
	attr  string // "": a fact
	tests []node // distinct
	cases []valuation
}

// valuation is one way for a variable to be: what its tests then say.
type valuation struct {
	value  Value
	truths []Truth
	doubt  bool // perhaps no record is so
}

// meet finds the variable of a test, or makes it.
func (x *separation) meet(n node) {
	attr, ok := attrRead(n)
	if !ok {
		return
	}
	if i, _ := x.find(n); i >= 0 {
		return
	}
	for i := range x.vars {
		if attr != "" && x.vars[i].attr == attr {
			x.vars[i].tests = append(x.vars[i].tests, n)
			return
		}
	}
	x.vars = append(x.vars, variable{attr: attr, tests: []node{n}})
}

// attrRead is the attribute that a test reads, "" of an Exists. Not ok: n is no test.
func attrRead(n node) (string, bool) {
	switch n := n.(type) {
	case *set:
		return n.attr, true
	case *order:
		return n.attr, true
	case *isNull:
		return n.attr, true
	case *under:
		return n.attr, true
	case *exists:
		return "", true
	}
	return "", false
}

func (x *separation) find(n node) (variable, test int) {
	for i, v := range x.vars {
		if j := slices.IndexFunc(v.tests, func(t node) bool { return equal(t, n) }); j >= 0 {
			return i, j
		}
	}
	return open, open
}

// solve looks for cases of the variables not yet settled with which yes is True and no is not.
func (x *separation) solve() bool {
	if x.left--; x.left < 0 {
		return false
	}
	yes, no := x.bounds(x.yes), x.bounds(x.no)
	if yes.hi != True || no.lo == True {
		return false
	}
	if yes.lo == True && no.hi != True {
		for i, v := range x.vars {
			if x.at[i] != open && v.cases[x.at[i]].doubt {
				x.doubtful = true
				return false
			}
		}
		return true
	}
	i := slices.Index(x.at, open)
	if i < 0 {
		return false
	}
	for c := range x.vars[i].cases {
		x.at[i] = c
		if x.solve() {
			return true
		}
	}
	x.at[i] = open
	return false
}

func (x *separation) specimen() Specimen {
	out := Specimen{Values: map[string]Value{}}
	for i, v := range x.vars {
		switch c := x.at[i]; {
		case c == open:
		case v.attr != "":
			out.Values[v.attr] = v.cases[c].value
		default:
			out.Facts = append(out.Facts, Fact{Predicate{v.tests[0]}, v.cases[c].truths[0]})
		}
	}
	return out
}

// formula is a predicate over the variables.
type formula struct {
	node           node // constant, *all, *some, *not or a test
	kids           []*formula
	variable, test int
}

func (x *separation) compile(p Predicate) *formula {
	f := &formula{node: p.n}
	switch n := p.n.(type) {
	case nil, constant:
	case *all:
		for _, k := range n.of {
			f.kids = append(f.kids, x.compile(k))
		}
	case *some:
		for _, k := range n.of {
			f.kids = append(f.kids, x.compile(k))
		}
	case *not:
		f.kids = []*formula{x.compile(n.of)}
	default:
		f.variable, f.test = x.find(n)
	}
	return f
}

// bounds are what a formula can still come to.
type bounds struct{ lo, hi Truth }

func (x *separation) bounds(f *formula) bounds {
	switch n := f.node.(type) {
	case nil:
		return bounds{Unknown, Unknown}
	case constant:
		return bounds{Truth(n), Truth(n)}
	case *all:
		out := bounds{True, True}
		for _, k := range f.kids {
			s := x.bounds(k)
			out = bounds{out.lo.And(s.lo), out.hi.And(s.hi)}
		}
		return out
	case *some:
		out := bounds{False, False}
		for _, k := range f.kids {
			s := x.bounds(k)
			out = bounds{out.lo.Or(s.lo), out.hi.Or(s.hi)}
		}
		return out
	case *not:
		s := x.bounds(f.kids[0])
		return bounds{s.hi.Not(), s.lo.Not()}
	}
	c := x.at[f.variable]
	if c == open {
		return bounds{False, True}
	}
	t := x.vars[f.variable].cases[c].truths[f.test]
	return bounds{t, t}
}
