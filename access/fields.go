package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// mask is the mask of the decision's type: for someone acting for the subject, what both may see.
func (d *decided) mask() (field.Mask, error) {
	var out field.Mask
	for i, p := range d.parties {
		m, err := p.mask(d.typ, d.auth.maskers)
		if err != nil {
			return field.Mask{}, err
		}
		if i == 0 {
			out = m
		} else {
			out = field.Intersect(out, m)
		}
	}
	return out, nil
}

func (p *party) mask(t *typeInfo, m *field.Maskers) (field.Mask, error) {
	rules := make([]field.Rule, len(p.prog.fields))
	for i, f := range p.prog.fields {
		rules[i] = field.Rule{
			Role: f.role, Field: f.field, Form: f.form,
			When: p.fold(f.expr, reading{bare: asIs, old: asIs, new: asIs}),
		}
	}
	return field.NewMask(t.fields, rules, m)
}

// checkFields is the last step of a write: every field that differs between the images must be writable on both, and
// every field of a bulk write on each record in reach.
func (d *decided) checkFields() error {
	if d.req.Resource.Set != nil {
		return d.checkSet()
	}
	if d.images.new.IsZero() {
		return nil
	}
	m, err := d.mask()
	if err != nil {
		return err
	}
	var wrong *field.WriteError
	err = field.CheckWrite(m, d.images.old, d.images.new)
	if err != nil && !errors.As(err, &wrong) {
		return err
	}
	if wrong != nil {
		d.fields = wrong.Fields
	}
	moved, err := d.movedKey()
	if err != nil {
		return err
	}
	for _, name := range moved {
		if !slices.Contains(d.fields, name) {
			d.fields = append(d.fields, name)
		}
	}
	slices.Sort(d.fields)
	d.allowed = d.fields == nil
	return nil
}

func (d *decided) checkSet() error {
	for name := range d.req.Resource.Set {
		ok, err := d.certain(field.Edit, name)
		if err != nil {
			return err
		}
		if !ok {
			d.fields = append(d.fields, name)
		}
	}
	slices.Sort(d.fields)
	d.allowed = d.fields == nil
	return nil
}

// certain reports whether a field is at the level on every record in scope, for a bulk write on both images of it.
func (d *decided) certain(least field.Level, name string) (bool, error) {
	for _, p := range d.parties {
		m, err := p.mask(d.typ, d.auth.maskers)
		if err != nil || !m.Certain(least, name, p.covering(least, d.req.Resource.Set)) {
			return false, err
		}
	}
	return true, nil
}

// FieldError says that fields may not be filtered, sorted, grouped or searched by. It is the same for a field that the
// subject may not see and for one that does not exist. errors.Is(err, ErrInvalid).
type FieldError struct{ Fields []string }

func (e *FieldError) Error() string {
	return fmt.Sprintf("access: no such field to filter or sort by: %s", strings.Join(e.Fields, ", "))
}

// Is makes every FieldError an ErrInvalid.
func (e *FieldError) Is(target error) bool { return target == ErrInvalid }

// Queryable returns nil if each of the fields may be filtered, sorted, grouped or searched by in a list of this
// decision: it is shown in clear on every record in scope. Else it is a *FieldError that names those that may not.
func (d Decision) Queryable(fields ...string) error {
	var bad []string
	x := d.full()
	for _, f := range fields {
		clear := false
		if d.Allowed() {
			clear, _ = x.certain(field.Read, f)
		}
		if !clear {
			bad = append(bad, f)
		}
	}
	if bad == nil {
		return nil
	}
	return &FieldError{bad}
}

