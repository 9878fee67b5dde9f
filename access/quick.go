package access

import (
	"context"
	"maps"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// quick is a decision about one record or one collection for a subject who acts himself: what nearly every request is.
// It holds no pointer that the decision made, so that deciding allocates nothing; what callers seldom ask for is worked
// out from it by full.
type quick struct {
	auth    *Authorizer
	view    *view
	holder  *holder
	prog    *program
	subject Subject
	env     condition.Env
	purpose string
	record  scope.Record
	key     scope.Value // of the record, if its key is one attribute
	kept    kept64
	list    *listed // of a collection
	id      [2]uint64
	allowed bool
	advice  bool
}

// kept64 are the values of up to 64 atoms: a bit in at says that the value is known, then one in yes or no what it is.
type kept64 struct{ at, yes, no uint64 }

func (k *kept64) value(i int) scope.Truth {
	return scope.Truth(int8(k.yes>>i&1) - int8(k.no>>i&1))
}

func (k *kept64) keep(i int, t scope.Truth) {
	k.at |= 1 << i
	switch t {
	case scope.True:
		k.yes |= 1 << i
	case scope.False:
		k.no |= 1 << i
	}
}

// tryQuick decides what needs no loader, no second image and no second party. done is false where the long way must be
// gone: for those, and to say what is wrong.
func (a *Authorizer) tryQuick(ctx context.Context, r *Request, q *quick) (done bool) {
	if a.closed.Load() || ctx.Err() != nil || a.cfg.CrossCheck > 0 || a.cfg.Audit != nil {
		return false
	}
	res := &r.Resource
	if r.Subject.Actor != "" || res.ID != "" || res.Set != nil || !res.New.IsZero() || r.AtLeast != (Revision{}) {
		return false
	}
	t := a.byID.find(r.Subject.Tenant)
	typ := a.cat.types[res.Type]
	if t == nil || typ == nil || t.stale.Load() {
		return false
	}
	act, v := typ.actions[r.Action], t.view.Load()
	if act == nil || v == nil || act.Name == unmask || !res.Record.IsZero() && act.Kinds == CreateRows {
		return false
	}
	q.env = r.Env
	latest, ok := a.clock(&q.env.Time)
	if !ok {
		return false
	}
	u, _ := v.snap.users.get(r.Subject.ID)
	if u == nil {
		return false
	}
	h := u.holder.Load()
	if h == nil || !h.stands(v, q.env.Time, latest) || h.bar != "" || h.system && r.Subject.check() != nil {
		return false
	}
	if q.prog = h.set.found(typ, act); q.prog == nil || !q.prog.quick {
		return false
	}
	q.auth, q.view, q.holder, q.subject = a, v, h, r.Subject
	q.purpose, q.advice = r.Purpose, r.Advisory
	if res.Record.IsZero() {
		return q.listing()
	}
	q.record = res.Record
	return q.point(typ)
}

// clock fills in a decision time and returns the latest ever seen. ok is false if the time must be compared with a fresh
// reading first.
func (a *Authorizer) clock(t *time.Time) (latest time.Time, ok bool) {
	if t.IsZero() {
		*t = a.cfg.Now()
		return a.see(*t), true
	}
	tick := a.tick.Load()
	if tick == nil {
		return latest, false
	}
	skew := t.Sub(*tick)
	return a.see(*tick), skew < maxSkew-time.Second && skew > time.Second-maxSkew
}

// point decides on the record.
func (q *quick) point(typ *typeInfo) bool {
	if q.prog.shape.Check(q.record) != nil {
		return false
	}
	if mine, err := q.view.snap.mine[typ.number].on(q.record).Eval(q.record); err != nil || mine != scope.True {
		return false
	}
	if len(typ.Schema.Key) == 1 {
		var err error
		if q.key, err = typ.keyOf(q.record); err != nil {
			return false
		}
	}
	w := asking{q: q}
	q.allowed = w.decides()
	q.kept = w.kept64
	if w.err != nil {
		return false
	}
	q.id = [2]uint64{rand.Uint64(), rand.Uint64()}
	return true
}

// asking values the atoms of a program one after the other, each at most once, as far as the answer depends on them.
type asking struct {
	kept64
	q   *quick
	err error
}

func (w *asking) decides() bool {
	for i := range w.q.prog.denies {
		if !w.isFalse(&w.q.prog.denies[i].expr) {
			return false
		}
	}
	for i := range w.q.prog.allows {
		if w.isTrue(&w.q.prog.allows[i].expr) {
			return w.err == nil
		}
	}
	return false
}

func (w *asking) atom(i int) scope.Truth {
	if w.at>>i&1 == 0 {
		a := &w.q.prog.atoms[i]
		t := scope.Unknown
		switch {
		case a.cond != nil:
			t = a.cond.Eval(w.q.env)
		case a.scope != nil && a.name.Pin != "new":
			x, err := w.q.holder.reach(a, w.q.prog.typ)
			if err == nil {
				t, err = x.on(w.q.record).Eval(w.q.record)
			}
			if err != nil {
				w.err = err
			}
		}
		w.keep(i, t)
	}
	return w.value(i)
}

func (w *asking) isTrue(e *expr) bool {
	switch e.op {
	case when.Ref:
		return e.atom == alwaysTrue || e.atom >= 0 && w.atom(e.atom) == scope.True
	case when.Not:
		return w.isFalse(&e.kids[0])
	}
	for i := range e.kids {
		if w.isTrue(&e.kids[i]) != (e.op == when.And) {
			return e.op == when.Or
		}
	}
	return e.op == when.And
}

func (w *asking) isFalse(e *expr) bool {
	switch e.op {
	case when.Ref:
		return e.atom == alwaysFalse || e.atom >= 0 && w.atom(e.atom) == scope.False
	case when.Not:
		return w.isTrue(&e.kids[0])
	}
	for i := range e.kids {
		if w.isFalse(&e.kids[i]) != (e.op == when.Or) {
			return e.op == when.And
		}
	}
	return e.op == when.Or
}

// listed is what a collection comes to for a holder; nothing but the program and the conditions' values decides it.
type listed struct {
	scope   scope.Predicate
	allowed bool
}

type listing struct {
	prog  *program
	conds kept64
}

// maxListed bounds how many a holder keeps.
const maxListed = 1024

// listing decides on the collection.
func (q *quick) listing() bool {
	k := listing{prog: q.prog}
	for i := range q.prog.atoms[:q.prog.decisive] {
		if c := q.prog.atoms[i].cond; c != nil {
			k.conds.keep(i, c.Eval(q.env))
		}
	}
	lists := q.holder.lists.Load()
	if lists != nil {
		q.list = (*lists)[k]
	}
	if q.list == nil {
		d, err := q.decided()
		if err != nil || d.decide() != nil {
			return false
		}
		q.list = &listed{scope: d.scope, allowed: d.allowed}
		next := map[listing]*listed{k: q.list}
		if lists != nil && len(*lists) < maxListed {
			maps.Copy(next, *lists)
		}
		q.holder.lists.CompareAndSwap(lists, &next)
	}
	q.allowed = q.list.allowed
	q.id = [2]uint64{rand.Uint64(), rand.Uint64()}
	return true
}

// decided is the quick decision as the long way makes it, before its rules are asked.
func (q *quick) decided() (*decided, error) {
	prog := q.prog
	d := &decided{
		auth: q.auth, view: q.view, typ: prog.typ, images: images{old: q.record},
		req: Request{Subject: q.subject, Action: prog.action, Env: q.env, Purpose: q.purpose, Advisory: q.advice,
			Resource: Resource{Type: prog.typ.Name, Record: q.record}},
	}
	ev, err := evaluate(prog, q.holder, q.env)
	if err != nil {
		return nil, err
	}
	p := &party{id: q.holder.id, holds: q.holder.holdings, evaluation: ev}
	d.edge(p.holds.next)
	d.edge(p.until)
	d.parties = []*party{p}
	return d, nil
}

// full works out all that a decision can be asked, from the values that the decision kept.
func (q *quick) full() *decided {
	d, err := q.decided()
	if err != nil {
		return q.denied()
	}
	p := d.parties[0]
	d.allowed, p.yes, d.id = q.allowed, q.allowed, q.name()
	d.idOnce.Do(func() {})
	if q.list != nil {
		d.scope = q.list.scope
		return d
	}
	p.kept = []keptImage{{oldImage, q.values(p)}}
	d.key = q.keyed(d)
	if d.allowed {
		if d.scope, err = d.where(nil); err != nil {
			d.scope = scope.None()
		}
	}
	return d
}

// denied is what is left of a decision that cannot be worked out any more.
func (q *quick) denied() *decided {
	d := &decided{auth: q.auth, view: q.view, typ: q.prog.typ, req: Request{Subject: q.subject, Action: q.prog.action, Resource: Resource{Type: q.prog.typ.Name}}}
	d.end(Reason{Code: ReasonConditionUnmet})
	return d
}

// values are those the decision kept, and of atoms it had no need of those they have.
func (q *quick) values(p *party) []scope.Truth {
	values, err := p.point(images{old: q.record}, oldImage)
	if err != nil {
		values = make([]scope.Truth, q.prog.decisive)
	}
	for i := range values {
		if q.kept.at>>i&1 == 1 {
			values[i] = q.kept.value(i)
		}
	}
	return values
}

func (q *quick) keyed(d *decided) scope.Predicate {
	if keys := d.typ.Schema.Key; len(keys) == 1 {
		return scope.Eq(keys[0], q.key)
	}
	p, err := d.typ.key(q.record)
	if err != nil {
		return scope.None()
	}
	return p
}

// name is the decision's id.
func (q *quick) name() string {
	return hex16(q.id[0]) + hex16(q.id[1])
}

func hex16(n uint64) string {
	const zeros = "0000000000000000"
	s := strconv.FormatUint(n, 16)
	return zeros[len(s):] + s
}
