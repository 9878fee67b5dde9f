package access

import (
	"context"
	"maps"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
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
	list    *listed // of a collection
	id      uint64
	kept    kept64
	env     condition.Env
	record  scope.Record
	key     scope.Value // of the record, if its key is one attribute
	purpose string
	reason  string // of a system subject
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
	if !a.mayQuick || a.closed.Load() || ctx.Err() != nil {
		return false
	}
	res := &r.Resource
	if r.Subject.Actor != "" || res.ID != "" || res.Set != nil || !res.New.IsZero() || r.AtLeast != (Revision{}) {
		return false
	}
	t := a.byID.find(r.Subject.Tenant)
	typ, _ := a.cat.byName.get(res.Type)
	if t == nil || typ == nil || t.stale.Load() {
		return false
	}
	act, _ := typ.byName.get(r.Action)
	v := t.view.Load()
	if act == nil || v == nil || act.Name == unmask || !res.Record.IsZero() && act.Kinds == CreateRows {
		return false
	}
	u, _ := v.snap.users.get(r.Subject.ID)
	if u == nil {
		return false
	}
	q.env = r.Env
	latest, ok := a.clock(&q.env.Time)
	if !ok {
		return false
	}
	h := u.holder.Load()
	if h == nil || !h.stands(v) || h.term != nil && !h.lasts(q.env.Time, time.Unix(0, latest)) {
		var err error
		if h, err = v.renew(u, q.env.Time, time.Unix(0, latest)); err != nil {
			return false
		}
	}
	if h.bar != noBar || h.system && r.Subject.check() != nil {
		return false
	}
	if q.prog = h.set.cells.find(act); q.prog == nil {
		var err error
		if q.prog, err = v.snap.program(h.set, typ, act); err != nil {
			return false
		}
	}
	if q.prog.point.start == unfit {
		return false
	}
	q.auth, q.view, q.holder = a, v, h
	q.purpose, q.reason, q.advice = r.Purpose, r.Subject.reason, r.Advisory
	if res.Record.IsZero() {
		return q.listing()
	}
	q.record = res.Record
	return q.point(typ)
}

// clock fills in a decision time and returns the latest ever seen, in nanoseconds of Unix time. ok is false if the time
// must be compared with a fresh reading first.
func (a *Authorizer) clock(t *time.Time) (latest int64, ok bool) {
	if t.IsZero() {
		*t = a.cfg.Now()
		return a.seen(t.UnixNano()), true
	}
	tick := a.tick.Load()
	const most = int64(maxSkew/time.Second) - 2
	skew := t.Unix() - tick/int64(time.Second)
	return a.seen(tick), -most < skew && skew < most
}

// point decides on the record.
func (q *quick) point(typ *typeInfo) bool {
	code := &q.prog.point
	if code.shape.Check(q.record) != nil {
		return false
	}
	layout := typ.layoutOf(q.record)
	if !q.mine(typ, layout) || !q.keyed(typ, layout) {
		return false
	}
	at := code.start
	for at >= first {
		j := &code.steps[at-first]
		bit := uint64(1) << j.atom
		if q.kept.at&bit == 0 {
			t, ok := q.value(int(j.atom), layout)
			if !ok {
				return false
			}
			q.kept.keep(int(j.atom), t)
		}
		if q.kept.value(int(j.atom)) == j.want {
			at = j.yes
		} else {
			at = j.no
		}
	}
	q.allowed = at == allowed
	q.id = rand.Uint64()
	return true
}

// mine reports whether the record is the tenant's.
func (q *quick) mine(typ *typeInfo, layout *scope.Layout) bool {
	if layout != nil {
		if yes, ok := layout.InTenant(q.record, q.view.snap.tenant); ok {
			return yes
		}
	}
	yes, err := q.view.snap.mine[typ.number].Match(q.record)
	return yes && err == nil
}

// keyed keeps the record's key, if it is one attribute.
func (q *quick) keyed(typ *typeInfo, layout *scope.Layout) bool {
	if len(typ.Schema.Key) != 1 {
		return true
	}
	if layout != nil {
		if v, ok := layout.Key(q.record); ok {
			q.key = v
			return true
		}
	}
	v, err := q.record.Value(typ.Schema.Key[0], typ.keyKind)
	q.key = v
	return err == nil
}

// value is that of one atom. ok is false if it can't be told.
func (q *quick) value(i int, layout *scope.Layout) (t scope.Truth, ok bool) {
	a := &q.prog.point.atoms[i]
	switch {
	case a.cond != nil:
		return a.cond.Eval(q.env), true
	case !a.scope || a.blind:
		return scope.Unknown, true
	case layout != nil && a.sight != 0:
		yes, ok := layout.Sees(a.sight, &q.holder.viewer, q.record)
		switch {
		case yes:
			return scope.True, true
		case ok:
			return scope.False, true
		}
	}
	p, err := q.holder.reach(&q.prog.atoms[i], q.prog.typ)
	if err != nil {
		return scope.Unknown, false
	}
	t, err = p.Eval(q.record)
	return t, err == nil
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
	q.id = rand.Uint64()
	return true
}

// decided is the quick decision as the long way makes it, before its rules are asked.
func (q *quick) decided() (*decided, error) {
	prog := q.prog
	d := &decided{
		auth: q.auth, view: q.view, typ: prog.typ, images: images{old: q.record},
		req: Request{Subject: q.subject(), Action: prog.action, Env: q.env, Purpose: q.purpose, Advisory: q.advice,
			Resource: Resource{Type: prog.typ.Name, Record: q.record}},
	}
	ev, err := evaluate(prog, q.holder, q.env)
	if err != nil {
		return nil, err
	}
	p := &party{id: q.holder.user.id, holds: q.holder.holdings(), evaluation: ev}
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
	d.key = q.keyPredicate(d)
	if d.allowed {
		if d.scope, err = d.where(nil); err != nil {
			d.scope = scope.None()
		}
	}
	return d
}

// denied is what is left of a decision that cannot be worked out any more.
func (q *quick) denied() *decided {
	d := &decided{auth: q.auth, view: q.view, typ: q.prog.typ, req: Request{Subject: q.subject(), Action: q.prog.action, Resource: Resource{Type: q.prog.typ.Name}}}
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

func (q *quick) keyPredicate(d *decided) scope.Predicate {
	if keys := d.typ.Schema.Key; len(keys) == 1 {
		return scope.Eq(keys[0], q.key)
	}
	p, err := d.typ.key(q.record)
	if err != nil {
		return scope.None()
	}
	return p
}

// subject is who asked.
func (q *quick) subject() Subject {
	return Subject{ID: q.holder.user.id, Tenant: q.view.snap.tenant, system: q.holder.system, reason: q.reason}
}

// name is the decision's id: the Authorizer's own number, and one of the decision's.
func (q *quick) name() string { return hex16(q.auth.number) + hex16(q.id) }

func hex16(n uint64) string {
	const zeros = "0000000000000000"
	s := strconv.FormatUint(n, 16)
	return zeros[len(s):] + s
}
