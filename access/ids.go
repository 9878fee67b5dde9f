package access

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxID is the largest length, in bytes, of any value stored in a policy row, the prefix "u:" or "r:" of a subject or
// role included. Seven such values fit the unique index of every supported database.
const MaxID = 100

// Shared is the tenant of rows that every tenant has.
const Shared = "*"

// maxRecordID bounds the ids of records, which never enter a policy row.
const maxRecordID = 1024

// CheckID reports why s cannot be stored as the value of a policy row, or nil. A value is exact: nothing is trimmed,
// folded or normalised, so whatever a database or Casbin could lose or merge is refused.
func CheckID(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("is blank")
	case len(s) > MaxID-len("u:"):
		return fmt.Errorf("is %d bytes long, at most %d are allowed: use StableID", len(s), MaxID-len("u:"))
	}
	return checkText(s)
}

func checkText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return fmt.Errorf("is not valid UTF-8")
	case !norm.NFC.IsNormalString(s):
		return fmt.Errorf("is not in Unicode normal form C")
	case strings.ContainsRune(s, ','):
		return fmt.Errorf("holds a comma")
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("begins or ends with a blank")
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("holds the control character %U", r)
		}
	}
	return nil
}

// checkRecordID reports why s cannot be the id of a record.
func checkRecordID(s string) error {
	if len(s) > maxRecordID {
		return fmt.Errorf("is %d bytes long, at most %d are allowed", len(s), maxRecordID)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("is not valid UTF-8")
	}
	return nil
}

// checkName reports why s cannot name a type, an action, a field, a scope or a condition: lower snake case.
func checkName(s string) error {
	if s == "" {
		return fmt.Errorf("is blank")
	}
	if len(s) > MaxID {
		return fmt.Errorf("is %d bytes long, at most %d are allowed", len(s), MaxID)
	}
	for i, r := range s {
		if r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '_') {
			continue
		}
		return fmt.Errorf("%q is not in lower snake case", s)
	}
	return nil
}

const stablePrefix = "id-"

// StableID turns any non-blank string (an e-mail address, a distinguished name) into an id that a policy row can hold.
// A string that can be stored stays as it is; any other becomes "id-" and the SHA-256 of its bytes in base32. The same
// string always gives the same id and two strings never share one: what looks like a made id, or like that of a system
// subject, is made anew.
func StableID(s string) string {
	if s == "" || CheckID(s) == nil && !strings.HasPrefix(s, stablePrefix) && !strings.HasPrefix(s, systemPrefix) {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return stablePrefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}
