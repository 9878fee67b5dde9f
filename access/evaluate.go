package access

import (
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// image is a record as it stands, or as it will be.
type image uint8

const (
	oldImage image = iota
	newImage
)

// evaluation is one subject's program at one instant: conditions have their value, scopes their predicate, each found
// once.
type evaluation struct {
	prog   *program
	values []scope.Truth     // of conditions
	scopes []scope.Predicate // of scopes
	until  time.Time         // when time alone could next change a value; zero: never
}

func evaluate(p *program, h *holder, env condition.Env) (*evaluation, error) {
	ev := &evaluation{prog: p, values: make([]scope.Truth, len(p.atoms)), scopes: make([]scope.Predicate, len(p.atoms))}
	for i := range p.atoms {
		switch a := &p.atoms[i]; {
		case a.cond != nil:
			ev.values[i] = a.cond.Eval(env)
			if t, ok := a.cond.Until(env); ok && (ev.until.IsZero() || t.Before(ev.until)) {
				ev.until = t
			}
		case a.custom != nil:
			ev.values[i], ev.until = a.custom.value(h.subject(), env), env.Time
		case a.scope != nil:
			var err error
			if ev.scopes[i], err = h.reach(a, p.typ); err != nil {
				return nil, err
			}
		}
	}
	return ev, nil
}

// facts are the questions about relations that the program's scopes ask.
func (ev *evaluation) facts() []scope.Predicate {
	var out []scope.Predicate
	seen := map[string]bool{}
	for _, p := range ev.scopes {
		for _, f := range p.Facts() {
			if !seen[f.String()] {
				seen[f.String()] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// images are the records of a point request; a zero one is absent.
type images struct{ old, new scope.Record }

// at is the record an atom reads when the rules are tested on the image img.
func (im images) at(pin string, img image) scope.Record {
	if pin == "new" || pin == "" && img == newImage {
		return im.new
	}
	return im.old
}

// point returns the value of every decisive atom with the rules tested on one image.
func (ev *evaluation) point(im images, img image) ([]scope.Truth, error) {
	out := make([]scope.Truth, ev.prog.decisive)
	for i, a := range ev.prog.atoms[:ev.prog.decisive] {
		if a.scope == nil {
			out[i] = ev.values[i]
			continue
		}
		r := im.at(a.name.Pin, img)
		if r.IsZero() {
			continue
		}
		var err error
		if out[i], err = ev.scopes[i].Eval(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// truth is the value of an expression, given those of the atoms.
func (e expr) truth(atoms []scope.Truth) scope.Truth {
	switch e.op {
	case when.Ref:
		switch e.atom {
		case alwaysTrue:
			return scope.True
		case alwaysFalse:
			return scope.False
		}
		return atoms[e.atom]
	case when.Not:
		return e.kids[0].truth(atoms).Not()
	case when.And:
		t := scope.True
		for _, k := range e.kids {
			t = t.And(k.truth(atoms))
		}
		return t
	case when.Or:
		t := scope.False
		for _, k := range e.kids {
			t = t.Or(k.truth(atoms))
		}
		return t
	}
	return scope.Unknown
}

// decides applies the rules: any deny that is not false refuses, else one allow must be true.
func (p *program) decides(atoms []scope.Truth) bool {
	for _, d := range p.denies {
		if d.expr.truth(atoms) != scope.False {
			return false
		}
	}
	for _, a := range p.allows {
		if a.expr.truth(atoms) == scope.True {
			return true
		}
	}
	return false
}

// reading says which predicate a scope becomes in a collection, by the pin before its name.
type reading struct{ bare, old, new substitution }

// substitution is given the number of an atom and its scope's predicate.
type substitution func(int, scope.Predicate) scope.Predicate

func asIs(_ int, p scope.Predicate) scope.Predicate { return p }
func unknown(int, scope.Predicate) scope.Predicate  { return scope.Predicate{} }

func kept(values []scope.Truth) substitution {
	return func(i int, _ scope.Predicate) scope.Predicate { return scope.Const(values[i]) }
}

func set(values map[string]scope.Value) substitution {
	return func(_ int, p scope.Predicate) scope.Predicate { return p.Set(values) }
}

// fold turns an expression into a predicate over the stored row.
func (ev *evaluation) fold(e expr, rd reading) scope.Predicate {
	switch e.op {
	case when.Ref:
		switch e.atom {
		case alwaysTrue:
			return scope.All()
		case alwaysFalse:
			return scope.None()
		}
		a := ev.prog.atoms[e.atom]
		if a.scope == nil {
			return scope.Const(ev.values[e.atom])
		}
		switch a.name.Pin {
		case "old":
			return rd.old(e.atom, ev.scopes[e.atom])
		case "new":
			return rd.new(e.atom, ev.scopes[e.atom])
		}
		return rd.bare(e.atom, ev.scopes[e.atom])
	case when.Not:
		return scope.Not(ev.fold(e.kids[0], rd))
	}
	kids := make([]scope.Predicate, len(e.kids))
	for i, k := range e.kids {
		kids[i] = ev.fold(k, rd)
	}
	if e.op == when.And {
		return scope.And(kids...)
	}
	return scope.Or(kids...)
}

// predicate is the allows ORed and each deny's negation ANDed: a row passes a deny only where its when is false.
func (ev *evaluation) predicate(rd reading) scope.Predicate {
	allows := make([]scope.Predicate, len(ev.prog.allows))
	for i, a := range ev.prog.allows {
		allows[i] = ev.fold(a.expr, rd)
	}
	all := []scope.Predicate{scope.Or(allows...)}
	for _, d := range ev.prog.denies {
		all = append(all, scope.Not(ev.fold(d.expr, rd)))
	}
	return scope.And(all...)
}

// creates reports whether the action makes records: its rules are then tested on the new image.
func (p *program) creates() bool {
	k := p.act.Kinds
	return k&CreateRows != 0 && k&^CreateRows == 0
}

// rows is the predicate of a collection: which stored rows (or, for a create, which new ones) pass.
func (ev *evaluation) rows(values map[string]scope.Value) scope.Predicate {
	switch {
	case ev.prog.creates():
		return ev.predicate(reading{bare: asIs, old: unknown, new: asIs})
	case values == nil:
		return ev.predicate(reading{bare: asIs, old: asIs, new: unknown})
	}
	return scope.And(
		ev.predicate(reading{bare: asIs, old: asIs, new: set(values)}),
		ev.predicate(reading{bare: set(values), old: asIs, new: set(values)}),
	)
}
