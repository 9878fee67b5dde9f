package access

import (
	"cmp"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Limits of what is told of a denial.
const (
	MaxMisses = 8   // rules told of, for each image and each of those whose rights count
	maxNear   = 256 // whens that are looked at for that, those of the roles held first
)

// Miss is how near one allow rule came, or what ended the decision before any rule was asked.
type Miss struct {
	Code    MissCode          `json:"code"` // the first missing link
	Subject string            `json:"subject,omitempty"`
	Image   string            `json:"image,omitempty"` // as of a Ground
	Rule    *Rule             `json:"rule,omitempty"`
	Names   []NameExplanation `json:"names,omitempty"` // the fewest that would have to be otherwise, in the rule's order
	Denies  []Rule            `json:"denies,omitempty"`
	Fields  []string          `json:"fields,omitempty"`
	Links   int               `json:"links"` // how many links are missing: the role, each name, each deny
}

// misses are the nearest rules of everyone whose rights did not suffice, nearest first, and whether there are more.
func (d *decided) misses() (out []Miss, more bool, err error) {
	if d.ended() {
		return []Miss{d.endedBy()}, false, nil
	}
	if d.fields != nil {
		return []Miss{{Code: MissFieldNotWritable, Subject: d.req.Subject.ID, Fields: slices.Clone(d.fields), Links: len(d.fields)}}, false, nil
	}
	for _, p := range d.parties {
		for i, q := range p.questions(d) {
			if q.answered(p.prog) {
				continue
			}
			of, cut, err := (explainer{p, d}).near(i)
			if err != nil {
				return nil, false, err
			}
			if len(of) > MaxMisses {
				of, cut = of[:MaxMisses], true
			}
			out, more = append(out, of...), more || cut
		}
	}
	return out, more, nil
}

// endedBy is the miss of a decision that no rule was asked about.
func (d *decided) endedBy() Miss {
	m := Miss{Code: MissCode(d.early[0].Code), Links: 1}
	if m.Code == MissUnknownSubject || m.Code == MissSuspended {
		m.Subject = d.barred()
	}
	return m
}

// barred is who of those whose rights count is refused whatever the rules say.
func (d *decided) barred() string {
	for _, id := range d.req.Subject.ids() {
		if h, err := d.view.holder(id, d.req.Env.Time, d.req.Env.Time); err == nil && h.bar != noBar {
			return id
		}
	}
	return ""
}

// near looks at every allow there is about the action, whoever holds its role, for the party's question of that number.
func (p explainer) near(number int) (out []Miss, more bool, err error) {
	s := p.d.view.snap
	near, more, err := p.program()
	if err != nil {
		return nil, false, err
	}
	q, err := near.question(number)
	if err != nil {
		return nil, false, err
	}
	var standing []Rule
	for _, deny := range s.ruled(p.holds.all, near.prog, Deny) {
		if !deny.expr.can(false, q.can) {
			standing = append(standing, deny.rule)
		}
	}
	for _, r := range s.ruled(s.allRoles(), near.prog, Allow) {
		_, held := slices.BinarySearch(p.holds.all, r.rule.Role)
		lacking, possible := r.expr.lacks(true, q.can)
		if !possible {
			continue // it is about other actions
		}
		m := Miss{Subject: p.id, Image: q.image, Rule: &r.rule, Denies: standing, Links: len(lacking) + len(standing)}
		for _, l := range lacking {
			n := near.nameIn(q, l.atom)
			n.Wanted = l.wanted
			m.Names = append(m.Names, n)
		}
		switch {
		case !held:
			m.Code, m.Links = MissRoleNotHeld, m.Links+1
		case len(lacking) > 0:
			m.Code = near.lackCode(q, lacking[0].atom)
		default:
			m.Code = MissDenyStands
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		out = append(out, Miss{Code: MissNoRule, Subject: p.id, Image: q.image, Denies: standing, Links: 1 + len(standing)})
	}
	slices.SortFunc(out, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(a.Links, b.Links), cmp.Compare(notHeld(a), notHeld(b)), cmp.Compare(ruleText(a), ruleText(b)))
	})
	return out, more, nil
}

func notHeld(m Miss) int {
	if m.Code == MissRoleNotHeld {
		return 1
	}
	return 0
}

func ruleText(m Miss) string {
	if m.Rule == nil {
		return ""
	}
	return m.Rule.String()
}

func (p explainer) lackCode(q question, atom int) MissCode {
	unknown := q.values[atom] == scope.Unknown
	switch scoped := p.prog.atoms[atom].scope != nil; {
	case scoped && unknown:
		return MissScopeUnknown
	case scoped:
		return MissScopeFalse
	case unknown:
		return MissConditionUnknown
	}
	return MissConditionFalse
}

// program is the party with the program of all allows there are and the denies of its own roles.
func (p explainer) program() (near explainer, more bool, err error) {
	s, t := p.d.view.snap, p.d.typ
	b := s.bearing(p.holds.all, t, p.prog.act)
	for _, w := range s.bearing(s.allRoles(), t, p.prog.act).allows {
		i, has := slices.BinarySearch(b.allows, w)
		switch {
		case has:
		case len(b.allows) < maxNear:
			b.allows = slices.Insert(b.allows, i, w)
		default:
			more = true
		}
	}
	b.fields = nil
	prog, err := s.compileProgram(b, t, p.prog.act)
	if err != nil {
		return near, false, err
	}
	h, err := p.d.view.holder(p.id, p.d.req.Env.Time, p.d.req.Env.Time)
	if err != nil {
		return near, false, err
	}
	ev, err := evaluate(prog, h, p.d.req.Env)
	if err != nil {
		return near, false, err
	}
	p.keep(ev)
	return explainer{&party{id: p.id, holds: p.holds, evaluation: ev}, p.d}, more, nil
}

// keep gives circumstances the values that the decision found: one of the host's own need not be the same twice.
func (p explainer) keep(ev *evaluation) {
	known := map[when.Name]scope.Truth{}
	for i, a := range p.prog.atoms {
		if a.scope == nil {
			known[a.name] = p.values[i]
		}
	}
	for i, a := range ev.prog.atoms {
		if t, ok := known[a.name]; ok {
			ev.values[i] = t
		}
	}
}

// question values the atoms on the image of that number. What other roles' rules ask may be what the record at hand does
// not answer: it is unknown.
func (p explainer) question(number int) (question, error) {
	if p.d.req.Resource.Collection() {
		return p.rowQuestions(p.d.req.Resource.Set)[number], nil
	}
	img := p.d.images.present()[number]
	values := make([]scope.Truth, p.prog.decisive)
	for i, a := range p.prog.atoms[:p.prog.decisive] {
		if a.scope == nil {
			values[i] = p.values[i]
		} else if r := p.d.images.at(a.name.Pin, img); !r.IsZero() {
			values[i], _ = p.scopes[i].Eval(r)
		}
	}
	return pointQuestion(imageName(img), values), nil
}

// allRoles are the roles that have rows, sorted.
func (s *snapshot) allRoles() []string {
	var out []string
	s.rows.each(func(role string, _ *roleRows) bool {
		out = append(out, role)
		return true
	})
	slices.Sort(out)
	return out
}
