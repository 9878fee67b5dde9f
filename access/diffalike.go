package access

import (
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// alike is the same for subjects whom the rules cannot tell apart but by comparing their ids with owner and creator. Whatever
// comes out for one of them comes out for all.
func (c *contrast) alike(sub scope.Subject, s stretch) (key string, ok bool) {
	for _, p := range []*program{c.was.program, c.next.program} {
		for _, a := range p.atoms {
			if a.custom != nil || a.scope != nil && c.tellsApart(a.scope) {
				return "", false
			}
		}
	}
	key = fmt.Sprintf("%q %q %q %v %v", sub.Teams, sub.Regions, sub.Attrs, s.from, s.until)
	for _, name := range c.people() {
		attr, _ := c.typ.Schema.Attr(name)
		_, is := scope.ParseID(attr.Kind, sub.ID)
		key += fmt.Sprint(" ", is)
	}
	return key, true
}

// people are the attributes that stock scopes compare with ids of subjects.
func (c *contrast) people() []string {
	return append(slices.Clone(c.typ.Schema.Owner), c.typ.Schema.Creator)
}

// tellsApart reports whether a scope may look at ids in another way: name some of them, or be the host's own.
func (c *contrast) tellsApart(r scope.Resolver) bool {
	if scope.IsStock(r) {
		return false
	}
	criterion, ok := r.(scope.Criterion)
	if !ok || comparesID(criterion) {
		return true
	}
	reads, known := scope.Reads(criterion, &c.typ.Schema)
	return !known || slices.ContainsFunc(reads, func(name string) bool { return slices.Contains(c.people(), name) })
}

// comparesID reports whether a criterion asks for the subject's id.
func comparesID(c scope.Criterion) bool {
	parts := slices.Concat(c.All, c.Any)
	for _, p := range []*scope.Criterion{c.Not, c.Where} {
		if p != nil {
			parts = append(parts, *p)
		}
	}
	return c.Subject == "id" || slices.ContainsFunc(parts, comparesID)
}
