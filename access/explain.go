package access

import (
	"context"
	"errors"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Explanation is how a decision came about, for those who may see rules. It is data: as JSON it has everything but the
// Decision itself, and Text tells it in words.
type Explanation struct {
	Decision Decision `json:"-"`
	Allowed  bool     `json:"allowed"`

	Parties []PartyExplanation `json:"parties,omitempty"` // the subject, and who acts for him

	// Grounds are the minimal reasons of an allow; of a write they answer for the rules, its fields stand at Parties.
	Grounds []Ground `json:"grounds,omitempty"`
	// Misses are the rules that came nearest to allowing what is denied, Remedies the changes of which each alone would
	// have it allowed.
	Misses   []Miss   `json:"misses,omitempty"`
	Remedies []Remedy `json:"remedies,omitempty"`

	// There are more than these limits let through: MaxRuleGrounds and MaxGrounds, MaxMisses, MaxRemedies. Where the
	// search itself was cut short, More is true although the limit was not reached.
	MoreGrounds  bool `json:"more_grounds,omitempty"`
	MoreMisses   bool `json:"more_misses,omitempty"`
	MoreRemedies bool `json:"more_remedies,omitempty"`
}

// PartyExplanation is what one of those whose rights count held, and how each rule about the action came out.
type PartyExplanation struct {
	Subject string             `json:"subject"`
	Roles   []RoleExplanation  `json:"roles,omitempty"`
	Rules   []RuleExplanation  `json:"rules,omitempty"`
	Fields  []FieldExplanation `json:"fields,omitempty"`
}

// RoleExplanation is a role and how the subject comes by it: Via is the role given to him, itself or one that inherits
// it.
type RoleExplanation struct {
	Role string `json:"role"`
	Via  string `json:"via"`
}

// RuleExplanation is a rule about the action, and its value on one image of the record. Of a collection's record-dependent
// rules the value is unknown: they decide row by row.
type RuleExplanation struct {
	Rule    Rule              `json:"rule"`
	Image   string            `json:"image,omitempty"` // "record", "new"; "" for a collection
	Value   scope.Truth       `json:"value"`
	Applies bool              `json:"applies"` // an allow that is true, a deny that is not false
	Names   []NameExplanation `json:"names,omitempty"`
}

// NameExplanation is the value of one name, and what was missing to find it.
type NameExplanation struct {
	Name    string      `json:"name"`
	Value   scope.Truth `json:"value"`
	Missing string      `json:"missing,omitempty"`
	Open    bool        `json:"open,omitempty"`   // in a ground or miss of a collection: a scope that is true of some rows only
	Wanted  scope.Truth `json:"wanted,omitempty"` // in a miss: the value that the rule would need
}

// Explain decides like Authorize and says how: of an allow every minimal reason, of a denial the nearest rules, what each
// lacked and which single change would do, and of each field why it shows as it does. It takes any Env.Time, records
// nothing, and its decision can neither be committed nor run a statement. A record of another tenant that was asked for by
// id is told of like one that there is not.
//
// Explain asks nobody's leave: show what it returns to holders of the action explain only, or use ExplainTo. It makes up
// to a few hundred decisions to try remedies out, each of which may ask Config.Loader for related rows that the record
// lacks, and the host's own conditions.
func (a *Authorizer) Explain(ctx context.Context, r Request) (Explanation, error) {
	if a.closed.Load() {
		return Explanation{}, ErrClosed
	}
	now := a.cfg.Now()
	if err := a.prepare(&r, now, false); err != nil {
		return Explanation{}, err
	}
	r.Advisory = true
	v, err := a.get(ctx, r.Subject.Tenant)
	if errors.Is(err, ErrUnknownTenant) {
		return Explanation{Decision: denyAll(a, []Request{r}, ReasonUnknownTenant)[0], Misses: []Miss{{Code: MissUnknownTenant, Links: 1}}}, nil
	}
	if err != nil {
		return Explanation{}, err
	}
	ds, err := a.suppose(ctx, v, []Request{r})
	if err != nil {
		return Explanation{}, err
	}
	d := ds[0].d
	d.concealForeign()
	out := Explanation{Decision: ds[0], Allowed: d.allowed}
	for _, p := range d.parties {
		x, err := explainer{p, d}.explain(v.snap)
		if err != nil {
			return Explanation{}, err
		}
		out.Parties = append(out.Parties, x)
		if d.allowed {
			of, more := explainer{p, d}.grounds()
			out.Grounds, out.MoreGrounds = append(out.Grounds, of...), out.MoreGrounds || more
		}
	}
	if d.allowed {
		return out, nil
	}
	if out.Misses, out.MoreMisses, err = d.misses(); err != nil {
		return Explanation{}, err
	}
	out.Remedies, out.MoreRemedies, err = a.remedies(ctx, d)
	if err != nil {
		return Explanation{}, err
	}
	return out, nil
}

// concealForeign makes a record of another tenant that a Loader gave out by its id one that there is not.
func (d *decided) concealForeign() {
	if d.ended() && d.early[0].Code == ReasonTenantMismatch && d.req.Resource.ID != "" {
		d.end(Reason{Code: ReasonNotFound})
		d.images.old = scope.Record{}
	}
}

func (p explainer) explain(s *snapshot) (PartyExplanation, error) {
	out := PartyExplanation{Subject: p.id}
	for _, via := range p.holds.direct {
		all, err := s.roles.Closure(via)
		if err != nil {
			return out, err
		}
		for _, role := range all {
			out.Roles = append(out.Roles, RoleExplanation{role, via})
		}
	}
	kept := p.kept
	if len(kept) == 0 {
		kept = []keptImage{{values: p.certain()}}
	}
	for _, k := range kept {
		for _, c := range slices.Concat(p.rules(Deny), p.rules(Allow)) {
			out.Rules = append(out.Rules, p.rule(c, k))
		}
	}
	var err error
	out.Fields, err = p.fields()
	return out, err
}

// certain are the values of the atoms that no record is needed for.
func (p explainer) certain() []scope.Truth {
	out := append([]scope.Truth{}, p.values[:p.prog.decisive]...)
	for i := range out {
		if t, fixed := p.scopes[i].Truth(); fixed && p.prog.atoms[i].scope != nil {
			out[i] = t
		}
	}
	return out
}

func (p explainer) rule(c ruled, k keptImage) RuleExplanation {
	out := RuleExplanation{Rule: c.rule, Value: c.expr.truth(k.values)}
	if len(p.kept) > 0 {
		out.Image = map[image]string{oldImage: "record", newImage: "new"}[k.img]
	}
	out.Applies = out.Value == scope.True || c.rule.Effect == Deny && out.Value == scope.Unknown
	out.Names = p.valued(c.expr, k.values)
	return out
}
