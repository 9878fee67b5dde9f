package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Explanation is how a decision came about, for those who may see rules.
type Explanation struct {
	Decision Decision
	Parties  []PartyExplanation // the subject, and who acts for him
}

// PartyExplanation is what one of those whose rights count held, and how each rule about the action came out.
type PartyExplanation struct {
	Subject string
	Roles   []RoleExplanation
	Rules   []RuleExplanation
	Fields  []FieldExplanation
}

// RoleExplanation is a role and how the subject comes by it: Via is the role given to him, itself or one that inherits
// it.
type RoleExplanation struct{ Role, Via string }

// RuleExplanation is a rule about the action, and its value on one image of the record. Of a collection's record-dependent
// rules the value is unknown: they decide row by row.
type RuleExplanation struct {
	Rule    Rule
	Image   string // "record", "new"; "" for a collection
	Value   scope.Truth
	Applies bool // an allow that is true, a deny that is not false
	Names   []NameExplanation
}

// NameExplanation is the value of one name, and what was missing to find it.
type NameExplanation struct {
	Name    string
	Value   scope.Truth
	Missing string
}

// FieldExplanation is the level of a field on the record asked about; for a collection what is certain without one.
type FieldExplanation struct {
	Field string
	Level string
}

// Explain decides like Authorize and says how. It takes any Env.Time, records nothing, and its decision can neither be
// committed nor run a statement. Show what it returns to holders of the action explain only.
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
		return Explanation{Decision: denyAll(a, []Request{r}, ReasonUnknownTenant)[0]}, nil
	}
	if err != nil {
		return Explanation{}, err
	}
	ds, err := a.suppose(ctx, v, []Request{r})
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{Decision: ds[0]}
	for _, p := range ds[0].d.parties {
		x, err := explainer{p, ds[0].d}.explain(v.snap)
		if err != nil {
			return Explanation{}, err
		}
		out.Parties = append(out.Parties, x)
	}
	return out, nil
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
	fields, err := p.fieldLevels()
	out.Fields = fields
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
	seen := map[int]bool{}
	c.expr.leaves(func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		a := p.prog.atoms[i]
		n := NameExplanation{Name: a.name.String(), Value: k.values[i]}
		if n.Value == scope.Unknown && a.cond != nil {
			n.Missing = a.cond.Missing(p.d.req.Env)
		}
		out.Names = append(out.Names, n)
	})
	return out
}

func (p explainer) fieldLevels() ([]FieldExplanation, error) {
	m, err := p.mask(p.d.typ, p.d.auth.maskers)
	if err != nil {
		return nil, err
	}
	levels := m.Without()
	if r := p.d.images.old; !r.IsZero() {
		if levels, err = m.For(r); err != nil {
			return nil, err
		}
	}
	out := make([]FieldExplanation, len(p.d.typ.fields))
	for i, f := range p.d.typ.fields {
		out[i] = FieldExplanation{f, levels.Of(f).String()}
	}
	return out, nil
}

// Text tells the explanation to an administrator, one fact a line, in "en" or "zh".
func (e Explanation) Text(lang string) string {
	w := wordsIn(lang)
	var b strings.Builder
	d := e.Decision
	verdict := w.denied
	if d.Allowed() {
		verdict = w.allowed
	}
	fmt.Fprintf(&b, "%s: %s %s %s/%s\n", verdict, d.Action(), d.Type(), d.Subject().Tenant, d.Subject().ID)
	for _, r := range d.Reasons() {
		fmt.Fprintf(&b, "  %s", reasontext.Admin(lang, string(r.Code)))
		if r.Rule != (Rule{}) {
			fmt.Fprintf(&b, " [%s]", r.Rule)
		}
		if len(r.Missing) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(r.Missing, ", "))
		}
		b.WriteByte('\n')
	}
	for _, p := range e.Parties {
		p.text(&b, w)
	}
	return b.String()
}

func (p PartyExplanation) text(b *strings.Builder, w words) {
	for _, r := range p.Roles {
		fmt.Fprintf(b, "%s %s", w.role, r.Role)
		if r.Via != r.Role {
			fmt.Fprintf(b, " (%s %s)", w.via, r.Via)
		}
		b.WriteByte('\n')
	}
	for _, r := range p.Rules {
		fmt.Fprintf(b, "%s %s: %s", w.rule, r.Rule, w.truth[r.Value])
		if r.Image != "" {
			fmt.Fprintf(b, " (%s)", r.Image)
		}
		for _, n := range r.Names {
			fmt.Fprintf(b, "; %s = %s", n.Name, w.truth[n.Value])
			if n.Missing != "" {
				fmt.Fprintf(b, " (%s %s)", w.missing, n.Missing)
			}
		}
		b.WriteByte('\n')
	}
}

type words struct {
	allowed, denied, role, via, rule, missing string
	truth                                     map[scope.Truth]string
}

func wordsIn(lang string) words {
	if lang == reasontext.Chinese {
		return words{"允许", "拒绝", "角色", "来自", "规则", "缺少", map[scope.Truth]string{scope.True: "真", scope.False: "假", scope.Unknown: "未知"}}
	}
	return words{"allowed", "denied", "role", "through", "rule", "missing", map[scope.Truth]string{scope.True: "true", scope.False: "false", scope.Unknown: "unknown"}}
}
