package field

import (
	"context"
	"fmt"
	"reflect"
)

// Redact returns a deep copy of v in which hidden fields are zero and masked ones masked. v is a record (a struct or a
// map[string]any), or pointers, slices and arrays of records; nil stays nil. Fields have the names of the record's
// attributes; a part of a struct that is no field of the mask is zero in the copy, and so is a masked field that holds
// no text. From a map, hidden and unknown keys are removed, and a masked value that is no text becomes ****.
//
// The levels are found for each record. A record that lacks an attribute which the rules read, or a visible value that
// cannot be copied (a channel, a function, a pointer that leads back to itself), is an error, and the result is then
// the zero T. Redact stops with ctx.Err() when ctx ends.
func Redact[T any](ctx context.Context, m Mask, v T) (T, error) {
	var out, none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	r := redactor{ctx: ctx, mask: m}
	if err := r.value(reflect.ValueOf(&out).Elem(), reflect.ValueOf(&v).Elem()); err != nil {
		return none, err
	}
	return out, nil
}

var mapType = reflect.TypeFor[map[string]any]()

// value writes to dst, which is zero, the redacted copy of src.
func (r *redactor) value(dst, src reflect.Value) error {
	switch kind := src.Kind(); {
	case kind == reflect.Struct:
		return r.structure(dst, src)
	case kind == reflect.Array:
		return r.each(dst, src)
	case kind == reflect.Interface && src.IsNil():
		return nil
	case kind == reflect.Interface:
		held := reflect.New(src.Elem().Type()).Elem()
		err := r.value(held, src.Elem())
		dst.Set(held)
		return err
	case kind == reflect.Map && src.CanConvert(mapType):
		if src.IsNil() {
			return nil
		}
		return r.mapping(dst, src)
	case kind == reflect.Pointer:
		if src.IsNil() {
			return nil
		}
		dst.Set(reflect.New(src.Type().Elem()))
		return r.inside(src, func() error { return r.value(dst.Elem(), src.Elem()) })
	case kind == reflect.Slice:
		if src.IsNil() {
			return nil
		}
		dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
		return r.inside(src, func() error { return r.each(dst, src) })
	}
	return notRecord(src)
}

func notRecord(v reflect.Value) error {
	name := "nil"
	if v.IsValid() {
		name = v.Type().String()
	}
	return fmt.Errorf("field: %s is no record: give a struct, a map[string]any, or pointers or slices of them", name)
}

func (r *redactor) each(dst, src reflect.Value) error {
	for i := range src.Len() {
		if err := r.value(dst.Index(i), src.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (r *redactor) structure(dst, src reflect.Value) error {
	s := r.shapeOf(src.Type())
	if s.err != nil {
		return s.err
	}
	p, err := r.plan(src)
	if err != nil {
		return err
	}
	if s.whole {
		dst.Set(src)
	}
	steps := p.stepsFor(s)
	for i := range steps {
		if err := r.run(&steps[i], dst, src); err != nil {
			return fmt.Errorf("field: %s.%s: %w", s.t, steps[i].Name, err)
		}
	}
	return nil
}

func (r *redactor) mapping(dst, src reflect.Value) error {
	p, err := r.plan(src)
	if err != nil {
		return err
	}
	in := src.Convert(mapType).Interface().(map[string]any)
	out := make(map[string]any, len(p.visible))
	for _, name := range p.visible {
		x, present := in[name]
		if !present {
			continue
		}
		if out[name], err = r.shown(x, p.levels.Of(name)); err != nil {
			return fmt.Errorf("field: %s: %w", name, err)
		}
	}
	dst.Set(reflect.ValueOf(out))
	return nil
}
