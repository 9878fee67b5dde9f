package access

import (
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Conditions as attributes of the record: true, false, or NULL, which is unknown. So a search finds out whether there is
// any way for them to come out that makes a difference, be it one that can be or not.
const conditionPrefix = "when."

func conditionAttr(i int) string { return fmt.Sprint(conditionPrefix, i) }

// attrs are the conditions as attributes.
func (o *occasions) attrs() []scope.Attr {
	out := make([]scope.Attr, len(o.of))
	for i := range o.of {
		out[i] = scope.Attr{Name: conditionAttr(i), Kind: scope.KindBool}
	}
	return out
}

// known is true of records on which the conditions are known that always are.
func (o *occasions) known() scope.Predicate {
	all := []scope.Predicate{scope.All()}
	for i, c := range o.of {
		if c.sort() == "daily" {
			all = append(all, scope.Not(scope.IsNull(conditionAttr(i))))
		}
	}
	return scope.And(all...)
}

// asAttrs is a program that takes conditions for scopes, with what these come to.
func asAttrs(p *program, at []int, scopes []scope.Predicate) (*program, []scope.Predicate) {
	out := *p
	out.atoms, scopes = slices.Clone(p.atoms), slices.Clone(scopes)
	for i, n := range at {
		if n >= 0 {
			a := &out.atoms[i]
			a.scope, a.cond, a.custom, a.approved = scope.Always(), nil, nil, false
			scopes[i] = scope.Eq(conditionAttr(n), scope.Bool(true))
		}
	}
	return &out, scopes
}
