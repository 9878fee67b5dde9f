package access

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// approvedName is the condition that a live approval covers this subject, action, record and content.
const approvedName = "approved"

// MaxNames is the largest number of distinct names in one when, the definitions it uses written out.
const MaxNames = 64

// meaning is what a name in a when stands for: exactly one of its fields is set.
type meaning struct {
	scope    scope.Resolver
	cond     *condition.Condition
	custom   *custom
	expr     *when.Expr
	approved bool
}

// vocabulary is every name a tenant's rules may use.
type vocabulary map[string]meaning

// stockNames are the names every tenant has: the stock scopes and conditions, and the host's own.
func stockNames(c *Config) (vocabulary, error) {
	v := vocabulary{approvedName: {approved: true}}
	for name, r := range scope.Stock() {
		v[name] = meaning{scope: r}
	}
	for name, r := range c.Scopes {
		if err := checkDefinable(name); err != nil {
			return nil, invalid("scope name", name, err)
		}
		if _, taken := v[name]; taken || r == nil {
			return nil, invalid("scope name", name, fmt.Errorf("is a stock name or has no resolver"))
		}
		v[name] = meaning{scope: r}
	}
	for name, f := range c.Conditions {
		if err := checkDefinable(name); err != nil {
			return nil, invalid("condition name", name, err)
		}
		if _, taken := v[name]; taken || f == nil {
			return nil, invalid("condition name", name, fmt.Errorf("is the name of a scope or a stock name, or has no function"))
		}
		v[name] = meaning{custom: newCustom(name, f, c)}
	}
	return v, nil
}

func checkDefinable(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return when.CheckName(name)
}

// define returns stock with the definitions added: a name once only, no cycles, every name known.
func define(stock vocabulary, defs []Definition) (vocabulary, error) {
	v := make(vocabulary, len(stock)+len(defs))
	for name, m := range stock {
		v[name] = m
	}
	for _, d := range defs {
		m, err := meaningOf(d)
		if err != nil {
			return nil, invalid("definition", d.Name, err)
		}
		if _, taken := v[d.Name]; taken {
			return nil, invalid("definition", d.Name, fmt.Errorf("is a stock name or defined twice"))
		}
		v[d.Name] = m
	}
	for _, d := range defs {
		if d.Expr == "" {
			continue
		}
		if _, err := v.expand(*v[d.Name].expr, ""); err != nil {
			return nil, invalid("definition", d.Name, err)
		}
	}
	return v, nil
}

func meaningOf(d Definition) (meaning, error) {
	if err := checkDefinable(d.Name); err != nil {
		return meaning{}, err
	}
	set := 0
	d = d.clone()
	var m meaning
	if d.Scope != nil {
		set++
		m.scope = *d.Scope
	}
	if d.Condition != nil {
		set++
		c, err := d.Condition.Compile()
		if err != nil {
			return meaning{}, err
		}
		m.cond = &c
	}
	if d.Expr != "" {
		set++
		e, err := when.Parse(d.Expr)
		if err != nil {
			return meaning{}, err
		}
		m.expr = &e
	}
	if set != 1 {
		return meaning{}, fmt.Errorf("sets %d of scope, condition and expr, it must be one", set)
	}
	return m, nil
}

// expand writes the definitions out, so that only scopes, conditions and actions are left. A pin before the name of an
// expression pins the scopes inside it.
func (v vocabulary) expand(e when.Expr, pin string) (when.Expr, error) {
	left := maxNodes
	out, err := v.expandIn(e, pin, nil, &left)
	if err != nil {
		return out, err
	}
	distinct := map[when.Name]bool{}
	out.Names(func(n when.Name) { distinct[n] = true })
	if len(distinct) > MaxNames {
		return out, fmt.Errorf("uses %d names with its definitions written out, at most %d are allowed", len(distinct), MaxNames)
	}
	return out, nil
}

const maxNodes = 4096

func (v vocabulary) expandIn(e when.Expr, pin string, path []string, left *int) (when.Expr, error) {
	if *left--; *left < 0 {
		return e, fmt.Errorf("is longer than %d names and operators with its definitions written out", maxNodes)
	}
	if e.Op != when.Ref {
		out := when.Expr{Op: e.Op, Kids: make([]when.Expr, len(e.Kids))}
		for i, k := range e.Kids {
			var err error
			if out.Kids[i], err = v.expandIn(k, pin, path, left); err != nil {
				return out, err
			}
		}
		return out, nil
	}
	if e.Name.Pin == "action" {
		return e, nil
	}
	m, ok := v[e.Name.Name]
	if !ok {
		return e, fmt.Errorf("the name %q is not known: define it, or correct its spelling", e.Name.Name)
	}
	if e.Name.Pin != "" {
		if pin != "" && pin != e.Name.Pin {
			return e, fmt.Errorf("%s stands inside a definition that is pinned to %q", e.Name, pin)
		}
		pin = e.Name.Pin
	}
	if m.expr == nil {
		if m.scope == nil {
			if e.Name.Pin != "" {
				return e, fmt.Errorf("%s: only scopes have an old and a new image", e.Name)
			}
			pin = ""
		}
		return when.Expr{Op: when.Ref, Name: when.Name{Pin: pin, Name: e.Name.Name}}, nil
	}
	for _, p := range path {
		if p == e.Name.Name {
			return e, fmt.Errorf("the definition of %q uses itself", p)
		}
	}
	if len(path) > MaxNames {
		return e, fmt.Errorf("definitions are nested deeper than %d", MaxNames)
	}
	return v.expandIn(*m.expr, pin, append(path[:len(path):len(path)], e.Name.Name), left)
}
