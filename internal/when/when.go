// Package when reads the expression of a policy rule: names of scopes and conditions joined by && || ! and parentheses,
// such as
//
//	own && office_hours
//	(team || shared) && !new.closed
//	old.unowned && new.own && action.claim
//
// The text is parsed by go/parser, and of its tree only identifiers, the selectors old. new. action., the three
// operators and parentheses are accepted. Canonical spelling, as String writes it, is what a policy store keeps.
package when

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// Op is what a node of an expression does.
type Op uint8

// The operators. The zero Op is no expression.
const (
	Ref Op = iota + 1
	And
	Or
	Not
)

// Name is one name in an expression.
type Name struct {
	Pin  string // "", "old", "new" or "action"
	Name string
}

func (n Name) String() string {
	if n.Pin == "" {
		return n.Name
	}
	return n.Pin + "." + n.Name
}

// Expr is an expression. It is not changed after Parse returned it.
type Expr struct {
	Op   Op
	Name Name   // of a Ref
	Kids []Expr // of And and Or at least two, none of the same Op; of Not one
}

// MaxLen is the longest text Parse accepts, in bytes.
const MaxLen = 4096

// Parse reads an expression.
func Parse(text string) (Expr, error) {
	if len(text) > MaxLen {
		return Expr{}, fmt.Errorf("the expression is %d bytes long, at most %d are allowed: define a name for a part of it", len(text), MaxLen)
	}
	for _, r := range text {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("_. ()&|!", r) {
			continue
		}
		return Expr{}, fmt.Errorf("%q has no place in an expression: it is made of names in lower snake case, && || ! and parentheses", r)
	}
	tree, err := parser.ParseExpr(text)
	if err != nil {
		return Expr{}, fmt.Errorf("%q is not an expression of names, && || ! and parentheses (Go keywords are no names): %w", text, err)
	}
	return convert(tree)
}

func convert(n ast.Expr) (Expr, error) {
	switch n := n.(type) {
	case *ast.ParenExpr:
		return convert(n.X)
	case *ast.Ident:
		return reference("", n.Name)
	case *ast.SelectorExpr:
		if pin, ok := n.X.(*ast.Ident); ok {
			switch pin.Name {
			case "old", "new", "action":
				return reference(pin.Name, n.Sel.Name)
			}
		}
		return Expr{}, fmt.Errorf("only old. new. and action. may stand before a name")
	case *ast.UnaryExpr:
		if n.Op != token.NOT {
			break
		}
		kid, err := convert(n.X)
		if err != nil {
			return Expr{}, err
		}
		return Expr{Op: Not, Kids: []Expr{kid}}, nil
	case *ast.BinaryExpr:
		op := map[token.Token]Op{token.LAND: And, token.LOR: Or}[n.Op]
		if op == 0 {
			break
		}
		left, err := convert(n.X)
		if err != nil {
			return Expr{}, err
		}
		right, err := convert(n.Y)
		if err != nil {
			return Expr{}, err
		}
		return join(op, left, right), nil
	}
	return Expr{}, fmt.Errorf("only names, && || ! and parentheses are allowed")
}

func reference(pin, name string) (Expr, error) {
	if err := CheckName(name); err != nil {
		return Expr{}, err
	}
	return Expr{Op: Ref, Name: Name{Pin: pin, Name: name}}, nil
}

// CheckName reports why s cannot be a name in an expression.
func CheckName(s string) error {
	switch s {
	case "old", "new", "action", "true", "false", "nil":
		return fmt.Errorf("%q is reserved", s)
	}
	if token.IsKeyword(s) {
		return fmt.Errorf("%q is a Go keyword and no name", s)
	}
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return fmt.Errorf("the name %q does not begin with a letter", s)
	}
	return nil
}

// join flattens a && (b && c) into one node.
func join(op Op, kids ...Expr) Expr {
	out := Expr{Op: op}
	for _, k := range kids {
		if k.Op == op {
			out.Kids = append(out.Kids, k.Kids...)
		} else {
			out.Kids = append(out.Kids, k)
		}
	}
	return out
}

// String is the canonical spelling: one blank around operators, no parenthesis that is not needed.
func (e Expr) String() string {
	switch e.Op {
	case Ref:
		return e.Name.String()
	case Not:
		return "!" + e.Kids[0].within(Not)
	case And, Or:
		parts := make([]string, len(e.Kids))
		for i, k := range e.Kids {
			parts[i] = k.within(e.Op)
		}
		return strings.Join(parts, map[Op]string{And: " && ", Or: " || "}[e.Op])
	}
	return ""
}

func (e Expr) within(outer Op) string {
	if e.Op == Or && outer != Or || e.Op == And && outer == Not {
		return "(" + e.String() + ")"
	}
	return e.String()
}

// Names calls yield for each name, in the order of the text, repeats included.
func (e Expr) Names(yield func(Name)) {
	if e.Op == Ref {
		yield(e.Name)
	}
	for _, k := range e.Kids {
		k.Names(yield)
	}
}
