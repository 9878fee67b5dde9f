package scope

import "slices"

// Predicate is a test of records: an immutable tree, to be evaluated on a [Record] or rendered as
// SQL. The zero Predicate is unknown: it selects nothing, and neither does its negation. A
// Predicate may be used concurrently.
type Predicate struct{ n node }

// None selects no record; its negation selects all.
func None() Predicate { return Predicate{constant(False)} }

// All selects every record.
func All() Predicate { return Predicate{constant(True)} }

// Const has the same answer for every record. Const(Unknown) is the zero Predicate.
func Const(t Truth) Predicate {
	switch t.known() {
	case True:
		return All()
	case False:
		return None()
	default:
		return Predicate{}
	}
}

// Eq tests for one value. On NULL it is unknown.
func Eq(attr string, v Value) Predicate { return In(attr, v) }

// In tests for one of several values, all of one kind. On NULL it is unknown, but with no values
// it is False for every record. A NULL or absent value among them makes unknown what would be
// False, as in SQL.
func In(attr string, vs ...Value) Predicate { return member(attr, vs, false) }

// Is is [In] for ownership: on NULL it is False, so that what nobody owns is not mine.
func Is(attr string, vs ...Value) Predicate { return member(attr, vs, true) }

func member(attr string, vs []Value, total bool) Predicate {
	values := make([]Value, 0, len(vs))
	kind := Kind(0)
	for _, v := range vs {
		if v.kind != 0 {
			values = append(values, v)
			kind = v.kind
		}
	}
	for _, v := range values {
		if v.kind != kind {
			kind = 0
		}
	}
	known := None()
	if len(values) > 0 {
		known = Predicate{&set{attr: attr, kind: kind, values: distinct(values), total: total}}
	}
	if slices.ContainsFunc(vs, func(v Value) bool { return v.kind == 0 }) {
		return Or(known, Predicate{})
	}
	return known
}

// Op is how [Compare] compares. The zero Op is invalid.
type Op uint8

// The comparisons. For equality there is [Eq].
const (
	Lt Op = iota + 1
	Le
	Gt
	Ge
	Ne
)

// String returns the operator as SQL writes it.
func (op Op) String() string {
	if op < Lt || op > Ne {
		return "invalid"
	}
	return [...]string{"<", "<=", ">", ">=", "<>"}[op-Lt]
}

// Compare tests an attribute's order relative to v; see [Value.Compare]. On NULL it is unknown,
// as it is for every record if op is invalid or v is NULL or absent.
func Compare(attr string, op Op, v Value) Predicate {
	switch {
	case op < Lt || op > Ne || v.kind == 0:
		return Predicate{}
	case op == Ne:
		return Not(Eq(attr, v))
	}
	return Predicate{&order{attr, op, v}}
}

// IsNull tests for NULL. It is never unknown.
func IsNull(attr string) Predicate { return Predicate{&isNull{attr}} }

// IsBlank tests for nobody's id: NULL, and by kind k also "", 0 or the nil uuid. It is never
// unknown.
func IsBlank(attr string, k Kind) Predicate { return Or(IsNull(attr), In(attr, blanks(k)...)) }

func blanks(k Kind) []Value {
	switch k {
	case KindText:
		return []Value{Text("")}
	case KindInt:
		return []Value{Int(0)}
	case KindUUID:
		return []Value{{kind: KindUUID}, {kind: KindUUID, str: nilUUID}}
	case KindDecimal:
		return []Value{{kind: KindDecimal, str: "0"}}
	}
	return nil
}

// Tree is a hierarchy of teams or regions. It must be immutable and safe for concurrent use;
// package orgtree has one.
type Tree interface {
	// Under reports whether node is root or below it; false if the tree knows either not.
	Under(node, root string) bool
	// Subtree returns root and all nodes below it, root first, the others sorted; nil if the
	// tree does not know root.
	Subtree(root string) []string
	// Has reports whether the tree knows the node.
	Has(node string) bool
}

// Under tests whether an attribute names one of the roots or a node below one. On NULL it is
// unknown. A node that the tree does not know is under nothing; with no roots, nothing is. A nil
// Tree is unknown.
func Under(attr string, t Tree, roots ...string) Predicate {
	switch {
	case len(roots) == 0:
		return None()
	case t == nil:
		return Predicate{}
	}
	roots = slices.Clone(roots)
	slices.Sort(roots)
	return Predicate{&under{attr: attr, tree: t, roots: slices.Compact(roots)}}
}

// Exists tests whether a record has related rows that meet where. The rows' answers are ORed; no
// rows is False. If the attribute that rows point at is NULL or blank, the answer is unknown.
// The predicate must be completed by [Predicate.Within] before use.
func Exists(relation string, where Predicate) Predicate {
	return Predicate{&exists{relation: relation, where: where}}
}

// distinct sorts values in place and drops those that occur before.
func distinct(values []Value) []Value {
	slices.SortFunc(values, ordered)
	return slices.Compact(values)
}

// ordered is a total order of values, which groups them by kind.
func ordered(v, w Value) int {
	if v.kind != w.kind {
		return int(v.kind) - int(w.kind)
	}
	c, _ := v.Compare(w)
	return c
}
