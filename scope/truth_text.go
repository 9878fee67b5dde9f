package scope

import "fmt"

// MarshalText writes the truth as String does.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *Truth) UnmarshalText(text []byte) error {
	for _, known := range []Truth{False, Unknown, True} {
		if known.String() == string(text) {
			*t = known
			return nil
		}
	}
	return fmt.Errorf("scope: %.40q is no truth: write true, false or unknown", text)
}
