package scope

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Value is one typed value: comparable with ==, without boxing. The zero Value is absent, which
// is neither NULL nor blank; a test against it is unknown.
type Value struct {
	kind Kind
	null bool
	nano int32 // of a time
	num  int64 // an integer, a bool as 0 or 1, a time's Unix seconds
	str  string
}

// Text is a string.
func Text(s string) Value { return Value{kind: KindText, str: s} }

// Int is an integer.
func Int(i int64) Value { return Value{kind: KindInt, num: i} }

// Bool is true or false.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Time is an instant, to the nanosecond; zone and monotonic reading are dropped.
func Time(t time.Time) Value {
	return Value{kind: KindTime, num: t.Unix(), nano: int32(t.Nanosecond())}
}

// Null is a value known to be NULL. It has no kind.
func Null() Value { return Value{null: true} }

// Kind returns the value's kind, zero if it is absent or NULL.
func (v Value) Kind() Kind { return v.kind }

// IsZero reports whether the value is absent.
func (v Value) IsZero() bool { return v == Value{} }

// IsNull reports whether the value is a known NULL.
func (v Value) IsNull() bool { return v.null }

// Equal reports whether v and w are the same value of the same kind. It compares values as data:
// here NULL equals NULL. In a [Predicate] a comparison with NULL is unknown.
func (v Value) Equal(w Value) bool { return v == w }

// Compare orders two values of one kind: text and uuid by bytes, numbers by size, false before
// true, times by instant. Values of different kinds, NULL and absent ones have no order.
func (v Value) Compare(w Value) (order int, ok bool) {
	if v.kind != w.kind || v.kind == 0 {
		return 0, false
	}
	switch v.kind {
	case KindText, KindUUID:
		return strings.Compare(v.str, w.str), true
	case KindDecimal:
		return v.rat().Cmp(w.rat()), true
	default:
		return cmp.Or(cmp.Compare(v.num, w.num), cmp.Compare(v.nano, w.nano)), true
	}
}

// Any returns what to bind in SQL: a string for text, uuid and decimal, an int64, a bool, a
// [time.Time] in UTC, nil for NULL and for an absent value.
func (v Value) Any() any {
	switch v.kind {
	case KindText, KindUUID, KindDecimal:
		return v.str
	case KindInt:
		return v.num
	case KindBool:
		return v.num == 1
	case KindTime:
		return v.time()
	default:
		return nil
	}
}

// String returns the canonical text: digits for numbers, RFC 3339 in UTC for times, "null" for
// NULL and "" for an absent value.
func (v Value) String() string {
	switch v.kind {
	case KindText, KindUUID, KindDecimal:
		return v.str
	case KindInt:
		return strconv.FormatInt(v.num, 10)
	case KindBool:
		return strconv.FormatBool(v.num == 1)
	case KindTime:
		return v.time().Format(time.RFC3339Nano)
	}
	if v.null {
		return "null"
	}
	return ""
}

func (v Value) time() time.Time { return time.Unix(v.num, int64(v.nano)).UTC() }

func (v Value) rat() *big.Rat {
	r, _ := new(big.Rat).SetString(v.str)
	return r
}
