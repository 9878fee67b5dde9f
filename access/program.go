package access

import (
	"encoding/binary"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// program is what a role set may do with one action on one type, whose rules say it. Role sets whose rules say the same
// share one.
type program struct {
	act    *actionInfo
	point  pointCode
	typ    *typeInfo
	action string
	atoms  []atom // each name once
	allows []clause
	denies []clause
	fields []fieldClause
	// decisive is how many of the atoms, the first ones, are read by allows and denies; the rest only by fields.
	decisive int
}

// atom is a scope or a condition that a clause reads.
type atom struct {
	name   when.Name
	scope  scope.Resolver
	cond   *condition.Condition
	custom *custom
	place  int32 // of a scope, see places
	// approved is whether a live approval covers the request.
	approved bool
}

// clause is a when compiled. Which rules say it is found from the roles, for who asks; see ruled.
type clause struct {
	when string
	expr expr
}

type fieldClause struct {
	role  string
	field string
	form  field.Form
	expr  expr
}

// expr is an expression over the atoms of its program. A leaf is an atom, or a constant: whether the action is the
// program's is settled when it is compiled.
type expr struct {
	op   when.Op // when.Ref: a leaf
	atom int     // of a leaf; -1: always true, -2: always false
	kids []expr
}

const (
	alwaysTrue  = -1
	alwaysFalse = -2
)

// bearing are the rows of a role set that bear on one action on one type.
type bearing struct {
	allows, denies []uint32 // whens, sorted, each once
	fields         []roleField
}

type roleField struct {
	role string
	row  fieldRow
}

func (s *snapshot) bearing(roles []string, t *typeInfo, act *actionInfo) bearing {
	var b bearing
	for _, role := range roles {
		rows, _ := s.rows.get(role)
		if rows == nil {
			continue
		}
		for _, r := range rows.rules {
			switch {
			case !r.covers(t, act):
			case r.deny:
				b.denies = append(b.denies, r.when)
			default:
				b.allows = append(b.allows, r.when)
			}
		}
		for _, r := range rows.fields {
			if r.typ == uint16(t.number) || r.typ == anyNumber && (!t.Sensitive || s.texts.all[r.level] == field.Hide.String()) {
				b.fields = append(b.fields, roleField{role, r})
			}
		}
	}
	slices.Sort(b.allows)
	slices.Sort(b.denies)
	b.allows, b.denies = slices.Compact(b.allows), slices.Compact(b.denies)
	return b
}

// covers reports whether a rule is about the action on the type.
func (r ruleRow) covers(t *typeInfo, act *actionInfo) bool {
	return (r.typ == uint16(t.number) || r.typ == anyNumber && (r.deny || !t.Sensitive)) &&
		(r.act == uint16(act.global) || r.act == anyNumber && (r.deny || !act.Sensitive))
}

// key is the same for role sets whose rules say the same. It names whens and levels by what they say: their numbers mean
// something else in another snapshot made of the same one.
func (s *snapshot) key(b bearing, act *actionInfo) string {
	key := binary.AppendUvarint(nil, uint64(act.cell))
	key = binary.AppendUvarint(key, uint64(len(b.allows)))
	key = binary.AppendUvarint(key, uint64(len(b.denies)))
	text := func(s string) { key = append(append(key, s...), 0) }
	for _, w := range slices.Concat(b.allows, b.denies) {
		text(s.texts.all[w])
	}
	for _, f := range b.fields {
		text(f.role)
		key = binary.AppendUvarint(key, uint64(f.row.field))
		text(s.texts.all[f.row.level])
		text(s.texts.all[f.row.when])
	}
	return string(key)
}

func (s *snapshot) compileProgram(b bearing, t *typeInfo, act *actionInfo) (*program, error) {
	p := &program{typ: t, action: act.Name, act: act}
	c := compiler{s: s, p: p, index: map[when.Name]int{}}
	for _, part := range []struct {
		whens []uint32
		into  *[]clause
	}{{b.denies, &p.denies}, {b.allows, &p.allows}} {
		if len(part.whens) > 0 {
			*part.into = make([]clause, 0, len(part.whens))
		}
		for _, w := range part.whens {
			e, err := c.compile(s.texts.all[w])
			if err != nil {
				return nil, err
			}
			*part.into = append(*part.into, clause{s.texts.all[w], e})
		}
	}
	p.decisive = len(p.atoms)
	for _, f := range b.fields {
		rule := s.fieldRule(f.role, f.row)
		form, err := field.ParseForm(rule.Level, s.maskers)
		if err != nil {
			return nil, err
		}
		e, err := c.compile(rule.When)
		if err != nil {
			return nil, err
		}
		p.fields = append(p.fields, fieldClause{f.role, rule.Field, form, e})
	}
	p.atoms = slices.Clip(p.atoms)
	p.fitQuick(s.mine[t.number])
	return p, nil
}

// fitQuick finds out whether quick decisions can use the program: what its rules read of a record is known, and no
// condition of the host's is asked, which might answer otherwise when the fields are wanted.
func (p *program) fitQuick(mine scope.Predicate) {
	reads := append(mine.Attrs(), p.typ.Schema.Key...)
	for i, a := range p.atoms {
		if a.custom != nil {
			return
		}
		if i >= p.decisive || a.scope == nil || a.scope.Check(&p.typ.Schema) != nil {
			continue
		}
		attrs, known := scope.Reads(a.scope, &p.typ.Schema)
		if !known {
			return
		}
		reads = append(reads, attrs...)
	}
	p.point = newPointCode(p, p.typ.shape(reads))
}

// ruled is a rule with its when compiled.
type ruled struct {
	rule Rule
	expr expr
}

// ruled are the rules of the role set behind the program's clauses, in the order of the roles.
func (s *snapshot) ruled(roles []string, p *program, effect Effect) []ruled {
	clauses := p.allows
	if effect == Deny {
		clauses = p.denies
	}
	var out []ruled
	for _, role := range roles {
		rows, _ := s.rows.get(role)
		if rows == nil {
			continue
		}
		for _, r := range rows.rules {
			i := slices.IndexFunc(clauses, func(c clause) bool { return c.when == s.texts.all[r.when] })
			if i >= 0 && r.deny == (effect == Deny) && r.covers(p.typ, p.act) {
				out = append(out, ruled{s.rule(role, r), clauses[i].expr})
			}
		}
	}
	return out
}

type compiler struct {
	s     *snapshot
	p     *program
	index map[when.Name]int
}

func (c compiler) compile(text string) (expr, error) {
	e, err := when.Parse(text)
	if err != nil {
		return expr{}, err
	}
	if e, err = c.s.names.expand(e, ""); err != nil {
		return expr{}, err
	}
	return c.tree(e), nil
}

func (c compiler) tree(e when.Expr) expr {
	if e.Op == when.Ref {
		return expr{op: when.Ref, atom: c.leaf(e.Name)}
	}
	out := expr{op: e.Op, kids: make([]expr, len(e.Kids))}
	for i, k := range e.Kids {
		out.kids[i] = c.tree(k)
	}
	return out
}

func (c compiler) leaf(n when.Name) int {
	if n.Pin == "action" {
		if n.Name == c.p.action {
			return alwaysTrue
		}
		return alwaysFalse
	}
	i, ok := c.index[n]
	if !ok {
		i = len(c.p.atoms)
		c.index[n] = i
		is := c.s.names[n.Name]
		a := atom{name: n, scope: is.scope, cond: is.cond, custom: is.custom, approved: is.approved}
		if a.scope != nil {
			a.place = int32(c.s.sets.places.number(n.Name, a.scope, c.p.typ))
		}
		c.p.atoms = append(c.p.atoms, a)
	}
	return i
}
