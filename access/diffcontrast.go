package access

import (
	"reflect"
	"slices"
	"strings"
)

// contrast is one action on one type under the roles before and after a change, where their rules differ.
type contrast struct {
	typ       *typeInfo
	act       *actionInfo
	was, next ruling
	roles     []string        // whose rules differ
	fields    []fieldContrast // whose rules differ
	occasions map[string]*occasions
	verdicts  map[string]diffVerdict // of subjects for whom it must come out the same
}

type fieldContrast struct {
	name     string
	roles    []string
	old, new string
}

// ruling is what the rules of a role set say in one cell of the table of actions and types.
type ruling struct {
	bearing
	*program
	rules []said // of allows and denies
	text  string
}

// said is a rule or a field rule with its meaning written out: the same texts mean the same.
type said struct{ role, meaning string }

// contrast lists where two role sets differ, the same for all who have these.
func (p *sides) contrast(was, next hold) ([]*contrast, error) {
	key := was.key() + "\n\n" + next.key()
	if out, ok := p.contrasts[key]; ok {
		return out, nil
	}
	out := []*contrast{}
	if !p.untouched(was, next) {
		for _, name := range p.a.cat.names {
			t := p.a.cat.types[name]
			for _, action := range sortedKeys(t.actions) {
				c := &contrast{typ: t, act: t.actions[action], occasions: map[string]*occasions{}, verdicts: map[string]diffVerdict{}}
				var err error
				if c.was, err = p.was.ruling(was, t, c.act); err != nil {
					return nil, err
				}
				if c.next, err = p.next.ruling(next, t, c.act); err != nil {
					return nil, err
				}
				c.compare()
				if len(c.roles)+len(c.fields) > 0 {
					out = append(out, c)
				}
			}
		}
	}
	p.contrasts[key] = out
	return out, nil
}

// untouched reports whether the roles are the same with the same rows, which mean the same.
func (p *sides) untouched(was, next hold) bool {
	if was.key() != next.key() || !p.incremental() {
		return false
	}
	return !slices.ContainsFunc(was.roles, func(role string) bool {
		x, _ := p.was.snap.rows.get(role)
		y, _ := p.next.snap.rows.get(role)
		return x != y
	})
}

// incremental reports whether one snapshot was made from the other, so that they share rows, names and texts.
func (p *sides) incremental() bool {
	return reflect.ValueOf(p.was.snap.names).Pointer() == reflect.ValueOf(p.next.snap.names).Pointer()
}

// ruling compiles what the roles say about an action, which is nothing for somebody who is barred.
func (s *side) ruling(h hold, t *typeInfo, act *actionInfo) (ruling, error) {
	var out ruling
	roles := h.roles
	if h.bar != "" {
		roles = nil
	}
	out.bearing = s.snap.bearing(roles, t, act)
	key := s.snap.key(out.bearing, act)
	out.program = s.programs[key]
	if out.program == nil {
		prog, err := s.snap.compileProgram(out.bearing, t, act)
		if err != nil {
			return out, err
		}
		s.programs[key], out.program = prog, prog
	}
	var texts [2][]string
	for i, effect := range []Effect{Allow, Deny} {
		for _, r := range s.snap.ruled(roles, out.program, effect) {
			out.rules = append(out.rules, said{r.rule.Role, string(effect) + " " + out.meaning(r.expr)})
			texts[i] = append(texts[i], r.rule.When)
		}
		slices.Sort(texts[i])
		texts[i] = slices.Compact(texts[i])
	}
	out.text = strings.Join(texts[0], " || ")
	if texts[0] != nil && texts[1] != nil {
		out.text += " unless " + strings.Join(texts[1], " || ")
	}
	if h.bar != "" {
		out.text = "(" + string(h.bar) + ")"
	}
	return out, nil
}

// compare finds the roles whose rules differ, and the fields.
func (c *contrast) compare() {
	c.roles = differing(c.was.rules, c.next.rules)
	for _, name := range c.typ.fields {
		was, next := c.was.saidOf(name), c.next.saidOf(name)
		if roles := differing(was, next); roles != nil {
			c.fields = append(c.fields, fieldContrast{name, roles, c.was.fieldText(name), c.next.fieldText(name)})
		}
	}
}

// differing are the roles that say on one side what they do not say on the other.
func differing(a, b []said) []string {
	var out []string
	for _, x := range [2][2][]said{{a, b}, {b, a}} {
		for _, s := range x[0] {
			if !slices.Contains(x[1], s) {
				out = append(out, s.role)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// about are the places of the field clauses that bear on a field: of each role those that name it, or else those for "*".
func (r ruling) about(name string) []int {
	named := map[string]bool{}
	for _, f := range r.program.fields {
		if f.field == name {
			named[f.role] = true
		}
	}
	var out []int
	for i, f := range r.program.fields {
		if f.field == name || f.field == "*" && !named[f.role] {
			out = append(out, i)
		}
	}
	return out
}

func (r ruling) saidOf(name string) []said {
	var out []said
	for _, i := range r.about(name) {
		f := r.program.fields[i]
		out = append(out, said{f.role, f.form.String() + " " + r.meaning(f.expr)})
	}
	return out
}

func (r ruling) fieldText(name string) string {
	var out []string
	for _, i := range r.about(name) {
		f := r.program.fields[i]
		out = append(out, f.form.String()+" if "+r.program.readable(f.expr).String())
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}
