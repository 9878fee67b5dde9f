package access

import (
	"errors"
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// shadowed is a decision that waits to be made again: its request in memory of its own, for the host may change the record
// as soon as it is answered.
type shadowed struct {
	request Request
	view    *view
	allowed bool
}

// shadow hands decisions that were answered to the tenant's shadow, if it has one. It never blocks, and what goes wrong
// here is the shadow's affair alone.
func (a *Authorizer) shadow(ds ...Decision) {
	if a.shadows.byTenant.Load() == nil {
		return
	}
	for _, d := range ds {
		if s := a.shadows.of(d.Subject().Tenant); s != nil {
			s.offer(d)
		}
	}
}

func (s *Shadow) offer(d Decision) {
	defer func() {
		if recover() != nil {
			s.fail()
		}
	}()
	if len(s.queue) == cap(s.queue) {
		s.dropped.Add(1)
		return
	}
	job, ok := shadowOf(d)
	if !ok {
		s.fail()
		return
	}
	select {
	case s.queue <- job:
	default:
		s.dropped.Add(1)
	}
}

// shadowOf copies a decision's request. It is not ok if a write can't be compared.
func shadowOf(d Decision) (shadowed, bool) {
	out := shadowed{allowed: d.Allowed()}
	var im images
	t := d.typ()
	if x := d.d; x != nil {
		out.request, out.view, im = x.req, x.view, x.images
	} else {
		q := &d.q
		out.request = Request{Subject: q.subject(), Action: q.prog.action, Env: q.env, Purpose: q.purpose, Resource: Resource{Type: t.Name}}
		out.view, im.old = q.view, q.record
	}
	r := &out.request
	if out.view == nil {
		return out, false // the tenant is unknown
	}
	r.Advisory, r.AtLeast, r.Env = true, Revision{}, detachedEnv(r.Env)
	var changed []string
	if !im.new.IsZero() {
		none, err := field.NewMask(nil, nil, d.auth().maskers)
		if err != nil {
			return out, false
		}
		var wrong *field.WriteError
		if err := field.CheckWrite(none, im.old, im.new); errors.As(err, &wrong) {
			changed = wrong.Fields
		} else if err != nil {
			return out, false
		}
	}
	if !im.old.IsZero() {
		r.Resource.ID = ""
	}
	r.Resource.Record = im.old.Detached(&t.Schema, marks(t, changed, 0))
	r.Resource.New = im.new.Detached(&t.Schema, marks(t, changed, 1))
	if im.old.IsZero() {
		r.Resource.New = im.new.Detached(&t.Schema, madeFields(t, im.new, changed))
	}
	return out, true
}

// marks stand for the fields that a write changes and that are no attributes: all that matters of them is that they differ.
func marks(t *typeInfo, changed []string, as int) map[string]any {
	out := map[string]any{}
	for _, name := range changed {
		if _, ok := t.Schema.Attr(name); !ok {
			out[name] = as
		}
	}
	return out
}

// madeFields are the fields that a create sets, also those that it sets to nothing.
func madeFields(t *typeInfo, r scope.Record, changed []string) map[string]any {
	out := marks(t, changed, 1)
	for _, name := range changed {
		if attr, ok := t.Schema.Attr(name); ok {
			if v, err := r.Value(name, attr.Kind); err == nil && !v.IsNull() {
				p := reflect.New(reflect.TypeOf(v.Any()))
				p.Elem().Set(reflect.ValueOf(v.Any()))
				out[name] = p.Interface()
			}
		}
	}
	return out
}

func detachedEnv(e condition.Env) condition.Env {
	if e.Place != nil {
		p := *e.Place
		e.Place = &p
	}
	if e.SignIn != nil {
		s := *e.SignIn
		s.Methods = slices.Clone(s.Methods)
		e.SignIn = &s
	}
	return e
}
