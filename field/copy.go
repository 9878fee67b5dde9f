package field

import (
	"fmt"
	"math/big"
	"reflect"
	"time"
)

// detacher replaces what a shallow copy refers to by copies. What is shared within one value stays shared in its copy.
type detacher struct {
	seen map[reference]reflect.Value // invalid while the copy is being made
}

type reference struct {
	t   reflect.Type
	at  uintptr
	len int // of a slice
}

// detached returns a deep copy of v.
func detached(v reflect.Value) (reflect.Value, error) {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	var d detacher
	return out, d.detach(out)
}

// detach works on v in place: v is settable and holds a shallow copy. Unexported fields stay as assignment copied
// them: they belong to a package that decides itself what may be shared.
func (d *detacher) detach(v reflect.Value) error {
	if isPlain(v.Type()) {
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return d.detachStruct(v)
	case reflect.Array:
		return d.each(v)
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		held := reflect.New(v.Elem().Type()).Elem()
		held.Set(v.Elem())
		err := d.detach(held)
		v.Set(held)
		return err
	}
	if v.IsNil() {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return d.once(v, 0, func() (reflect.Value, error) {
			out := reflect.New(v.Type().Elem())
			out.Elem().Set(v.Elem())
			return out, d.detach(out.Elem())
		})
	case reflect.Slice:
		return d.once(v, v.Len(), func() (reflect.Value, error) {
			out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(out, v)
			return out, d.each(out)
		})
	case reflect.Map:
		return d.once(v, 0, func() (reflect.Value, error) { return d.detachMap(v) })
	}
	return fmt.Errorf("cannot copy a %s", v.Type())
}

// once makes the copy of one pointer, slice or map, and sets v to it.
func (d *detacher) once(v reflect.Value, n int, clone func() (reflect.Value, error)) error {
	if v.Kind() != reflect.Map && isPlain(v.Type().Elem()) {
		out, err := clone()
		v.Set(out)
		return err
	}
	ref := reference{v.Type(), v.Pointer(), n}
	out, met := d.seen[ref]
	if met && !out.IsValid() {
		return fmt.Errorf("cannot copy a %s that leads back to itself", v.Type())
	}
	if !met {
		if d.seen == nil {
			d.seen = map[reference]reflect.Value{}
		}
		d.seen[ref] = reflect.Value{}
		var err error
		if out, err = clone(); err != nil {
			return err
		}
		d.seen[ref] = out
	}
	v.Set(out)
	return nil
}

func (d *detacher) each(list reflect.Value) error {
	if isPlain(list.Type().Elem()) {
		return nil
	}
	for i := range list.Len() {
		if err := d.detach(list.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *detacher) detachMap(m reflect.Value) (reflect.Value, error) {
	out := reflect.MakeMapWithSize(m.Type(), m.Len())
	for it := m.MapRange(); it.Next(); {
		key := reflect.New(m.Type().Key()).Elem()
		key.Set(it.Key())
		value := reflect.New(m.Type().Elem()).Elem()
		value.Set(it.Value())
		if err := d.detach(key); err != nil {
			return out, err
		}
		if err := d.detach(value); err != nil {
			return out, err
		}
		out.SetMapIndex(key, value)
	}
	return out, nil
}

func (d *detacher) detachStruct(v reflect.Value) error {
	switch n := v.Addr().Interface().(type) {
	case *big.Int:
		v.Set(reflect.ValueOf(new(big.Int).Set(n)).Elem())
	case *big.Rat:
		v.Set(reflect.ValueOf(new(big.Rat).Set(n)).Elem())
	case *big.Float:
		v.Set(reflect.ValueOf(new(big.Float).Copy(n)).Elem())
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct {
			if err := d.detach(v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

var timeType = reflect.TypeFor[time.Time]()

// isPlain reports whether values of t hold no reference that could be shared; strings and times never change.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		if t == timeType {
			return true
		}
		for i := range t.NumField() {
			if !isPlain(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Array:
		return isPlain(t.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return false
	}
	return true
}
