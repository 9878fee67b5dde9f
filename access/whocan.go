package access

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Able is somebody who may do what WhoCan was asked about.
type Able struct {
	Subject string `json:"subject"`
	// Through are the rules that let him, each with the shortest way to its role, in the order of the roles. Only
	// Explain tells them all, and why they hold.
	Through []Through `json:"through"`
	// Until is the first instant at which time alone could change the answer; zero: never.
	Until time.Time `json:"until"`
}

// Through is one rule that applies to somebody.
type Through struct {
	Image string `json:"image,omitempty"` // as of a Ground
	Path  []Step `json:"path"`            // how he holds the rule's role; a grant among it has an end
	Rule  Rule   `json:"rule"`
}

// whoBatch is how many subjects are decided together, with one query for the related rows that all of them need.
const whoBatch = 64

// WhoCan yields everybody who may do r.Action on r.Resource: those for whom Authorize would say yes in the circumstances
// r.Env, system subjects among them, each acting for himself. Of a collection they are those whose scope is not empty.
// They come in the order of their ids, after the id after, which is "" for all; to get a page stop when it is full and go
// on later after its last. All come from one state of policy and directory, the one of the first call of the iterator.
// r.Subject says the tenant, and nobody: ID and Actor must be blank.
//
// by must hold explain as in ExplainTo. An error is yielded once, with the zero Able, and is the last: what came before
// it is then not everybody. A record of another tenant has nobody who can, as one that there is not. Nothing is recorded
// but the decision about by. The iterator may be run again and by several goroutines; each run asks and decides anew.
//
// It costs a decision for each subject who holds a role, and one query of Config.Loader for 64 of them if the record
// lacks related rows.
func (a *Authorizer) WhoCan(ctx context.Context, by, r Request, after string) iter.Seq2[Able, error] {
	return func(yield func(Able, error) bool) {
		w, err := a.whoCan(ctx, by, r, after)
		for err == nil && len(w.left) > 0 {
			n := min(len(w.left), whoBatch)
			var able []Able
			if able, err = w.batch(ctx, w.left[:n]); err != nil {
				break
			}
			for _, x := range able {
				if !yield(x, nil) {
					return
				}
			}
			w.left = w.left[n:]
		}
		if err != nil {
			yield(Able{}, err)
		}
	}
}

// whoCan is one run of WhoCan.
type whoCan struct {
	a      *Authorizer
	v      *view
	req    Request
	latest time.Time
	left   []string // those still to be decided
}

func (a *Authorizer) whoCan(ctx context.Context, by, r Request, after string) (*whoCan, error) {
	if r.Subject.ID != "" || r.Subject.Actor != "" || r.Subject.system {
		return nil, invalid("subject", r.Subject.ID, fmt.Errorf("is named: WhoCan asks about everybody, leave ID and Actor blank"))
	}
	if err := a.mayExplain(ctx, by, r.Subject.Tenant); err != nil {
		return nil, err
	}
	w := &whoCan{a: a, req: r}
	now := a.cfg.Now()
	w.req.Subject = by.Subject
	if err := a.prepare(&w.req, now, false); err != nil {
		return nil, err
	}
	w.latest = w.req.Env.Time
	if skew := w.latest.Sub(now); skew.Abs() <= maxSkew {
		w.latest = a.see(now) // as Authorize does
	}
	w.req.Advisory = true
	var err error
	if w.v, err = a.get(ctx, r.Subject.Tenant); err != nil {
		return nil, err
	}
	if there, err := w.load(ctx); err != nil || !there {
		return w, err
	}
	w.v.snap.users.each(func(id string, u *user) bool {
		if id > after && len(u.direct)+len(u.grants) > 0 {
			w.left = append(w.left, id)
		}
		return true
	})
	slices.Sort(w.left)
	return w, nil
}

// load gets a record that is named by id, once for everybody.
func (w *whoCan) load(ctx context.Context) (there bool, err error) {
	res := &w.req.Resource
	if res.ID == "" {
		return true, nil
	}
	res.Record, err = w.a.load(ctx, w.v.snap.tenant, res.Type, res.ID)
	res.ID = ""
	return err == nil && !res.Record.IsZero(), err
}

// load gets a record before it is known which related rows are asked about; the zero Record if there is none.
func (a *Authorizer) load(ctx context.Context, tenant, typ, id string) (scope.Record, error) {
	if a.cfg.Loader == nil {
		return scope.Record{}, invalid("resource", typ, fmt.Errorf("names a record by id, but Config.Loader is not set: set it, or pass the Record"))
	}
	r, err := a.cfg.Loader.Load(ctx, tenant, typ, id, nil)
	if err != nil {
		return scope.Record{}, fmt.Errorf("access: load %s: %w", typ, outside(err))
	}
	return r, nil
}

// batch decides for these subjects.
func (w *whoCan) batch(ctx context.Context, ids []string) ([]Able, error) {
	if w.a.closed.Load() {
		return nil, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rs := make([]Request, len(ids))
	users := make(map[string]*user, len(ids))
	for i, id := range ids {
		users[id] = w.passing(id)
		rs[i] = w.req
		rs[i].Subject = Subject{ID: id, Tenant: w.v.snap.tenant, system: strings.HasPrefix(id, systemPrefix)}
	}
	snap, v := *w.v.snap, *w.v
	snap.users, v.snap = newTable(users), &snap
	ds, err := w.a.decideAll(ctx, &v, rs, w.latest)
	if err != nil {
		return nil, err
	}
	var out []Able
	for _, d := range ds {
		if d.Allowed() {
			out = append(out, d.d.able(w.latest))
		}
	}
	return out, nil
}

// passing is a subject of whom nothing is kept when the batch is done, unless it is kept already: there may be many who
// never ask.
func (w *whoCan) passing(id string) *user {
	u, _ := w.v.snap.users.get(id)
	if u.holder.Load() != nil {
		return u
	}
	return u.copied()
}

// able is the subject of an allowed decision, with what lets him.
func (d *decided) able(latest time.Time) Able {
	p := explainer{d.parties[0], d}
	out := Able{Subject: p.id, Until: d.until}
	ways := d.view.snap.paths(p.id, p.holds.all, d.req.Env.Time, latest)
	for _, q := range p.questions(d) {
		for _, r := range p.rules(Allow) {
			if r.expr.can(true, q.can) {
				out.Through = append(out.Through, Through{q.image, ways.to(r.rule.Role)[0], r.rule})
			}
		}
	}
	return out
}
