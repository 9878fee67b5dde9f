package field

import (
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Rule is one field rule of a subject's role: on records where When holds, Field is at Form.
type Rule struct {
	Role  string // rules of one role belong together: its rules for a field replace its rules for "*"
	Field string // a field of the type, or "*" for every field
	When  scope.Predicate
	Form  Form
}

// Mask says which fields of a type's records a subject may see, in what form, and which he may write. The zero Mask
// has no fields and hides everything. A Mask never changes and may be used by several goroutines.
type Mask struct{ p *program }

// NewMask merges rules into the mask of a type whose fields are given in the order in which they are to be listed.
// A rule for a field that is not among them, or with a form that m does not know, is an error, never ignored.
func NewMask(fields []string, rules []Rule, m *Maskers) (Mask, error) {
	if m != nil {
		m.closed.Store(true)
	}
	index := make(map[string]int, len(fields))
	for i, name := range fields {
		if _, twice := index[name]; twice || name == "" || name == "*" {
			return Mask{}, fmt.Errorf("field: %q among the fields: names are given once, not empty, and not *", name)
		}
		index[name] = i
	}
	for _, r := range rules {
		if _, known := index[r.Field]; !known && r.Field != "*" {
			return Mask{}, fmt.Errorf("field: rule of role %q names %q, which is no field of the type", r.Role, r.Field)
		}
		if err := r.Form.check(m); err != nil {
			return Mask{}, fmt.Errorf("rule of role %q for %q: %w", r.Role, r.Field, err)
		}
	}
	return Mask{compile(slices.Clone(fields), index, rules, m)}, nil
}

// Fields returns all fields of the type, hidden ones included, in the order given to [NewMask].
func (m Mask) Fields() []string {
	if m.p == nil {
		return nil
	}
	return slices.Clone(m.p.fields)
}

// Attrs returns the attributes that a record must have for [Mask.For] to decide, sorted.
func (m Mask) Attrs() []string {
	if m.p == nil {
		return nil
	}
	return slices.Clone(m.p.attrs)
}

// For returns the levels for one record. A record that lacks an attribute which the rules read is an error, and the
// levels are then the zero ones.
func (m Mask) For(r scope.Record) (Levels, error) {
	if m.p == nil {
		return Levels{}, nil
	}
	truths, err := m.p.eval(nil, r)
	if err != nil {
		return Levels{}, err
	}
	return m.p.resolve(truths), nil
}

// Without returns what is certain before any record is seen: a rule that depends on the record shows nothing, but if
// it hides it does, and if it masks, the masker that shows least is chosen as if it did.
func (m Mask) Without() Levels {
	if m.p == nil {
		return Levels{}
	}
	l := m.p.resolve(make([]scope.Truth, len(m.p.whens)))
	for i, form := range l.forms {
		if form.Level == Masked {
			l.forms[i].Masker = m.p.leastPossible(m.p.entries[i])
		}
	}
	return l
}

// Clear reports whether the field is at Read or higher on every record that the subject can reach, so that it may be
// filtered, sorted or grouped by without telling a hidden value. covered says whether a rule's when holds on all of
// these records; a nil covered knows only of rules that always hold.
func (m Mask) Clear(field string, covered func(when scope.Predicate) bool) bool {
	return m.Certain(Read, field, covered)
}

// Certain reports whether the field is at the level or higher on every record that the subject can reach; see [Mask.Clear].
func (m Mask) Certain(least Level, field string, covered func(when scope.Predicate) bool) bool {
	if m.p == nil {
		return false
	}
	i, known := m.p.index[field]
	if !known {
		return false
	}
	clear := make([]bool, m.p.others+1)
	for _, e := range m.p.entries[i] {
		switch {
		case e.form.Level == Hide:
			return false
		case e.form.Level >= least:
			clear[e.side] = clear[e.side] || e.when.IsAll() || covered != nil && covered(e.when)
		}
	}
	return !slices.Contains(clear, false)
}
