package access

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Example is one request that is answered differently before a change and after it. Its record is made up.
type Example struct {
	Subject       string            `json:"subject"`
	Action        string            `json:"action"`
	Time          time.Time         `json:"time"`
	Record        map[string]string `json:"record,omitempty"`        // attributes that the answer depends on
	New           map[string]string `json:"new,omitempty"`           // of the record to be made or to be written
	Related       []string          `json:"related,omitempty"`       // what it depends on of related rows
	Circumstances []string          `json:"circumstances,omitempty"` // conditions and how they come out

	request Request
}

// Request is the request. Policies are asked about it by Simulate, which takes any time.
func (e Example) Request() Request { return e.request }

// exemplify makes a request of what was found and asks both sides: an example is one that differs as wanted.
func (x *examination) exemplify(found scope.Truth, want, avoid scope.Predicate, writes []field.Mask, differs func(was, next Decision) bool, fields ...string) *Example {
	l := x.looking
	if found != scope.True || l.any {
		return nil
	}
	for _, want := range l.writable(want, &x.c.typ.Schema, writes, fields) {
		spec, found := scope.Apart(scope.And(x.mineOf(), want), avoid, x.schema())
		if found != scope.True {
			continue
		}
		for _, e := range x.requests(spec, fields) {
			was, ok := x.ask(x.p.was, e.request)
			next, ok2 := x.ask(x.p.next, e.request)
			if ok && ok2 && differs(was, next) {
				return &e
			}
		}
	}
	return nil
}

func (x *examination) mineOf() scope.Predicate {
	all := []scope.Predicate{scope.All()}
	for _, img := range x.looking.images {
		all = append(all, img.of(x.mine))
	}
	return scope.And(all...)
}

// ask puts a question to one side.
func (x *examination) ask(s *side, r Request) (Decision, bool) {
	if err := x.p.a.prepare(&r, r.Env.Time, false); err != nil {
		return Decision{}, false
	}
	ds, err := x.p.a.suppose(context.Background(), s.seats.of(r.Subject), []Request{r})
	if err != nil {
		return Decision{}, false
	}
	return ds[0], true
}

// requests are the examples of what was found: with the field asked about set to something, where it can be, and without.
func (x *examination) requests(spec scope.Specimen, fields []string) []Example {
	plain := x.request(spec)
	l, s := x.looking, &x.c.typ.Schema
	if len(fields) == 0 || !l.images[len(l.images)-1].new {
		return []Example{plain}
	}
	name := fields[0]
	if l.write {
		name = newPrefix + name
	}
	attr, is := s.Attr(fields[0])
	if _, fixed := spec.Values[name]; !is || fixed {
		return []Example{plain}
	}
	with := scope.Specimen{Values: maps.Clone(spec.Values), Facts: spec.Facts}
	with.Values[name] = something(attr.Kind)
	return []Example{x.request(with), plain}
}

// request is the specimen as a request.
func (x *examination) request(spec scope.Specimen) Example {
	l, t := x.looking, x.c.typ
	e := Example{Subject: x.id, Action: x.c.act.Name, Time: l.env.Time, Circumstances: x.o.told(l.occasion)}
	e.request = Request{Subject: x.subject(), Action: e.Action, Resource: Resource{Type: t.Name}, Env: l.env, Advisory: true}
	if e.Action == unmask {
		e.request.Purpose = "example of a difference"
	}
	for _, f := range spec.Facts {
		e.Related = append(e.Related, f.Exists.String()+" is "+f.Answer.String())
	}
	for _, img := range l.images {
		prefix := ""
		if l.write && img.new {
			prefix = newPrefix
		}
		row, told := x.row(spec, prefix)
		r := x.related(scope.FromMap(row), spec, prefix)
		if img.new {
			e.request.Resource.New, e.New = r, told
		} else {
			e.request.Resource.Record, e.Record = r, told
		}
	}
	return e
}

func (x *examination) subject() Subject {
	tenant := x.p.next.snap.tenant
	if name, job := strings.CutPrefix(x.id, systemPrefix); job {
		return System(tenant, name, "example of a difference")
	}
	return Subject{ID: x.id, Tenant: tenant}
}

// row is one image of the specimen. What it leaves open is the same on both images of a write, else NULL; a record that
// exists has a key.
func (x *examination) row(spec scope.Specimen, prefix string) (row map[string]any, told map[string]string) {
	s := &x.c.typ.Schema
	row, told = map[string]any{}, map[string]string{}
	isNew := x.looking.images[0].new
	if !isNew {
		for _, key := range s.Key {
			attr, _ := s.Attr(key)
			row[key] = something(attr.Kind).Any()
		}
	}
	for _, a := range s.Attrs {
		v, fixed := spec.Values[prefix+a.Name]
		if !fixed && x.looking.write {
			other := newPrefix
			if prefix != "" {
				other = ""
			}
			v, fixed = spec.Values[other+a.Name]
		}
		if fixed {
			row[a.Name], told[a.Name] = v.Any(), v.String()
		} else if _, set := row[a.Name]; !set {
			row[a.Name] = nil
		}
	}
	return row, told
}

// related attaches an answer to everything that either side asks about related rows.
func (x *examination) related(r scope.Record, spec scope.Specimen, prefix string) scope.Record {
	for _, p := range append(append([]scope.Predicate{}, x.was...), x.next...) {
		for _, f := range p.Facts() {
			r = r.WithFact(f, scope.Unknown)
		}
	}
	for _, f := range spec.Facts {
		named := f.Exists
		if prefix != "" {
			named = named.Renamed(func(name string) string { return strings.TrimPrefix(name, prefix) })
		}
		r = r.WithFact(named, f.Answer)
	}
	return r
}

// something is a value that is not blank.
func something(k scope.Kind) scope.Value {
	switch k {
	case scope.KindText:
		return scope.Text("1")
	case scope.KindBool:
		return scope.Bool(true)
	case scope.KindTime:
		return scope.Time(time.Unix(1_000_000_000, 0))
	case scope.KindUUID:
		v, _ := scope.UUID("00000000-0000-4000-8000-000000000001")
		return v
	case scope.KindDecimal:
		v, _ := scope.Decimal("1")
		return v
	}
	return scope.Int(1)
}
