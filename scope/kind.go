package scope

import (
	"fmt"
	"slices"
)

// Kind is the type of an attribute's values. The zero Kind is invalid.
type Kind uint8

// The kinds an attribute can have.
const (
	KindText    Kind = iota + 1 // any string; equal if the bytes are
	KindInt                     // a signed 64-bit integer
	KindUUID                    // 16 bytes, written as 36 lower-case characters
	KindBool                    // true or false
	KindDecimal                 // an exact decimal number
	KindTime                    // an instant
)

var kindNames = []string{"invalid", "text", "int64", "uuid", "bool", "decimal", "time"}

// String returns the kind's name: text, int64, uuid, bool, decimal or time.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return kindNames[0]
	}
	return kindNames[k]
}

// ParseKind is the inverse of [Kind.String].
func ParseKind(name string) (Kind, error) {
	if i := slices.Index(kindNames, name); i > 0 {
		return Kind(i), nil
	}
	return 0, fmt.Errorf("scope: unknown kind %q: use one of %q", name, kindNames[1:])
}

// MarshalText implements [encoding.TextMarshaler]; an invalid kind is an error.
func (k Kind) MarshalText() ([]byte, error) {
	if !k.valid() {
		return nil, fmt.Errorf("scope: kind %d has no name: use one of the Kind constants", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = ParseKind(string(text))
	return err
}

func (k Kind) valid() bool { return k >= KindText && k <= KindTime }

// identifies reports whether values of this kind can name a subject, a team or a tenant.
func (k Kind) identifies() bool { return k == KindText || k == KindInt || k == KindUUID }
