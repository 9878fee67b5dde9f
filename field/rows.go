package field

import (
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Rows returns one map for each record of v, a slice or array of structs, pointers to structs, map[string]any or
// [scope.Record]. A map holds the visible fields under their names, masked ones masked, and no key for a hidden one,
// so that JSON, CSV and templates cannot tell that it exists. Values are copies; a pointer to a simple value and a Null
// type of database/sql become the value or nil; a masked value that is no text becomes ****. A nil record is a nil map.
// Errors are those of [Redact].
func Rows(ctx context.Context, m Mask, v any) ([]map[string]any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := reflect.ValueOf(v)
	switch list.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Slice:
		if list.IsNil() {
			return nil, nil
		}
	case reflect.Array:
	default:
		return nil, fmt.Errorf("field: %T is no list of records: use Row for a single one", v)
	}
	r := redactor{ctx: ctx, mask: m}
	rows := make([]map[string]any, list.Len())
	for i := range rows {
		var err error
		if rows[i], err = r.row(list.Index(i)); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Row is [Rows] for a single record.
func Row(ctx context.Context, m Mask, v any) (map[string]any, error) {
	if err := ctx.Err(); err != nil || v == nil {
		return nil, err
	}
	r := redactor{ctx: ctx, mask: m}
	return r.row(reflect.ValueOf(v))
}

func (r *redactor) row(src reflect.Value) (row map[string]any, err error) {
	if src.Kind() == reflect.Pointer || src.Kind() == reflect.Interface {
		if src.IsNil() {
			return nil, nil
		}
		if src.Kind() == reflect.Interface {
			return r.row(src.Elem())
		}
		err = r.inside(src, func() error {
			row, err = r.row(src.Elem())
			return err
		})
		return row, err
	}
	get, err := getter(src)
	if err != nil || get == nil {
		return nil, err
	}
	p, err := r.plan(src)
	if err != nil {
		return nil, err
	}
	row = make(map[string]any, len(p.visible))
	for _, name := range p.visible {
		x, present := get(name)
		if !present {
			continue
		}
		x, err := r.shown(x, p.levels.Of(name))
		if err != nil {
			return nil, fmt.Errorf("field: %s: %w", name, err)
		}
		row[name] = simple(x)
	}
	return row, nil
}

// getter returns how to read a record's values by name; nil for a nil map.
func getter(src reflect.Value) (func(string) (any, bool), error) {
	switch {
	case src.Type() == recordType:
		return src.Interface().(scope.Record).Get, nil
	case src.Kind() == reflect.Map && src.CanConvert(mapType):
		if src.IsNil() {
			return nil, nil
		}
		m := src.Convert(mapType).Interface().(map[string]any)
		return func(name string) (any, bool) { x, ok := m[name]; return x, ok }, nil
	case src.Kind() == reflect.Struct:
		s := shapeOf(src.Type())
		return func(name string) (any, bool) { return s.get(src, name) }, s.err
	}
	return nil, notRecord(src)
}

// get reads a leaf; behind a nil embedded pointer it is nil.
func (s *shape) get(src reflect.Value, name string) (any, bool) {
	for _, l := range s.leaves {
		if l.Name != name {
			continue
		}
		if v := l.Read(src); v.IsValid() {
			return v.Interface(), true
		}
		return nil, true
	}
	return nil, false
}

// simple unpacks what prints badly: pointers to simple values, and sql.NullString and its like.
func simple(x any) any {
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer && isSimple(v.Type().Elem()) {
		if v.IsNil() {
			return nil
		}
		return v.Elem().Interface()
	}
	if n, ok := asNull(v); ok {
		return n
	}
	return x
}

// asNull opens a value of the Null types of database/sql.
func asNull(v reflect.Value) (any, bool) {
	if !v.IsValid() || v.Type().PkgPath() != "database/sql" {
		return nil, false
	}
	n, ok := v.Interface().(driver.Valuer)
	if !ok {
		return nil, false
	}
	x, err := n.Value()
	return x, err == nil
}

func isSimple(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		return t == timeType
	case reflect.Array:
		return false
	}
	return isPlain(t)
}
