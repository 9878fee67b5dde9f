package access

import (
	"context"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// decideAll decides prepared requests on one view.
func (a *Authorizer) decideAll(ctx context.Context, v *view, rs []Request, latest time.Time) ([]Decision, error) {
	work := make([]*decided, len(rs))
	for i, r := range rs {
		d, err := a.begin(v, r, latest)
		if err != nil {
			return nil, err
		}
		work[i] = d
	}
	if err := a.fetch(ctx, work); err != nil {
		return nil, err
	}
	out := make([]Decision, len(rs))
	for i, d := range work {
		if err := d.decide(); err != nil {
			return nil, err
		}
		out[i] = Decision{d: d}
	}
	return out, nil
}

// begin finds the subject, his roles and the program (steps 2 and 3), or the reason why it ends here.
func (a *Authorizer) begin(v *view, r Request, latest time.Time) (*decided, error) {
	d := &decided{auth: a, view: v, req: r, typ: a.cat.types[r.Resource.Type], images: images{r.Resource.Record, r.Resource.New}}
	for _, id := range r.Subject.ids() {
		p, reason, err := a.party(v, r, d.typ, id, latest)
		if err != nil {
			return nil, err
		}
		d.edge(p.holds.next)
		if reason != "" {
			d.end(Reason{Code: reason})
			return d, nil
		}
		d.edge(p.until)
		d.parties = append(d.parties, p)
	}
	return d, nil
}

// party is one of those whose rights count: the subject, and who acts for him.
type party struct {
	id    string
	holds holdings
	*evaluation
	kept []keptImage
	yes  bool // the rules allow, on each image there is
}

// keptImage are the values of the atoms on one image, as the decision used them.
type keptImage struct {
	img    image
	values []scope.Truth
}

func (a *Authorizer) party(v *view, r Request, t *typeInfo, id string, latest time.Time) (*party, ReasonCode, error) {
	h, err := v.holder(id, r.Env.Time, latest)
	if err != nil {
		return nil, "", err
	}
	p := &party{id: id, holds: h.holdings()}
	if h.bar != noBar {
		return p, h.bar.reason(), nil
	}
	prog, err := v.snap.program(h.set, t, t.actions[r.Action])
	if err != nil {
		return nil, "", err
	}
	p.evaluation, err = evaluate(prog, h, r.Env)
	return p, "", err
}

// decide takes steps 2 (the tenants of the images) to 7.
func (d *decided) decide() error {
	if d.ended() {
		return nil
	}
	same, err := d.sameTenant()
	if err != nil {
		return err
	}
	if !same {
		d.end(Reason{Code: ReasonTenantMismatch})
		return nil
	}
	if !d.images.old.IsZero() {
		if d.key, err = d.typ.key(d.images.old); err != nil {
			return err
		}
	}
	d.allowed = true
	for _, p := range d.parties {
		if err := p.test(d); err != nil {
			return err
		}
		d.allowed = d.allowed && p.yes
	}
	if !d.allowed {
		return nil
	}
	if d.scope, err = d.where(d.req.Resource.Set); err != nil {
		return err
	}
	if d.req.Resource.Collection() && d.scope.IsNone() {
		d.allowed = false
		return nil
	}
	return d.checkFields()
}

// test asks the rules: of one record on each image there is, and a write must pass on both; of a collection whether any
// row could pass.
func (p *party) test(d *decided) error {
	if d.req.Resource.Collection() {
		p.yes = !p.rows(d.req.Resource.Set).IsNone()
		return nil
	}
	present := d.images.present()
	p.yes = len(present) > 0
	for _, img := range present {
		values, err := p.point(d.images, img)
		if err != nil {
			return err
		}
		p.kept = append(p.kept, keptImage{img, values})
		p.yes = p.yes && p.prog.decides(values)
	}
	return nil
}

func (im images) present() []image {
	var out []image
	if !im.old.IsZero() {
		out = append(out, oldImage)
	}
	if !im.new.IsZero() {
		out = append(out, newImage)
	}
	return out
}

// sameTenant reports whether every image belongs to the subject's tenant.
func (d *decided) sameTenant() (bool, error) {
	mine := d.view.snap.mine[d.typ.number]
	for _, r := range []scope.Record{d.images.old, d.images.new} {
		if r.IsZero() {
			continue
		}
		if ok, err := mine.Match(r); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// denyAll refuses every request for one reason that is known before any policy.
func denyAll(a *Authorizer, rs []Request, code ReasonCode) []Decision {
	out := make([]Decision, len(rs))
	for i, r := range rs {
		d := &decided{auth: a, req: r, typ: a.cat.types[r.Resource.Type]}
		d.end(Reason{Code: code})
		out[i] = Decision{d: d}
	}
	return out
}
