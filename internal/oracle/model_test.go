package oracle

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"sync"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// model decides by the book from a tenant's rows, the shared ones among them, and its people.
type model struct {
	rows access.Rows
	org  organisation
	seen time.Time // a grant that was over then is over
}

const yes, unknown, no int8 = 1, 0, -1

func is(b bool) int8 { return map[bool]int8{true: yes, false: no}[b] }

func (m model) allows(q question) bool {
	return !slices.ContainsFunc(q.parties(), func(q question) bool { return !m.permits(q) })
}

func (m model) permits(q question) bool {
	return m.admits(q) && !slices.ContainsFunc(q.images(), func(img string) bool {
		return m.applying(q, img, access.Deny) != nil || m.applying(q, img, access.Allow) == nil
	})
}

// admits is what goes before all rules: who asks is known and not barred, and no image is another tenant's.
func (m model) admits(q question) bool {
	person, known := m.org.People[q.Subject]
	suspended := slices.ContainsFunc(m.rows.Suspensions, func(s access.Suspension) bool { return s.Subject == q.Subject })
	foreign := slices.ContainsFunc(q.images(), func(img string) bool { return q.record(img).Tenant != q.Tenant })
	return (known || m.org.Unlisted && len(m.roles(q)) > 0) && !person.Inactive && !suspended && !foreign
}

// applying are the rules of an effect that apply on one image: allows that are true, denies that are not false.
func (m model) applying(q question, img string, e access.Effect) (out []access.Rule) {
	roles, least := m.roles(q), map[access.Effect]int8{access.Allow: yes, access.Deny: unknown}[e]
	for _, r := range m.rows.Rules {
		if r.Effect == e && roles[r.Role] && covers(r, q) && m.on(q, img).value(r.When) >= least {
			out = append(out, r)
		}
	}
	return out
}

func (m model) roles(q question) map[string]bool {
	roles := map[string]bool{}
	for _, a := range m.rows.Assignments {
		if a.Subject == q.Subject {
			roles[a.Role] = true
		}
	}
	for _, g := range m.rows.Grants {
		if g.Subject == q.Subject && !q.Env.Time.Before(g.From) && q.Env.Time.Before(g.Until) && m.seen.Before(g.Until) {
			roles[g.Role] = true
		}
	}
	for before := -1; before < len(roles); {
		before = len(roles)
		for _, l := range m.rows.Inherits {
			if roles[l.Role] {
				roles[l.Inherits] = true
			}
		}
	}
	return roles
}

func covers(r access.Rule, q question) bool {
	all := r.Effect == access.Deny
	return (r.Type == q.Type || r.Type == "*" && (all || !sensitiveTypes[q.Type])) &&
		(r.Action == q.Action || r.Action == "*" && (all || !sensitiveActions[q.Action]))
}

// valuation gives names their value in a question, the rules being tested on one image.
type valuation struct {
	model
	q     question
	img   string
	known map[string]int8 // by pin, a point, and name
}

func (m model) on(q question, img string) valuation { return valuation{m, q, img, map[string]int8{}} }

func (v valuation) value(when string) int8 {
	return v.of(tree(when), "")
}

var trees sync.Map // by text

func tree(when string) ast.Expr {
	e, _ := trees.Load(when)
	if e == nil {
		e, _ = parser.ParseExpr(when)
		trees.Store(when, e)
	}
	return e.(ast.Expr)
}

func (v valuation) of(e ast.Expr, pin string) int8 {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return v.of(e.X, pin)
	case *ast.UnaryExpr:
		return -v.of(e.X, pin)
	case *ast.BinaryExpr:
		if e.Op == token.LAND {
			return min(v.of(e.X, pin), v.of(e.Y, pin))
		}
		return max(v.of(e.X, pin), v.of(e.Y, pin))
	case *ast.SelectorExpr:
		if e.X.(*ast.Ident).Name == "action" {
			return is(e.Sel.Name == v.q.Action)
		}
		return v.of(e.Sel, e.X.(*ast.Ident).Name)
	}
	d := v.definition(e.(*ast.Ident).Name)
	if d.Expr != "" {
		return v.of(tree(d.Expr), pin)
	}
	if d.Condition != nil {
		pin = ""
	}
	if _, done := v.known[pin+"."+d.Name]; !done {
		v.known[pin+"."+d.Name] = v.truth(d, pin)
	}
	return v.known[pin+"."+d.Name]
}

func (v valuation) definition(name string) access.Definition {
	for _, d := range v.rows.Definitions {
		if d.Name == name {
			return d
		}
	}
	return access.Definition{Name: name}
}
