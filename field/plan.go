package field

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// redactor works through the records of one call.
type redactor struct {
	ctx     context.Context
	mask    Mask
	truths  []scope.Truth
	key     []byte
	plans   map[string]*plan // by the truths of the mask's tests
	around  []uintptr        // the pointers and slices that lead to the current record
	last    *shape           // of the record before this one
	scratch [64]byte
}

// plan is what to do with the records on which the mask's tests have the same truths.
type plan struct {
	levels  Levels
	visible []string
	shape   *shape
	steps   []step // for shape
}

// step is what to do with one leaf of a struct.
type step struct {
	*leaf
	level  Level
	masker Masker // at level Masked
}

// plan resolves the mask for the record src, once for each outcome of the mask's tests.
func (r *redactor) plan(src reflect.Value) (*plan, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	r.truths, r.key = r.truths[:0], r.key[:0]
	if p := r.mask.p; p != nil && len(p.whens) > 0 {
		var err error
		if r.truths, err = p.eval(r.truths, view(src)); err != nil {
			return nil, err
		}
		for _, t := range r.truths {
			r.key = append(r.key, byte(t))
		}
	}
	found := r.plans[string(r.key)]
	if found == nil {
		found = &plan{}
		if r.mask.p != nil {
			found.levels = r.mask.p.resolve(r.truths)
			found.visible = found.levels.Visible()
		}
		if r.plans == nil {
			r.plans = map[string]*plan{}
		}
		r.plans[string(r.key)] = found
	}
	return found, nil
}

var recordType = reflect.TypeFor[scope.Record]()

func view(src reflect.Value) scope.Record {
	switch {
	case src.Kind() == reflect.Map:
		return scope.FromMap(src.Convert(mapType).Interface().(map[string]any))
	case src.CanAddr() && src.Type() != recordType:
		return scope.OfAny(src.Addr().Interface())
	}
	return scope.OfAny(src.Interface())
}

// shapeOf asks the table of shapes only when the type changes.
func (r *redactor) shapeOf(t reflect.Type) *shape {
	if r.last == nil || r.last.t != t {
		r.last = shapeOf(t)
	}
	return r.last
}

// stepsFor leaves out what copying the whole struct has done already.
func (p *plan) stepsFor(s *shape) []step {
	if p.shape == s {
		return p.steps
	}
	p.shape, p.steps = s, nil
	for i := range s.leaves {
		l := &s.leaves[i]
		form := p.levels.Of(l.Name)
		if s.whole && l.plain && form.Level >= Read {
			continue
		}
		st := step{leaf: l, level: form.Level}
		if form.Level == Masked {
			st.masker = p.levels.p.maskers.find(form.Masker)
		}
		p.steps = append(p.steps, st)
	}
	return p.steps
}

// run does one step on dst, which is zero or a shallow copy of src.
func (r *redactor) run(st *step, dst, src reflect.Value) error {
	from := st.Read(src)
	if !from.IsValid() {
		return nil
	}
	to, ok := place(dst, st.Index)
	if !ok {
		if st.level == Hide {
			return nil
		}
		return errors.New("lies behind an embedded pointer to an unexported struct: embed it by value, or export it")
	}
	switch {
	case st.level >= Read:
		to.Set(from)
		if st.plain {
			return nil
		}
		var d detacher
		return d.detach(to)
	case st.level == Masked && to.Kind() == reflect.String:
		to.SetString(r.masked(from.String(), st.masker))
	case st.level == Masked:
		to.SetZero()
		r.conceal(to, from, st.masker)
	default:
		to.SetZero()
	}
	return nil
}

// place finds a part of dst, making the embedded structs on the way.
func place(dst reflect.Value, index []int) (reflect.Value, bool) {
	for i, x := range index {
		if i > 0 && dst.Kind() == reflect.Pointer {
			if dst.IsNil() {
				if !dst.CanSet() {
					return dst, false
				}
				dst.Set(reflect.New(dst.Type().Elem()))
			}
			dst = dst.Elem()
		}
		dst = dst.Field(x)
	}
	return dst, true
}

// inside does work with what a pointer or slice holds, and refuses to enter one that it is in already.
func (r *redactor) inside(v reflect.Value, work func() error) error {
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return nil
	}
	at := v.Pointer()
	if slices.Contains(r.around, at) {
		return fmt.Errorf("field: cannot copy a %s that leads back to itself", v.Type())
	}
	r.around = append(r.around, at)
	defer func() { r.around = r.around[:len(r.around)-1] }()
	return work()
}
