package access

import (
	"context"
	"fmt"
	"reflect"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// fetch gets the records named by id, and the answers about related rows that records in hand lack.
func (a *Authorizer) fetch(ctx context.Context, work []*decided) error {
	lacking := map[string][]*decided{}
	for _, d := range work {
		if d.ended() {
			continue
		}
		id, facts := d.req.Resource.ID, d.facts()
		if id == "" {
			if len(facts) > 0 && !d.req.Resource.Collection() {
				lacking[d.typ.Name] = append(lacking[d.typ.Name], d)
			}
			continue
		}
		if a.cfg.Loader == nil {
			return invalid("resource", d.typ.Name, fmt.Errorf("names a record by id, but Config.Loader is not set: set it, or pass the Record"))
		}
		r, err := a.cfg.Loader.Load(ctx, d.req.Subject.Tenant, d.typ.Name, id, facts)
		if err != nil {
			return fmt.Errorf("access: load %s: %w", d.typ.Name, outside(err))
		}
		if r.IsZero() {
			d.end(Reason{Code: ReasonNotFound})
			continue
		}
		d.images.old = r
	}
	for typ, ds := range lacking {
		if err := a.answer(ctx, typ, ds); err != nil {
			return err
		}
	}
	for _, d := range work {
		if !d.ended() {
			d.carryFacts()
		}
	}
	return nil
}

// facts are the questions about related rows that any of the parties' scopes asks.
func (d *decided) facts() []scope.Predicate {
	var out []scope.Predicate
	for _, p := range d.parties {
		out = append(out, p.facts()...)
	}
	return out
}

// answer attaches to the records of one type what they lack. A record still to be created has no related rows that
// could be looked up: what is asked about it is unknown.
func (a *Authorizer) answer(ctx context.Context, typ string, ds []*decided) error {
	var facts []scope.Predicate
	seen := map[string]bool{}
	for _, d := range ds {
		for _, f := range d.facts() {
			if !seen[f.String()] {
				seen[f.String()] = true
				facts = append(facts, f)
			}
		}
	}
	var records []scope.Record
	var into []*scope.Record
	for _, d := range ds {
		switch {
		case !d.images.old.IsZero() && !answered(d.images.old, facts):
			records, into = append(records, d.images.old), append(into, &d.images.old)
		case d.images.old.IsZero() && !answered(d.images.new, facts):
			for _, f := range facts {
				d.images.new = d.images.new.WithFact(f, scope.Unknown)
			}
		}
	}
	if len(records) > 0 {
		if a.cfg.Loader == nil {
			return invalid("record", typ, fmt.Errorf("lacks related rows that the rules ask for: attach them with scope.Record.With, or set Config.Loader"))
		}
		got, err := a.cfg.Loader.Facts(ctx, ds[0].req.Subject.Tenant, typ, records, facts)
		if err != nil {
			return fmt.Errorf("access: load related rows of %s: %w", typ, outside(err))
		}
		if len(got) != len(records) {
			return fmt.Errorf("access: Config.Loader answered for %d of %d records of %s", len(got), len(records), typ)
		}
		for i := range got {
			if got[i].IsZero() {
				return fmt.Errorf("access: Config.Loader answered for a record of %s with none", typ)
			}
			*into[i] = got[i]
		}
	}
	return nil
}

// carryFacts gives the new image of a write, where it lacks them, the answers of the old one, of which it is the
// successor; where the write moves the record to other related rows the answer is unknown.
func (d *decided) carryFacts() {
	if d.images.old.IsZero() || d.images.new.IsZero() {
		return
	}
	for _, f := range d.facts() {
		if answered(d.images.new, []scope.Predicate{f}) {
			continue
		}
		t, err := f.Eval(d.images.old)
		if err != nil || !sameAttrs(d.images.old, d.images.new, f.Attrs()) {
			t = scope.Unknown
		}
		d.images.new = d.images.new.WithFact(f, t)
	}
}

func sameAttrs(a, b scope.Record, names []string) bool {
	for _, n := range names {
		x, okX := a.Get(n)
		y, okY := b.Get(n)
		if !okX || !okY || !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

func answered(r scope.Record, facts []scope.Predicate) bool {
	for _, f := range facts {
		if _, err := f.Eval(r); err != nil {
			return false
		}
	}
	return true
}
