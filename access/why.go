package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Reasons are the rules that allowed, or what stood in the way: rules that denied, else the nearest that almost
// allowed. Only those marked Public are for the person refused.
func (d Decision) Reasons() []Reason {
	x := d.full()
	if x == nil {
		return nil
	}
	if x.ended() {
		return append([]Reason{}, x.early...)
	}
	if x.fields != nil {
		return x.fieldReasons(x.fields)
	}
	var out []Reason
	for _, p := range x.parties {
		p := explainer{p, x}
		if x.allowed {
			out = append(out, p.granted()...)
		} else {
			out = append(out, p.refused()...)
		}
	}
	return distinctReasons(out)
}

// explainer finds the reasons of one party.
type explainer struct {
	*party
	d *decided
}

// rules are the party's rules of one effect about the action, compiled.
func (p explainer) rules(e Effect) []ruled {
	return p.d.view.snap.ruled(p.holds.all, p.prog, e)
}

// states are the values of the atoms that the rules were tested with: one for each image; for a collection one in
// which every scope could hold.
func (p explainer) states() [][]scope.Truth {
	if len(p.kept) == 0 {
		return [][]scope.Truth{p.hopeful()}
	}
	var out [][]scope.Truth
	for _, k := range p.kept {
		out = append(out, k.values)
	}
	return out
}

func (p explainer) hopeful() []scope.Truth {
	out := append([]scope.Truth{}, p.values[:p.prog.decisive]...)
	for i := range out {
		if p.prog.atoms[i].scope == nil {
			continue
		}
		out[i] = scope.True
		if t, fixed := p.scopes[i].Truth(); fixed {
			out[i] = t
		}
	}
	return out
}

func (p explainer) granted() []Reason {
	var out []Reason
	for _, values := range p.states() {
		for _, a := range p.rules(Allow) {
			if a.expr.truth(values) == scope.True {
				out = append(out, Reason{Code: ReasonRule, Rule: a.rule})
			}
		}
	}
	return out
}

func (p explainer) refused() []Reason {
	var out []Reason
	for _, values := range p.states() {
		if p.passes(values) {
			continue
		}
		denied := false
		for _, d := range p.rules(Deny) {
			if !p.stands(d.expr, values) {
				continue
			}
			denied = true
			out = append(out, Reason{Code: ReasonDenyRule, Rule: d.rule})
			out = append(out, p.flips(d, values, func(t scope.Truth) bool { return t == scope.False })...)
		}
		if denied {
			continue
		}
		for _, a := range p.rules(Allow) {
			out = append(out, p.nearest(a, values)...)
		}
	}
	if len(p.prog.allows) == 0 && out == nil {
		out = append(out, Reason{Code: ReasonNoRule})
	}
	return out
}

// stands reports whether a deny refuses. For a collection one that depends on the record only makes the list shorter.
func (p explainer) stands(deny expr, values []scope.Truth) bool {
	if len(p.kept) == 0 {
		return scope.Not(p.fold(deny, reading{bare: asIs, old: asIs, new: asIs})).IsNone()
	}
	return deny.truth(values) != scope.False
}

// passes reports whether the rules would allow with these values. For a collection a deny that reads a scope may leave
// rows over.
func (p explainer) passes(values []scope.Truth) bool {
	if len(p.kept) > 0 {
		return p.prog.decides(values)
	}
	for _, d := range p.prog.denies {
		scoped := false
		d.expr.leaves(func(i int) { scoped = scoped || p.prog.atoms[i].scope != nil })
		if !scoped && d.expr.truth(values) != scope.False {
			return false
		}
	}
	for _, a := range p.prog.allows {
		if a.expr.truth(values) == scope.True {
			return true
		}
	}
	return false
}

// nearest says what an allow lacked: what by itself would have made it apply, else whether the record or the
// circumstances were missing.
func (p explainer) nearest(a ruled, values []scope.Truth) []Reason {
	if out := p.flips(a, values, func(t scope.Truth) bool { return t == scope.True }); out != nil {
		return out
	}
	code := ReasonConditionUnmet
	var missing []string
	a.expr.leaves(func(i int) {
		if values[i] == scope.True {
			return
		}
		missing = append(missing, p.prog.atoms[i].name.String())
		if p.prog.atoms[i].scope != nil {
			code = ReasonOutsideScope
		}
	})
	return []Reason{{Code: code, Rule: a.rule, Missing: missing}}
}

// flips finds the atoms of which one alone, with another value, makes the clause come out as wanted. A reason is public
// only if that would be enough for the whole decision.
func (p explainer) flips(c ruled, values []scope.Truth, wanted func(scope.Truth) bool) []Reason {
	if wanted(c.expr.truth(values)) {
		return nil
	}
	var out []Reason
	try := append([]scope.Truth{}, values...)
	c.expr.leaves(func(i int) {
		for _, t := range []scope.Truth{scope.True, scope.False} {
			try[i] = t
			if values[i] != t && wanted(c.expr.truth(try)) {
				r := p.lack(i)
				r.Rule, r.Public = c.rule, r.Public && p.enough(i, t)
				out = append(out, r)
			}
		}
		try[i] = values[i]
	})
	return out
}

// enough reports whether the whole decision would be yes if the atom had this value, on every image and for everybody
// whose rights count.
func (p explainer) enough(atom int, t scope.Truth) bool {
	for _, other := range p.d.parties {
		if other != p.party && !other.yes {
			return false
		}
	}
	for _, values := range p.states() {
		values = slices.Clone(values)
		values[atom] = t
		if !p.passes(values) {
			return false
		}
	}
	return true
}

// leaves calls yield for the number of each atom of the expression.
func (e expr) leaves(yield func(int)) {
	if e.op == when.Ref && e.atom >= 0 {
		yield(e.atom)
	}
	for _, k := range e.kids {
		k.leaves(yield)
	}
}

// lack is the reason that one atom, being as it is, gives.
func (p explainer) lack(i int) Reason {
	a := p.prog.atoms[i]
	r := Reason{Missing: []string{a.name.String()}}
	switch {
	case a.scope != nil:
		r.Code = ReasonOutsideScope
		return r
	case a.approved:
		r.Code = ReasonNeedsApproval
	case a.cond == nil:
		r.Code = ReasonConditionUnmet
		return r
	default:
		unknown := p.values[i] == scope.Unknown
		switch a.cond.Kind() {
		case "daily":
			r.Code = ReasonOutsideWindow
			r.At, _ = a.cond.Next(p.d.req.Env)
		case "circle":
			r.Code = either(unknown, ReasonPlaceUnknown, ReasonOutsideArea)
		case "network":
			r.Code = either(unknown, ReasonAddressUnknown, ReasonOutsideNetwork)
		case "assurance":
			r.Code = ReasonNeedsAssurance
		default:
			r.Code = ReasonConditionUnmet
			return r
		}
	}
	r.Public = true
	return r
}

func either(first bool, a, b ReasonCode) ReasonCode {
	if first {
		return a
	}
	return b
}

func distinctReasons(rs []Reason) []Reason {
	var out []Reason
	seen := map[string]bool{}
	for _, r := range rs {
		key := string(r.Code) + "\x00" + r.Rule.String()
		for _, m := range r.Missing {
			key += "\x00" + m
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, r)
		}
	}
	return out
}
