package access

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// readable is an expression by the names of its atoms, definitions written out.
func (p *program) readable(e expr) when.Expr {
	switch {
	case e.op != when.Ref:
		out := when.Expr{Op: e.op}
		for _, k := range e.kids {
			out.Kids = append(out.Kids, p.readable(k))
		}
		return out
	case e.atom == alwaysTrue:
		return when.Expr{Op: when.Ref, Name: when.Name{Pin: "action", Name: p.action}}
	case e.atom == alwaysFalse:
		return when.Expr{Op: when.Not, Kids: []when.Expr{{Op: when.Ref, Name: when.Name{Pin: "action", Name: p.action}}}}
	}
	return when.Expr{Op: when.Ref, Name: p.atoms[e.atom].name}
}

// meaning is the text of an expression in which names stand for what they mean.
func (p *program) meaning(e expr) string {
	switch e.op {
	case when.Ref:
		if e.atom < 0 {
			return fmt.Sprint(e.atom == alwaysTrue)
		}
		a := p.atoms[e.atom]
		return a.name.Pin + "." + a.means()
	case when.Not:
		return "!" + p.meaning(e.kids[0])
	}
	parts := make([]string, len(e.kids))
	for i, k := range e.kids {
		parts[i] = p.meaning(k)
	}
	return "(" + strings.Join(parts, map[when.Op]string{when.And: " && ", when.Or: " || "}[e.op]) + ")"
}

// means tells what a name stands for: by its data if policy defines it, else by the name, which nothing redefines.
func (a atom) means() string {
	var data any
	if c, ok := a.scope.(*scope.Criterion); ok {
		data = c
	} else if c, ok := a.scope.(scope.Criterion); ok {
		data = c
	} else if a.cond != nil {
		data = a.cond.Spec()
	} else {
		return a.name.Name
	}
	text, err := json.Marshal(data)
	if err != nil {
		return a.name.Name + " " + err.Error()
	}
	return string(text)
}
