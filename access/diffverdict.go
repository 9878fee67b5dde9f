package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// verdict is what a contrast comes to for one subject.
type verdict struct {
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
	whole   verdict
	looking *look
}

// setting is both sides under one occasion, or under any: with the conditions as attributes of the record.
type setting struct {
	occasion
	any       bool
	known     scope.Predicate
	was, next party
	masks     func() (old, now field.Mask, err error) // worked out when they are needed
}

// look is one form of request in one setting.
type look struct {
	form
	*setting
	before, after scope.Predicate // the records that the rules allow
}

// verdict compares a contrast for one subject, or takes what came out for another for whom it must be the same.
func (p *sides) verdict(c *contrast, id string, s stretch) (verdict, error) {
	sub := p.next.subject(id)
	key, alike := c.alike(sub, s)
	if alike {
		if v, ok := c.verdicts[key]; ok {
			return v, nil
		}
	}
	x := examination{p: p, c: c, id: id, sub: sub, at: s, o: c.occasion(s.from, s.until), mine: p.next.snap.mine[c.typ.number].pred}
	var err error
	if x.was, err = resolveAll(c.was.program, sub); err != nil {
		return verdict{}, err
	}
	if x.next, err = resolveAll(c.next.program, sub); err != nil {
		return verdict{}, err
	}
	if err := x.examine(); err != nil {
		return verdict{}, err
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

// alike is the same for subjects whom the rules cannot tell apart but by their id: all scopes are stock scopes, which
// compare it with owner and creator and with nothing else.
func (c *contrast) alike(sub scope.Subject, s stretch) (key string, ok bool) {
	for _, p := range []*program{c.was.program, c.next.program} {
		for _, a := range p.atoms {
			if a.scope != nil && !scope.IsStock(a.scope) {
				return "", false
			}
		}
	}
	key = fmt.Sprintf("%q %q %v %v", sub.Teams, sub.Regions, s.from, s.until)
	for _, name := range append(slices.Clone(c.typ.Schema.Owner), c.typ.Schema.Creator) {
		attr, _ := c.typ.Schema.Attr(name)
		_, is := scope.ParseID(attr.Kind, sub.ID)
		key += fmt.Sprint(" ", is)
	}
	return key, true
}

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

func (x *examination) setting(o occasion) *setting {
	return x.both(&setting{
		occasion: o, known: scope.All(),
		was:  party{id: x.id, evaluation: x.evaluation(x.c.was.program, x.o.was, x.was, o.values)},
		next: party{id: x.id, evaluation: x.evaluation(x.c.next.program, x.o.next, x.next, o.values)},
	})
}

// anySetting is what no occasion that was met may have shown.
func (x *examination) anySetting() *setting {
	out := &setting{any: true, known: x.o.known()}
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
func (x *examination) both(out *setting) *setting {
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

// examine looks at each form of request under each occasion.
func (x *examination) examine() error {
	var settings []*setting
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

func (x *examination) fieldVerdict(f fieldContrast) *fieldVerdict {
	i := slices.IndexFunc(x.whole.fields, func(v fieldVerdict) bool { return v.name == f.name })
	if i < 0 {
		i = len(x.whole.fields)
		x.whole.fields = append(x.whole.fields, fieldVerdict{f, map[LevelChange]outcome{}})
	}
	return &x.whole.fields[i]
}

func (v *fieldVerdict) note(c LevelChange, found scope.Truth, e *Example) {
	if o := v.levels[c]; found != scope.False {
		o.note(found, e)
		v.levels[c] = o
	}
}

// compareFields looks, among the records that both sides allow, for one on which a field has different levels.
func (x *examination) compareFields() error {
	l := x.looking
	if len(x.c.fields) == 0 || l.before.IsNone() || l.after.IsNone() {
		return nil
	}
	oldMask, newMask, err := l.masks()
	if err != nil {
		return err
	}
	for _, f := range x.c.fields {
		old, known := oldMask.Cases(f.name)
		now, knew := newMask.Cases(f.name)
		if !known || !knew {
			x.fieldVerdict(f).note(LevelChange{}, scope.Unknown, nil)
			continue
		}
		for _, img := range l.images {
			for _, a := range old {
				for _, b := range now {
					if a.Form != b.Form {
						x.compareCase(f, img, a, b, []field.Mask{oldMask, newMask})
					}
				}
			}
		}
	}
	return nil
}

func (x *examination) compareCase(f fieldContrast, img imageOf, a, b field.Case, masks []field.Mask) {
	l, c := x.looking, LevelChange{a.Form.String(), b.Form.String()}
	if i := slices.IndexFunc(x.whole.fields, func(v fieldVerdict) bool { return v.name == f.name }); i >= 0 && x.whole.fields[i].levels[c].found() {
		return
	}
	want := scope.And(inOrder(l.before, l.after, img.of(a.If), img.of(b.If))...)
	avoid := scope.Or(inOrder(img.of(a.Unless), img.of(b.Unless))...)
	found := x.apart(want, avoid)
	if found == scope.False {
		return
	}
	if b.Form.Level < a.Form.Level {
		masks = masks[:1]
	} else if b.Form.Level > a.Form.Level {
		masks = masks[1:]
	}
	differs := func(was, next Decision) bool {
		if was.Allowed() != next.Allowed() {
			return next.Allowed() == (b.Form.Level > a.Form.Level)
		}
		return was.Allowed() && levelOn(was, img, f.name) == c.Old && levelOn(next, img, f.name) == c.New
	}
	x.fieldVerdict(f).note(c, found, x.exemplify(found, want, avoid, masks, differs, f.name))
}

// inOrder sorts by text, so that a search takes the same way whichever side of a change comes first.
func inOrder(ps ...scope.Predicate) []scope.Predicate {
	slices.SortStableFunc(ps, func(a, b scope.Predicate) int { return strings.Compare(a.String(), b.String()) })
	return ps
}

func levelOn(d Decision, img imageOf, name string) string {
	r := d.d.images.old
	if img.new {
		r = d.d.images.new
	}
	l, err := d.Fields().For(r)
	if err != nil {
		return ""
	}
	return l.Of(name).String()
}

// compareCertain asks what lists may be filtered by and what may be bulk-written, which goes by the form of the rules.
func (x *examination) compareCertain(settings []*setting) error {
	for _, s := range settings {
		if s.was.rows(nil).IsNone() && s.next.rows(nil).IsNone() {
			continue
		}
		old, now, err := s.masks()
		if err != nil {
			return err
		}
		for _, name := range x.c.typ.fields {
			if slices.ContainsFunc(x.whole.fields, func(v fieldVerdict) bool { return v.name == name }) {
				continue
			}
			for _, least := range []field.Level{field.Read, field.Once, field.Edit} {
				if old.Certain(least, name, s.was.covered) != now.Certain(least, name, s.next.covered) {
					f := fieldContrast{name, x.c.concerned(name), x.c.was.fieldText(name), x.c.next.fieldText(name)}
					x.fieldVerdict(f).note(LevelChange{}, scope.Unknown, nil)
					break
				}
			}
		}
	}
	return nil
}

// concerned are the roles whose rules bear on a field.
func (c *contrast) concerned(name string) []string {
	for _, f := range c.fields {
		if f.name == name {
			return f.roles
		}
	}
	return c.roles
}

// exemplify makes a request of what was found and asks both sides: an example is one that differs as wanted.
func (x *examination) exemplify(found scope.Truth, want, avoid scope.Predicate, writes []field.Mask, differs func(was, next Decision) bool, fields ...string) *Example {
	l := x.looking
	if found != scope.True || l.any {
		return nil
	}
	for _, want := range l.writable(want, &x.c.typ.Schema, writes, fields) {
		spec, found := scope.Apart(scope.And(x.mineOf(), want), avoid, x.schema())
		if found != scope.True {
			continue
		}
		for _, e := range x.requests(spec, fields) {
			was, ok := x.ask(x.p.was, e.request)
			next, ok2 := x.ask(x.p.next, e.request)
			if ok && ok2 && differs(was, next) {
				return &e
			}
		}
	}
	return nil
}

func (x *examination) mineOf() scope.Predicate {
	all := []scope.Predicate{scope.All()}
	for _, img := range x.looking.images {
		all = append(all, img.of(x.mine))
	}
	return scope.And(all...)
}

// ask puts a question to one side.
func (x *examination) ask(s *side, r Request) (Decision, bool) {
	if err := x.p.a.prepare(&r, r.Env.Time, false); err != nil {
		return Decision{}, false
	}
	ds, err := x.p.a.suppose(context.Background(), s.view, []Request{r})
	if err != nil {
		return Decision{}, false
	}
	return ds[0], true
}

// kind is the direction of a change of levels: more of a field, or less of it.
func (c LevelChange) kind(m *field.Maskers) DiffKind {
	old, err := field.ParseForm(c.Old, m)
	now, err2 := field.ParseForm(c.New, m)
	switch {
	case err != nil || err2 != nil:
		return DiffMay
	case now.Level > old.Level:
		return DiffGained
	case now.Level < old.Level:
		return DiffLost
	}
	switch m.Less(old.Masker, now.Masker) {
	case old.Masker:
		return DiffGained
	case now.Masker:
		return DiffLost
	}
	return DiffChanged
}