// covering tells whether a field rule's when holds on every record of the party's scope: it is one of the conjuncts of
// each allow that can apply, or wider than one in own ⊆ team ⊆ region ⊆ global. What is read has no second image. Of what
// is written the new one counts too: a bulk write that states what it sets is tested with that, and of another an allow
// about the new image may let any record be written.
func (p *party) covering(least field.Level, values map[string]scope.Value) func(when scope.Predicate) bool {
	after := unknown
	switch {
	case p.prog.creates():
		after = asIs
	case values != nil:
		after = set(values)
	case least > field.Read:
		after = someRecord
	}
	reach := make([]scope.Predicate, 0, len(p.prog.allows))
	for _, a := range p.prog.allows {
		if r := p.fold(a.expr, reading{bare: asIs, old: asIs, new: after}); !r.IsNone() {
			reach = append(reach, r)
		}
	}
	return func(when scope.Predicate) bool {
		for _, r := range reach {
			if !r.Implies(when) || values != nil && !r.Implies(when.Set(values)) {
				return false
			}
		}
		return true
	}
}

// someRecord stands for a scope of which nothing is known but that it may hold a record: it implies nothing.
func someRecord(i int, _ scope.Predicate) scope.Predicate {
	return scope.IsNull(fmt.Sprintf("the new record's scope %d", i))
}

// Writable returns nil if each of the fields may be written under this decision: on the record as it stands, on a create
// when it is made, and of a collection on every record in scope. Else it is a *DeniedError whose public reasons name the
// others. Ask it for the fields that a request names, before what they are set to is looked at: a write of the value
// that a hidden field has already would else tell it.
func (d Decision) Writable(fields ...string) error {
	x := d.full()
	if !d.Allowed() {
		return d.Err()
	}
	bad, err := x.below(fields, false)
	if err != nil {
		return err
	}
	if len(bad) == 0 {
		return nil
	}
	return &DeniedError{Action: d.Action(), Type: d.Type(), Public: x.fieldReasons(bad)}
}

// below lists the fields that may not be written, or would still not be if everything was approved.
func (d *decided) below(fields []string, approved bool) ([]string, error) {
	var out []string
	for _, f := range fields {
		ok := d.typ.hasField(f)
		for _, p := range d.parties {
			yes, err := p.writable(d, f, approved)
			if err != nil {
				return nil, err
			}
			ok = ok && yes
		}
		if !ok {
			out = append(out, f)
		}
	}
	return out, nil
}

func (p *party) writable(d *decided, name string, approved bool) (bool, error) {
	if approved {
		p = p.approved()
	}
	m, err := p.mask(d.typ, d.auth.maskers)
	if err != nil {
		return false, err
	}
	image, least := d.images.old, field.Edit
	if image.IsZero() && (!d.images.new.IsZero() || p.prog.creates()) {
		image, least = d.images.new, field.Once
	}
	if image.IsZero() {
		return m.Certain(least, name, p.covering(least, d.req.Resource.Set)), nil
	}
	levels, err := m.For(image)
	return levels.Of(name).Level >= least, err
}

// approved is the party as it would be with a live approval.
func (p *party) approved() *party {
	ev := *p.evaluation
	ev.values = slices.Clone(ev.values)
	for i, a := range ev.prog.atoms {
		if a.approved {
			ev.values[i] = scope.True
		}
	}
	return &party{id: p.id, holds: p.holds, evaluation: &ev}
}

// fieldReasons says why the fields may not be written: some may for want of an approval.
func (d *decided) fieldReasons(fields []string) []Reason {
	never, err := d.below(fields, true)
	if err != nil {
		never = fields
	}
	var out []Reason
	if len(never) > 0 {
		out = append(out, Reason{Code: ReasonFieldNotWritable, Missing: slices.Clone(never), Public: true})
	}
	if waiting := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return slices.Contains(never, f) }); len(waiting) > 0 {
		out = append(out, Reason{Code: ReasonNeedsApproval, Missing: waiting, Public: true})
	}
	return out
}

// movedKey are the attributes of the key that a write would change: no field rule lets a record become another.
func (d *decided) movedKey() ([]string, error) {
	var out []string
	for _, name := range d.typ.Schema.Key {
		if d.images.old.IsZero() || !d.images.new.Has(name) {
			continue
		}
		attr, _ := d.typ.Schema.Attr(name)
		was, err := d.images.old.Value(name, attr.Kind)
		if err != nil {
			return nil, err
		}
		will, err := d.images.new.Value(name, attr.Kind)
		if err != nil {
			return nil, err
		}
		if was != will {
			out = append(out, name)
		}
	}
	return out, nil
}
