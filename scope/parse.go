package scope

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const nilUUID = "00000000-0000-0000-0000-000000000000"

// What a decimal may hold, so that every database compares it exactly: MySQL has no wider ones.
const (
	wholeDigits    = 35
	fractionDigits = 30
)

// Decimal reads an exact decimal such as "-12.50": digits with at most one point between them, no
// exponent, and at most 35 digits before the point and 30 behind it, not counting zeros at the
// ends. Numbers of equal size are equal values: 1.50 is 1.5.
func Decimal(s string) (Value, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || pointed && !isDigits(fraction) {
		return Value{}, fmt.Errorf("scope: %.40q is not a decimal: write digits as in 12 or -12.50", s)
	}
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if len(whole) > wholeDigits || len(fraction) > fractionDigits {
		return Value{}, fmt.Errorf("scope: decimal %.80q has too many digits: use at most %d before the point and %d behind it",
			s, wholeDigits, fractionDigits)
	}
	if whole == "" {
		whole = "0"
	}
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	if negative && text != "0" {
		text = "-" + text
	}
	return Value{kind: KindDecimal, str: text}, nil
}

// UUID reads the 36-character form in either case.
func UUID(s string) (Value, error) {
	lower := strings.ToLower(s)
	if !isUUID(lower) {
		return Value{}, fmt.Errorf("scope: %.40q is not a uuid: write it as 8-4-4-4-12 hexadecimal digits", s)
	}
	return Value{kind: KindUUID, str: lower}, nil
}

// ParseValue reads the text of a value of kind k as [Value.String] writes it. Integers and uuids
// must be canonical, so that one value has one text.
func ParseValue(k Kind, text string) (Value, error) {
	switch k {
	case KindText:
		return Text(text), nil
	case KindInt:
		if i, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(i, 10) == text {
			return Int(i), nil
		}
	case KindUUID:
		if isUUID(text) {
			return Value{kind: KindUUID, str: text}, nil
		}
	case KindBool:
		if text == "true" || text == "false" {
			return Bool(text == "true"), nil
		}
	case KindDecimal:
		return Decimal(text)
	case KindTime:
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return Time(t), nil
		}
	}
	return Value{}, fmt.Errorf("scope: %.40q is not the canonical text of kind %s", text, k)
}

// ParseID reads the id of a subject, team, region or tenant as a value of kind k. Only the
// canonical text counts: "42" is an integer, "042", "+42" and " 42" are nobody's id, and so are
// blank text, 0 and the nil uuid. Kinds other than text, int64 and uuid hold no ids.
func ParseID(k Kind, text string) (Value, bool) {
	if !k.identifies() || strings.TrimSpace(text) == "" {
		return Value{}, false
	}
	v, err := ParseValue(k, text)
	if err != nil || v == Int(0) || k == KindUUID && text == nilUUID {
		return Value{}, false
	}
	return v, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isUUID reports whether s is the canonical text of a uuid.
func isUUID(s string) bool {
	if len(s) != len(nilUUID) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if nilUUID[i] == '-' {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
