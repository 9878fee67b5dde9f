package scope

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

var (
	byteType   = reflect.TypeFor[byte]()
	timeType   = reflect.TypeFor[time.Time]()
	valuerType = reflect.TypeFor[driver.Valuer]()
)

// ValueOf converts a Go value, as a record holds it, to a value of kind k. Named types, pointers
// and [driver.Valuer] (the sql.Null types among them) are followed; nil is NULL.
//
//   - text: strings and []byte.
//   - int64: every integer type; one that does not fit is an error.
//   - uuid: [16]byte, or a string in canonical form. An empty string is a blank uuid: an owner field
//     that was never set.
//   - bool: bools.
//   - decimal: strings, integers, and floats by their shortest exact text.
//   - time: [time.Time].
//
// Anything else is an error: nothing is guessed, so an int64 attribute takes neither "42" nor 42.0.
func ValueOf(k Kind, x any) (Value, error) { return valueOf(k, reflect.ValueOf(x)) }

func valueOf(k Kind, rv reflect.Value) (Value, error) {
	rv, err := settle(rv)
	switch {
	case err != nil:
		return Value{}, err
	case !rv.IsValid():
		return Null(), nil
	}
	if v, ok, err := convert(k, rv); ok || err != nil {
		return v, err
	}
	return Value{}, fmt.Errorf("scope: a %s cannot be a value of kind %s", rv.Type(), k)
}

// idOf converts a value whose kind only its Go type tells.
func idOf(rv reflect.Value) (Value, error) {
	rv, err := settle(rv)
	switch {
	case err != nil:
		return Value{}, err
	case !rv.IsValid():
		return Null(), nil
	}
	for _, k := range []Kind{KindInt, KindText, KindUUID} {
		if v, ok, err := convert(k, rv); ok || err != nil {
			return v, err
		}
	}
	return Value{}, fmt.Errorf("scope: a %s cannot be an id: use a string, an integer or [16]byte", rv.Type())
}

// settle follows pointers, interfaces and Valuers to a plain value; NULL is the invalid one.
func settle(rv reflect.Value) (reflect.Value, error) {
	for range 8 {
		if !rv.IsValid() {
			return rv, nil
		}
		t := rv.Type()
		kind := rv.Kind()
		if (kind == reflect.Pointer || kind == reflect.Interface || kind == reflect.Slice) && rv.IsNil() {
			return reflect.Value{}, nil
		}
		switch {
		case t == timeType || is16Bytes(t):
			return rv, nil
		case t.NumMethod() > 0 && t.Implements(valuerType):
			x, err := rv.Interface().(driver.Valuer).Value()
			if err != nil {
				return rv, fmt.Errorf("scope: value of %s: %w", t, err)
			}
			rv = reflect.ValueOf(x)
		case kind == reflect.Pointer || kind == reflect.Interface:
			rv = rv.Elem()
		default:
			return rv, nil
		}
	}
	return rv, fmt.Errorf("scope: a %s is nested too deeply to be a value", rv.Type())
}

func convert(k Kind, rv reflect.Value) (v Value, ok bool, err error) {
	kind := rv.Kind()
	switch k {
	case KindText:
		s, ok := stringOf(rv)
		return Text(s), ok, nil
	case KindInt:
		return intOf(rv)
	case KindUUID:
		if is16Bytes(rv.Type()) {
			return uuidOf(rv), true, nil
		}
		if s, ok := stringOf(rv); ok {
			if s != "" && !isUUID(s) {
				return Value{}, false, fmt.Errorf("scope: %.40q is not a canonical uuid: store 36 lower-case characters", s)
			}
			return Value{kind: KindUUID, str: s}, true, nil
		}
	case KindBool:
		if kind == reflect.Bool {
			return Bool(rv.Bool()), true, nil
		}
	case KindDecimal:
		return decimalOf(rv)
	case KindTime:
		if rv.Type() == timeType {
			if rv.CanAddr() {
				return Time(*rv.Addr().Interface().(*time.Time)), true, nil
			}
			return Time(rv.Interface().(time.Time)), true, nil
		}
	}
	return Value{}, false, nil
}

func stringOf(rv reflect.Value) (string, bool) {
	switch {
	case rv.Kind() == reflect.String:
		return rv.String(), true
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8:
		return string(rv.Bytes()), true
	}
	return "", false
}

func intOf(rv reflect.Value) (Value, bool, error) {
	switch {
	case rv.CanInt():
		return Int(rv.Int()), true, nil
	case rv.CanUint():
		if rv.Uint() > math.MaxInt64 {
			return Value{}, false, fmt.Errorf("scope: %d does not fit an int64", rv.Uint())
		}
		return Int(int64(rv.Uint())), true, nil
	}
	return Value{}, false, nil
}

func decimalOf(rv reflect.Value) (v Value, ok bool, err error) {
	var text string
	switch s, isText := stringOf(rv); {
	case isText:
		text = s
	case rv.CanInt():
		text = strconv.FormatInt(rv.Int(), 10)
	case rv.CanUint():
		text = strconv.FormatUint(rv.Uint(), 10)
	case rv.CanFloat():
		text = strconv.FormatFloat(rv.Float(), 'f', -1, rv.Type().Bits())
	default:
		return Value{}, false, nil
	}
	v, err = Decimal(text)
	return v, err == nil, err
}

func is16Bytes(t reflect.Type) bool {
	return t.Kind() == reflect.Array && t.Len() == 16 && t.Elem() == byteType
}

func uuidOf(rv reflect.Value) Value {
	var raw [16]byte
	reflect.Copy(reflect.ValueOf(raw[:]), rv)
	h := hex.EncodeToString(raw[:])
	return Value{kind: KindUUID, str: h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]}
}
