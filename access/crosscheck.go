package access

import (
	"fmt"
	"math/rand/v2"

	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Model is the Casbin model that policy rows follow.
func Model() string { return casbinx.Model() }

// crossCheck lets Casbin decide a sample of the decisions about records again. A collection has no one answer of
// Casbin's to compare with.
func (a *Authorizer) crossCheck(v *view, ds []Decision) error {
	if a.cfg.CrossCheck == 0 {
		return nil
	}
	for _, d := range ds {
		if d.d.ended() || rand.Float64() >= a.cfg.CrossCheck {
			continue
		}
		for _, p := range d.d.parties {
			if err := a.crossCheckParty(v, d.d, p); err != nil {
				a.cfg.Logger.Error("access: the snapshot and Casbin disagree: the decision is refused", "subject", p.id,
					"tenant", d.d.req.Subject.Tenant, "action", d.d.req.Action, "type", d.d.typ.Name, "error", err)
				return err
			}
		}
	}
	return nil
}

func (a *Authorizer) crossCheckParty(v *view, d *decided, p *party) error {
	if len(p.kept) == 0 {
		return nil
	}
	e, err := casbinx.New(v.snap.casbinLines(p.id, p.holds), a.casbinFunctions())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMismatch, err)
	}
	for _, k := range p.kept {
		ours := p.prog.decides(k.values)
		theirs, err := casbinx.Enforce(e, userPrefix+p.id, v.snap.tenant, d.typ.Name, d.req.Action, keptValues{v.snap, p.prog, k.values})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMismatch, err)
		}
		if ours != theirs {
			return fmt.Errorf("%w: the snapshot says %v, Casbin says %v", ErrMismatch, ours, theirs)
		}
	}
	return nil
}

// casbinLines are the rows that can bear on what the subject holds: the rules of his roles, the links among them and
// his assignments, each grant that is live among these. Shared rows are written out under the tenant's name.
func (s *snapshot) casbinLines(subject string, h holdings) [][]string {
	var lines [][]string
	for _, role := range h.all {
		for _, r := range s.rulesOf(role) {
			r.Tenant = s.tenant
			lines = append(lines, r.Line())
		}
	}
	for _, l := range s.links {
		l.Tenant = s.tenant
		lines = append(lines, l.Line())
	}
	for _, role := range h.direct {
		lines = append(lines, Assignment{subject, role, s.tenant}.Line())
	}
	return lines
}

func (a *Authorizer) casbinFunctions() casbinx.Functions {
	return casbinx.Functions{
		CoversType: func(pattern, typ, eft string) bool {
			t := a.cat.types[typ]
			return t != nil && a.cat.coversType(pattern, t, Effect(eft))
		},
		CoversAction: func(pattern, typ, action, eft string) bool {
			t := a.cat.types[typ]
			return t != nil && coversAction(pattern, t, action, Effect(eft))
		},
	}
}

// keptValues reads a rule's when from its text once more and values it with what the decision kept of each name.
type keptValues struct {
	snap  *snapshot
	prog  *program
	atoms []scope.Truth
}

// Value implements casbinx.Kept.
func (k keptValues) Value(text string) int8 {
	e, err := when.Parse(text)
	if err != nil {
		return 0
	}
	return k.value(e, "")
}

// value is Kleene's logic by minimum, maximum and negation, definitions followed by name.
func (k keptValues) value(e when.Expr, pin string) int8 {
	switch e.Op {
	case when.Not:
		return -k.value(e.Kids[0], pin)
	case when.And:
		v := int8(1)
		for _, kid := range e.Kids {
			v = min(v, k.value(kid, pin))
		}
		return v
	case when.Or:
		v := int8(-1)
		for _, kid := range e.Kids {
			v = max(v, k.value(kid, pin))
		}
		return v
	}
	if e.Name.Pin == "action" {
		if e.Name.Name == k.prog.action {
			return 1
		}
		return -1
	}
	if e.Name.Pin != "" {
		pin = e.Name.Pin
	}
	if m := k.snap.names[e.Name.Name]; m.expr != nil {
		return k.value(*m.expr, pin)
	} else if m.scope == nil {
		pin = ""
	}
	for i, a := range k.prog.atoms[:len(k.atoms)] {
		if a.name == (when.Name{Pin: pin, Name: e.Name.Name}) {
			return int8(k.atoms[i])
		}
	}
	return 0
}
