package access

import (
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// evaluation is a program's under an occasion.
func (x *examination) evaluation(p *program, at []int, scopes []scope.Predicate, values []scope.Truth) *evaluation {
	ev := &evaluation{prog: p, scopes: scopes, values: make([]scope.Truth, len(p.atoms))}
	for i, n := range at {
		if n >= 0 {
			ev.values[i] = values[n]
		}
	}
	return ev
}

func (x *examination) setting(o occasion) *diffSetting {
	return x.both(&diffSetting{
		occasion: o, known: scope.All(),
		was:  party{id: x.id, evaluation: x.evaluation(x.c.was.program, x.o.was, x.was, o.values)},
		next: party{id: x.id, evaluation: x.evaluation(x.c.next.program, x.o.next, x.next, o.values)},
	})
}

// anySetting is what no occasion that was met may have shown.
func (x *examination) anySetting() *diffSetting {
	out := &diffSetting{any: true, known: x.o.known()}
	for _, side := range []struct {
		into   *party
		of     *program
		at     []int
		scopes []scope.Predicate
	}{{&out.was, x.c.was.program, x.o.was, x.was}, {&out.next, x.c.next.program, x.o.next, x.next}} {
		prog, scopes := asAttrs(side.of, side.at, side.scopes)
		*side.into = party{id: x.id, evaluation: &evaluation{prog: prog, scopes: scopes, values: make([]scope.Truth, len(scopes))}}
	}
	return x.both(out)
}

// both lets the setting work out the masks of its sides, once.
func (x *examination) both(out *diffSetting) *diffSetting {
	var old, now field.Mask
	var err error
	made := false
	out.masks = func() (field.Mask, field.Mask, error) {
		if !made {
			made = true
			if old, err = out.was.mask(x.c.typ, x.p.a.maskers); err == nil {
				now, err = out.next.mask(x.c.typ, x.p.a.maskers)
			}
		}
		return old, now, err
	}
	return out
}
