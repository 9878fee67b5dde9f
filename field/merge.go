package field

import (
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// program is a mask compiled: for each field the rules that can bear on it.
type program struct {
	maskers *Maskers
	fields  []string
	index   map[string]int // by field name, into fields and entries
	entries [][]entry
	whens   []scope.Predicate // the distinct tests that need a record
	attrs   []string          // what they read
	others  int               // how many masks were intersected with the first
}

// entry is a rule as it bears on one field.
type entry struct {
	when  scope.Predicate
	atom  int         // into whens, or -1 if when is constant
	truth scope.Truth // of a constant when
	form  Form
	side  int // which of the intersected masks it is of
}

func compile(fields []string, index map[string]int, rules []Rule, m *Maskers) *program {
	p := &program{maskers: m, fields: fields, index: index, entries: make([][]entry, len(fields))}
	atoms := map[string][]int{}
	for i, name := range fields {
		for _, r := range bearing(name, rules) {
			if e := p.entry(r, atoms); e.truth != scope.False {
				p.entries[i] = append(p.entries[i], e)
			}
		}
	}
	for _, when := range p.whens {
		p.attrs = append(p.attrs, when.Attrs()...)
	}
	slices.Sort(p.attrs)
	p.attrs = slices.Compact(p.attrs)
	return p
}

// bearing returns the rules for one field: of each role those that name it, or else those for "*". A rule that names
// the field displaces its role's "*" also where its own when does not hold.
func bearing(field string, rules []Rule) []Rule {
	named := map[string]bool{}
	for _, r := range rules {
		if r.Field == field {
			named[r.Role] = true
		}
	}
	var out []Rule
	for _, r := range rules {
		if r.Field == field || r.Field == "*" && !named[r.Role] {
			out = append(out, r)
		}
	}
	return out
}

func (p *program) entry(r Rule, atoms map[string][]int) entry {
	if truth, constant := r.When.Truth(); constant {
		return entry{when: r.When, atom: -1, truth: truth, form: r.Form}
	}
	return entry{when: r.When, atom: p.atom(r.When, atoms), form: r.Form}
}

// atom returns the place of when among p.whens. Predicates of one text may still read different trees.
func (p *program) atom(when scope.Predicate, atoms map[string][]int) int {
	text := when.String()
	for _, i := range atoms[text] {
		if reflect.DeepEqual(p.whens[i], when) {
			return i
		}
	}
	p.whens = append(p.whens, when)
	atoms[text] = append(atoms[text], len(p.whens)-1)
	return len(p.whens) - 1
}

// eval appends the truth of each test of p to dst.
func (p *program) eval(dst []scope.Truth, r scope.Record) ([]scope.Truth, error) {
	for _, when := range p.whens {
		t, err := when.Eval(r)
		if err != nil {
			return nil, err
		}
		dst = append(dst, t)
	}
	return dst, nil
}

// resolve merges the rules of every field, given the truth of each test.
func (p *program) resolve(truths []scope.Truth) Levels {
	l := Levels{p: p, forms: make([]Form, len(p.fields))}
	for i, entries := range p.entries {
		l.forms[i] = p.merge(entries, truths)
	}
	return l
}

// merge gives a field the lower of the levels that the intersected masks give it, of which there is mostly one.
func (p *program) merge(entries []entry, truths []scope.Truth) Form {
	form := p.mergeSide(entries, truths, 0)
	for side := 1; side <= p.others; side++ {
		form = p.lower(form, p.mergeSide(entries, truths, side))
	}
	return form
}

// mergeSide: a hide that is not false wins; of what is true the highest level wins; of several maskers the one that
// shows least.
func (p *program) mergeSide(entries []entry, truths []scope.Truth, side int) Form {
	top := Hide
	var maskers []string
	for _, e := range entries {
		if e.side != side {
			continue
		}
		truth := e.truth
		if e.atom >= 0 {
			truth = truths[e.atom]
		}
		switch {
		case e.form.Level == Hide && truth != scope.False:
			return Form{}
		case truth != scope.True:
			continue
		case e.form.Level == Masked:
			maskers = append(maskers, e.form.Masker)
		}
		top = max(top, e.form.Level)
	}
	if top == Masked {
		return Form{Level: Masked, Masker: p.maskers.least(maskers)}
	}
	return Form{Level: top}
}

// leastPossible chooses among all maskers that some record can bring in.
func (p *program) leastPossible(entries []entry) string {
	var maskers []string
	for _, e := range entries {
		if e.form.Level == Masked && (e.atom >= 0 || e.truth == scope.True) {
			maskers = append(maskers, e.form.Masker)
		}
	}
	return p.maskers.least(maskers)
}
