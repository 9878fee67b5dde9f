package access

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// setting is an attribute with a value that a record could have.
type setting struct {
	attr  string
	value scope.Value
}

// records tries what the decision would be if the record belonged to whoever asks, to his teams or regions, to nobody, or
// had a value that a criterion asks for.
func (c *cure) records() error {
	for _, s := range c.settings() {
		for _, img := range c.d.images.present() {
			req, ok := c.with(s, img)
			if !ok {
				continue
			}
			r := Remedy{Code: RemedyAttribute, Image: imageName(img), Attr: s.attr}
			if !s.value.IsNull() {
				text := s.value.String()
				r.Value = &text
			}
			if _, err := c.try(r, c.view, req); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cure) settings() []setting {
	var out []setting
	schema := &c.d.typ.Schema
	add := func(attr string, texts ...string) {
		a, ok := schema.Attr(attr)
		if !ok || attr == schema.Tenant || slices.Contains(schema.Key, attr) {
			return
		}
		for _, text := range texts {
			v, err := scope.ParseValue(a.Kind, text)
			if s := (setting{attr, v}); err == nil && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	null := func(attr string) {
		if _, ok := schema.Attr(attr); ok && attr != schema.Tenant && !slices.Contains(schema.Key, attr) && !slices.Contains(out, setting{attr, scope.Null()}) {
			out = append(out, setting{attr, scope.Null()})
		}
	}
	for _, p := range c.failing() {
		h, err := c.view.holder(p.id, c.d.req.Env.Time, c.d.req.Env.Time)
		if err != nil {
			continue
		}
		sub := h.subject()
		for _, owner := range schema.Owner {
			add(owner, p.id)
		}
		add(schema.Creator, p.id)
		add(schema.Team, sub.Teams...)
		add(schema.Region, sub.Regions...)
		for _, a := range p.prog.atoms {
			if criterion, ok := a.scope.(scope.Criterion); ok {
				asked(criterion, sub, add, null)
			}
		}
	}
	for _, owner := range schema.Owner {
		null(owner)
	}
	return out
}

// asked calls add and null for the values that a criterion compares attributes of the record with.
func asked(c scope.Criterion, sub scope.Subject, add func(string, ...string), null func(string)) {
	switch {
	case c.Attr != "" && c.Op == "null":
		null(c.Attr)
	case c.Attr != "" && c.Subject == "id":
		add(c.Attr, sub.ID)
	case c.Attr != "" && c.Subject != "":
		add(c.Attr, sub.Attrs[c.Subject]...)
	case c.Attr != "":
		add(c.Attr, c.Values...)
	}
	for _, m := range slices.Concat(c.All, c.Any) {
		asked(m, sub, add, null)
	}
	if c.Not != nil {
		asked(*c.Not, sub, add, null)
	}
}

// with is the request about the image with the attribute set. A write that leaves the attribute as it is leaves it as it
// then is.
func (c *cure) with(s setting, img image) (Request, bool) {
	req := c.request()
	old, new := &req.Resource.Record, &req.Resource.New
	into := []*scope.Record{old}
	switch {
	case img == newImage:
		into = []*scope.Record{new}
	case !new.IsZero() && sameAttrs(*old, *new, []string{s.attr}):
		into = append(into, new)
	}
	for _, r := range into {
		if !r.Has(s.attr) {
			return req, false
		}
		*r = c.successor(*r, s)
	}
	return req, true
}

// successor is a copy of the record with another value; what is known of related rows stays known unless they hang on the
// attribute.
func (c *cure) successor(r scope.Record, s setting) scope.Record {
	values := map[string]any{}
	for _, name := range r.Names() {
		values[name], _ = r.Get(name)
	}
	values[s.attr] = nil
	if !s.value.IsNull() {
		values[s.attr] = s.value.Any()
	}
	out := scope.FromMap(values)
	for _, f := range c.d.facts() {
		if t, err := f.Eval(r); err == nil && !slices.Contains(f.Attrs(), s.attr) {
			out = out.WithFact(f, t)
		} else {
			out = out.WithFact(f, scope.Unknown)
		}
	}
	return out
}
