package access

import (
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

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
func (x *examination) compareCertain(settings []*diffSetting) error {
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
				if old.Certain(least, name, s.was.covering(least, nil)) != now.Certain(least, name, s.next.covering(least, nil)) {
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
