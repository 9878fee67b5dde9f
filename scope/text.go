package scope

import (
	"strconv"
	"strings"
)

// String returns the predicate as text for people and logs. Equal trees have equal text; which
// [Tree] an Under reads is not part of it. The text can't be parsed back.
func (p Predicate) String() string {
	var b strings.Builder
	writeText(&b, p.n)
	return b.String()
}

func writeText(b *strings.Builder, n node) {
	switch n := n.(type) {
	case nil:
		b.WriteString("unknown")
	case constant:
		b.WriteString(Truth(n).String())
	case *set:
		b.WriteString(nameText(n.attr))
		writeSet(b, n)
	case *order:
		b.WriteString(nameText(n.attr) + " " + n.op.String() + " " + valueText(n.value))
	case *isNull:
		b.WriteString(nameText(n.attr) + " is null")
	case *under:
		b.WriteString(nameText(n.attr) + " under ")
		writeList(b, len(n.roots), func(i int) string { return strconv.Quote(n.roots[i]) })
	case *exists:
		b.WriteString("has " + nameText(n.relation))
		if l := n.link; l != nil && l.tenant != "" {
			b.WriteString("[" + nameText(l.tenant) + " is " + valueText(l.value) + "]")
		}
		b.WriteString("(")
		writeText(b, n.where.n)
		b.WriteString(")")
	case *all:
		writeMembers(b, n.of, " and ")
	case *some:
		writeMembers(b, n.of, " or ")
	case *not:
		b.WriteString("not ")
		writeText(b, n.of.n)
	}
}

func writeSet(b *strings.Builder, n *set) {
	operator, many := " = ", " in "
	if n.total {
		operator, many = " is ", " is "
	}
	if len(n.values) == 1 {
		b.WriteString(operator + valueText(n.values[0]))
		return
	}
	b.WriteString(many)
	writeList(b, len(n.values), func(i int) string { return valueText(n.values[i]) })
}

func writeMembers(b *strings.Builder, of []Predicate, between string) {
	b.WriteString("(")
	for i, p := range of {
		if i > 0 {
			b.WriteString(between)
		}
		writeText(b, p.n)
	}
	b.WriteString(")")
}

func writeList(b *strings.Builder, n int, item func(int) string) {
	b.WriteString("(")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(item(i))
	}
	b.WriteString(")")
}

// valueText tells kinds apart: "42" is text, 42 an integer.
func valueText(v Value) string {
	switch v.kind {
	case KindText:
		return strconv.Quote(v.str)
	case KindInt, KindBool:
		return v.String()
	}
	return v.kind.String() + "(" + v.String() + ")"
}

func nameText(name string) string {
	if isName(name) {
		return name
	}
	return strconv.Quote(name)
}
