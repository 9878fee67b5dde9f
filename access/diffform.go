package access

import (
	"strings"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// form is a way of asking about an action: of a record as it is, of one to be made, of a write from one to the other.
type form struct {
	reach  func(*evaluation) scope.Predicate // what the rules allow
	images []imageOf
	write  bool // both images, as one record
}

// imageOf is one image of a record, and how a predicate is asked about it.
type imageOf struct {
	new bool
	of  func(scope.Predicate) scope.Predicate
}

func itself(p scope.Predicate) scope.Predicate { return p }

// newPrefix stands before the names of the new image where both stand in one record.
const newPrefix = "new."

// renamed is a predicate about the new image. Conditions are the same for both.
func renamed(p scope.Predicate) scope.Predicate {
	return p.Renamed(func(name string) string {
		if strings.HasPrefix(name, conditionPrefix) {
			return name
		}
		return newPrefix + name
	})
}

var (
	asRecord = form{
		reach: func(ev *evaluation) scope.Predicate {
			return ev.predicate(reading{bare: asIs, old: asIs, new: unknown})
		},
		images: []imageOf{{false, itself}},
	}
	asNew = form{
		reach: func(ev *evaluation) scope.Predicate {
			return ev.predicate(reading{bare: asIs, old: unknown, new: asIs})
		},
		images: []imageOf{{true, itself}},
	}
	asWrite = form{
		reach: func(ev *evaluation) scope.Predicate {
			next := func(_ int, p scope.Predicate) scope.Predicate { return renamed(p) }
			return scope.And(
				ev.predicate(reading{bare: asIs, old: asIs, new: next}),
				ev.predicate(reading{bare: next, old: asIs, new: next}),
			)
		},
		images: []imageOf{{false, itself}, {true, renamed}},
		write:  true,
	}
)

// forms are those that can differ. Without a pinned name a write is two questions of the first form.
func (c *contrast) forms() []form {
	var out []form
	k := c.act.Kinds
	if k != CreateRows {
		out = append(out, asRecord)
	}
	if k == 0 || k&CreateRows != 0 {
		out = append(out, asNew)
	}
	if k != CreateRows && (c.was.pinned() || c.next.pinned()) {
		out = append(out, asWrite)
	}
	return out
}

// pinned reports whether a rule tells the images of a write apart.
func (r ruling) pinned() bool {
	for _, a := range r.program.atoms[:r.program.decisive] {
		if a.name.Pin == "old" || a.name.Pin == "new" {
			return true
		}
	}
	return false
}

// schema describes what the form asks about.
func (f form) schema(s *scope.Schema) *scope.Schema {
	if !f.write {
		return s
	}
	both := *s
	both.Attrs, both.Relations = nil, nil
	for _, prefix := range []string{"", newPrefix} {
		for _, a := range s.Attrs {
			a.Name = prefix + a.Name
			both.Attrs = append(both.Attrs, a)
		}
		for _, r := range s.Relations {
			r.Name, r.Local = prefix+r.Name, prefix+r.Local
			both.Relations = append(both.Relations, r)
		}
	}
	return &both
}

// writable are conditions, the strictest first, under which a request is not refused for a field that it would write: a
// record to be made has nothing in a field that may not be set, a write is of attributes that may be changed.
func (f form) writable(want scope.Predicate, s *scope.Schema, masks []field.Mask, except []string) []scope.Predicate {
	img := f.images[len(f.images)-1]
	if !img.new {
		return []scope.Predicate{want}
	}
	all := []scope.Predicate{want}
	for _, a := range s.Attrs {
		if len(except) > 0 && a.Name == except[0] {
			continue
		}
		if f.write && !strings.Contains(want.String(), newPrefix+a.Name) {
			continue // it stays what it was
		}
		var may []scope.Predicate
		for _, m := range masks {
			if f.write {
				may = append(may, m.AtLeast(field.Edit, a.Name), renamed(m.AtLeast(field.Edit, a.Name)))
			} else {
				may = append(may, m.AtLeast(field.Once, a.Name))
			}
		}
		all = append(all, scope.Or(img.of(scope.IsNull(a.Name)), scope.And(may...)))
	}
	return []scope.Predicate{scope.And(all...), want}
}
