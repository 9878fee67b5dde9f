package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// diffVerdict is what a contrast comes to for one subject.
type diffVerdict struct {
	gained, lost outcome
	fields       []fieldVerdict
}

type fieldVerdict struct {
	fieldContrast
	levels map[LevelChange]outcome
}

// outcome says whether a difference was found: with an example, or else whether there may be one.
type outcome struct {
	maybe   bool
	example *Example
}

func (o outcome) found() bool { return o.example != nil }

// note adds what one look has found.
func (o *outcome) note(found scope.Truth, e *Example) {
	switch {
	case found == scope.False:
	case e != nil && o.example == nil:
		o.example = e
	case e == nil:
		o.maybe = true
	}
}

// examination compares a contrast for one subject.
type examination struct {
	p       *sides
	c       *contrast
	id      string
	sub     scope.Subject
	at      stretch
	o       *occasions
	was     []scope.Predicate // of the atoms
	next    []scope.Predicate
	mine    scope.Predicate
	whole   diffVerdict
	looking *look
}

// diffSetting is both sides under one occasion, or under any: with the conditions as attributes of the record.
type diffSetting struct {
	occasion
	any       bool
	known     scope.Predicate
	was, next party
	masks     func() (old, now field.Mask, err error) // worked out when they are needed
}

// look is one form of request in one setting.
type look struct {
	form
	*diffSetting
	before, after scope.Predicate // the records that the rules allow
}

// verdict compares a contrast for one subject, or takes what came out for another for whom it must be the same.
func (p *sides) verdict(c *contrast, id string, s stretch) (diffVerdict, error) {
	sub := p.next.person(id)
	key, alike := c.alike(sub, s)
	if alike {
		if v, ok := c.verdicts[key]; ok {
			return v, nil
		}
	}
	x := examination{p: p, c: c, id: id, sub: sub, at: s, o: c.occasion(s.from, s.until), mine: p.next.snap.mine[c.typ.number]}
	var err error
	if x.was, err = resolveAll(c.was.program, sub); err != nil {
		return diffVerdict{}, err
	}
	if x.next, err = resolveAll(c.next.program, sub); err != nil {
		return diffVerdict{}, err
	}
	if err := x.examine(); err != nil {
		return diffVerdict{}, err
	}
	if alike {
		c.verdicts[key] = x.whole
	}
	return x.whole, nil
}

func resolveAll(p *program, sub scope.Subject) ([]scope.Predicate, error) {
	out := make([]scope.Predicate, len(p.atoms))
	for i := range p.atoms {
		if a := &p.atoms[i]; a.scope != nil {
			var err error
			if out[i], err = resolveScope(a, sub, p.typ); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// examine looks at each form of request under each occasion.
func (x *examination) examine() error {
	var settings []*diffSetting
	for _, o := range x.o.list {
		settings = append(settings, x.setting(o))
	}
	met := settings
	if !x.o.all {
		settings = append(slices.Clip(settings), x.anySetting())
	}
	forms := x.c.forms()
	for _, s := range settings {
		for _, f := range forms {
			x.looking = &look{f, s, scope.And(s.known, f.reach(s.was.evaluation)), scope.And(s.known, f.reach(s.next.evaluation))}
			if x.c.roles != nil {
				if err := x.compareRecords(); err != nil {
					return err
				}
			}
			if err := x.compareFields(); err != nil {
				return err
			}
		}
	}
	if x.whole.gained != (outcome{}) || x.whole.lost != (outcome{}) {
		return nil
	}
	return x.compareCertain(met)
}

// compareRecords looks for a record that one side allows and the other does not.
func (x *examination) compareRecords() error {
	l := x.looking
	for _, way := range []struct {
		out           *outcome
		before, after scope.Predicate
		gain          bool
	}{{&x.whole.gained, l.before, l.after, true}, {&x.whole.lost, l.after, l.before, false}} {
		if way.out.found() {
			continue
		}
		found := x.apart(way.after, way.before)
		if found == scope.False {
			continue
		}
		old, now, err := l.masks()
		if err != nil {
			return err
		}
		mask := now
		if !way.gain {
			mask = old
		}
		way.out.note(found, x.exemplify(found, way.after, way.before, []field.Mask{mask}, func(was, next Decision) bool {
			return was.Allowed() != next.Allowed() && next.Allowed() == way.gain
		}))
	}
	return nil
}

func (x *examination) apart(p, q scope.Predicate) scope.Truth {
	if p.Implies(q) {
		return scope.False
	}
	_, found := scope.Apart(p, q, x.schema())
	return found
}

// schema describes what is asked about, conditions included.
func (x *examination) schema() *scope.Schema {
	s := *x.looking.schema(&x.c.typ.Schema)
	if x.looking.any {
		s.Attrs = slices.Concat(s.Attrs, x.o.attrs())
	}
	return &s
}
