package scope

import (
	"reflect"
	"slices"
)

// node is one test of a predicate. The sum is sealed: evaluation, text, SQL, substitution,
// completion and the checks each cover every variant below. A nil node is unknown.
type node interface{ sealed() }

type (
	// constant is True or False.
	constant Truth

	// set tests membership. The values are sorted, distinct, not NULL and at least one.
	set struct {
		attr   string
		kind   Kind // zero if the values are of several kinds, which Check refuses
		values []Value
		total  bool // NULL is False rather than unknown
	}

	// order compares with one value.
	order struct {
		attr  string
		op    Op
		value Value
	}

	isNull struct{ attr string }

	// under tests a place in a tree. The roots are sorted, distinct and at least one.
	under struct {
		attr  string
		kind  Kind // zero until Within: then the record's Go type tells it
		tree  Tree
		roots []string
	}

	// exists tests related rows.
	exists struct {
		relation string
		where    Predicate
		link     *link // nil until Within
	}

	all  struct{ of []Predicate } // two or more
	some struct{ of []Predicate } // two or more
	not  struct{ of Predicate }   // neither constant nor itself a not
)

// link is what Within adds to an Exists node.
type link struct {
	local  string // attribute of the record that the rows point at
	kind   Kind
	tenant string // attribute of the rows, "" if they have no tenant
	value  Value  // that the tenant must have
}

func (constant) sealed() {}
func (*set) sealed()     {}
func (*order) sealed()   {}
func (*isNull) sealed()  {}
func (*under) sealed()   {}
func (*exists) sealed()  {}
func (*all) sealed()     {}
func (*some) sealed()    {}
func (*not) sealed()     {}

// equal reports whether two nodes are the same test. Nodes that read different trees are not,
// although their texts are.
func equal(a, b node) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case constant:
		return a == b
	case *set:
		b, ok := b.(*set)
		return ok && a.attr == b.attr && a.kind == b.kind && a.total == b.total && slices.Equal(a.values, b.values)
	case *order:
		b, ok := b.(*order)
		return ok && *a == *b
	case *isNull:
		b, ok := b.(*isNull)
		return ok && *a == *b
	case *under:
		b, ok := b.(*under)
		return ok && a.attr == b.attr && a.kind == b.kind && sameTree(a.tree, b.tree) && slices.Equal(a.roots, b.roots)
	case *exists:
		b, ok := b.(*exists)
		return ok && a.relation == b.relation && sameLink(a.link, b.link) && equal(a.where.n, b.where.n)
	case *all:
		b, ok := b.(*all)
		return ok && slices.EqualFunc(a.of, b.of, same)
	case *some:
		b, ok := b.(*some)
		return ok && slices.EqualFunc(a.of, b.of, same)
	case *not:
		b, ok := b.(*not)
		return ok && same(a.of, b.of)
	}
	return false
}

func same(p, q Predicate) bool { return equal(p.n, q.n) }

func sameLink(a, b *link) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// sameTree compares without the panic of == on a host's type that holds maps or slices.
func sameTree(a, b Tree) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Comparable() && y.Comparable() && a == b
}
