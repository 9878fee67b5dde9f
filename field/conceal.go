package field

import (
	"reflect"
)

// conceal writes the masked form of the text in src to dst, which is zero and of the same type. It reports whether src
// is of a type that holds text: a string of any name, a pointer to one, sql.NullString and its like, or an interface
// that holds one of these.
func (r *redactor) conceal(dst, src reflect.Value, f Masker) bool {
	t := src.Type()
	switch {
	case t.Kind() == reflect.String:
		dst.SetString(r.masked(src.String(), f))
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.String:
		if !src.IsNil() {
			dst.Set(reflect.New(t.Elem()))
			dst.Elem().SetString(r.masked(src.Elem().String(), f))
		}
	case isNullText(t):
		if src.Field(1).Bool() {
			dst.Field(0).SetString(r.masked(src.Field(0).String(), f))
			dst.Field(1).SetBool(true)
		}
	case t.Kind() == reflect.Interface:
		if src.IsNil() {
			return true
		}
		held := reflect.New(src.Elem().Type()).Elem()
		if !r.conceal(held, src.Elem(), f) {
			return false
		}
		dst.Set(held)
	default:
		return false
	}
	return true
}

func (r *redactor) masked(s string, f Masker) string {
	return string(f.apply(r.scratch[:0], s))
}

// isNullText reports whether t is sql.NullString, sql.Null of a string, or a type made like them.
func isNullText(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() != 2 {
		return false
	}
	text, valid := t.Field(0), t.Field(1)
	return text.IsExported() && text.Type.Kind() == reflect.String &&
		valid.Name == "Valid" && valid.Type.Kind() == reflect.Bool
}

// shown returns the form in which x appears where any type may stand: a copy, or its masked form.
func (r *redactor) shown(x any, form Form) (any, error) {
	v := reflect.ValueOf(x)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return x, nil
	}
	if form.Level == Masked {
		out := reflect.New(v.Type()).Elem()
		if !r.conceal(out, v, r.mask.p.maskers.find(form.Masker)) {
			return whole, nil
		}
		return out.Interface(), nil
	}
	if isPlain(v.Type()) {
		return x, nil
	}
	out, err := detached(v)
	if err != nil {
		return nil, err
	}
	return out.Interface(), nil
}
