package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// FieldWhy says why a field shows as it does, for programs; package reasontext has the sentences.
type FieldWhy string

// Why a field has its level.
const (
	FieldShown      FieldWhy = "shown"       // a rule that gives it in clear applies
	FieldMasked     FieldWhy = "masked"      // of the rules that apply none gives more than a mask
	FieldMaskMerged FieldWhy = "mask_merged" // several masks apply: it is the one that shows least
	FieldHidden     FieldWhy = "hidden"      // a rule hides it, whatever others give
	FieldNoRule     FieldWhy = "no_rule"     // no rule of his roles is about it
	FieldUnmet      FieldWhy = "unmet"       // rules are about it, none applies
)

// FieldWhys lists every code.
func FieldWhys() []FieldWhy {
	return []FieldWhy{FieldShown, FieldMasked, FieldMaskMerged, FieldHidden, FieldNoRule, FieldUnmet}
}

// FieldPart is what a field rule had to do with the level.
type FieldPart string

// The parts of field rules.
const (
	FieldGives     FieldPart = "gives"     // the level is its: alone it would give the same
	FieldHides     FieldPart = "hides"     // it hides the field
	FieldLower     FieldPart = "lower"     // it applies, but gives less than another
	FieldWithheld  FieldPart = "withheld"  // it does not apply
	FieldDisplaced FieldPart = "displaced" // it is about every field, and its role has rules of its own for this one
)

// FieldExplanation is the level of a field on the record asked about, the record to be made if there is no other; for a
// collection what is certain without one. It is what the party's own rules give: where somebody acts for the subject the
// lower of the two counts.
type FieldExplanation struct {
	Field string   `json:"field"`
	Level string   `json:"level"`
	Why   FieldWhy `json:"why"`
	// Unhidden is the level that it would have without the rules that hide it, if there are any.
	Unhidden string                 `json:"unhidden,omitempty"`
	Rules    []FieldRuleExplanation `json:"rules,omitempty"`
}

// FieldRuleExplanation is a field rule of the party's roles that is about the field.
type FieldRuleExplanation struct {
	Rule  FieldRule         `json:"rule"`
	Value scope.Truth       `json:"value"`
	Part  FieldPart         `json:"part"`
	Names []NameExplanation `json:"names,omitempty"`
}

// fieldRules are the rows behind the program's field clauses, in their order.
func (p explainer) fieldRules() []FieldRule {
	s := p.d.view.snap
	b := s.bearing(p.holds.all, p.d.typ, p.prog.act)
	out := make([]FieldRule, len(b.fields))
	for i, f := range b.fields {
		out[i] = s.fieldRule(f.role, f.row)
	}
	return out
}

// shown is the record whose fields are told of; the zero one for a collection.
func (im images) shown() scope.Record {
	if im.old.IsZero() {
		return im.new
	}
	return im.old
}

func (p explainer) fields() ([]FieldExplanation, error) {
	r := p.d.images.shown()
	levels, err := p.levels(p.prog.fields, r)
	if err != nil {
		return nil, err
	}
	bare, err := p.levels(slices.DeleteFunc(slices.Clone(p.prog.fields), func(f fieldClause) bool { return f.form.Level == field.Hide }), r)
	if err != nil {
		return nil, err
	}
	values := make([]scope.Truth, len(p.prog.atoms))
	for i := range values {
		if values[i], err = p.valueOn(i, r); err != nil {
			return nil, err
		}
	}
	rules := p.fieldRules()
	out := make([]FieldExplanation, len(p.d.typ.fields))
	for i, name := range p.d.typ.fields {
		form := levels.Of(name)
		x := FieldExplanation{Field: name, Level: form.String()}
		p.weigh(&x, form, rules, values)
		if x.Why == FieldHidden {
			x.Unhidden = bare.Of(name).String()
		}
		out[i] = x
	}
	return out, nil
}

// levels are what the clauses give on the record, or without one.
func (p explainer) levels(clauses []fieldClause, r scope.Record) (field.Levels, error) {
	prog := *p.prog
	prog.fields = clauses
	ev := *p.evaluation
	ev.prog = &prog
	m, err := (&party{evaluation: &ev}).mask(p.d.typ, p.d.auth.maskers)
	if err != nil || r.IsZero() {
		return m.Without(), err
	}
	return m.For(r)
}

// valueOn is the value of an atom as field rules read it: on the record shown, whatever the pin.
func (p explainer) valueOn(i int, r scope.Record) (scope.Truth, error) {
	if p.prog.atoms[i].scope == nil {
		return p.values[i], nil
	}
	if t, constant := p.scopes[i].Truth(); constant || r.IsZero() {
		return t, nil
	}
	return p.scopes[i].Eval(r)
}

// weigh finds what each rule had to do with the level of one field.
func (p explainer) weigh(x *FieldExplanation, form field.Form, rules []FieldRule, values []scope.Truth) {
	named := map[string]bool{}
	for _, f := range p.prog.fields {
		if f.field == x.Field {
			named[f.role] = true
		}
	}
	masks, hides := map[string]bool{}, false
	for i, f := range p.prog.fields {
		if f.field != x.Field && f.field != "*" {
			continue
		}
		r := FieldRuleExplanation{Rule: rules[i], Value: f.expr.truth(values), Part: FieldLower, Names: p.valued(f.expr, values)}
		switch {
		case f.field == "*" && named[f.role]:
			r.Part = FieldDisplaced
		case f.form.Level == field.Hide && r.Value != scope.False:
			r.Part, hides = FieldHides, true
		case r.Value != scope.True:
			r.Part = FieldWithheld
		case f.form.Level == form.Level:
			r.Part = FieldGives
			masks[f.form.Masker] = true
		}
		x.Rules = append(x.Rules, r)
	}
	switch {
	case hides:
		x.Why = FieldHidden
	case len(x.Rules) == 0:
		x.Why = FieldNoRule
	case form.Level == field.Hide:
		x.Why = FieldUnmet
	case form.Level == field.Masked:
		x.Why = FieldMasked
		if len(masks) > 1 {
			x.Why = FieldMaskMerged
		}
	default:
		x.Why = FieldShown
	}
}

// valued are the names of an expression with their values.
func (p explainer) valued(e expr, values []scope.Truth) []NameExplanation {
	var out []NameExplanation
	seen := map[int]bool{}
	e.leaves(func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		a := p.prog.atoms[i]
		n := NameExplanation{Name: a.name.String(), Value: values[i]}
		if n.Value == scope.Unknown && a.cond != nil {
			n.Missing = a.cond.Missing(p.d.req.Env)
		}
		out = append(out, n)
	})
	return out
}
