package field

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync/atomic"
	"unicode/utf8"
)

// Masker appends the masked form of s to dst and returns the longer slice. It is given valid, non-empty UTF-8.
// A Masker keeps no state, does not touch what dst already holds, and may be called from several goroutines.
type Masker func(dst []byte, s string) []byte

// Maskers holds maskers by name, and which of two shows less. Build it at start-up with [Maskers.Register] and
// [Maskers.Order]; the first [NewMask] that uses it closes it for changes, and from then on it may be shared by
// goroutines. A nil *Maskers knows no masker and shows nothing.
type Maskers struct {
	byName map[string]Masker
	less   map[pair]bool
	closed atomic.Bool
}

// pair reads "less shows less than more".
type pair struct{ less, more string }

// full is the masker that shows nothing; it stands wherever two maskers cannot be compared.
const full = "full"

// NewMaskers returns the stock maskers phone, email, name, first3, last4 and full. Among them only full is ordered:
// it shows less than every other, also than those registered later.
func NewMaskers() *Maskers {
	return &Maskers{
		byName: map[string]Masker{
			"phone": maskPhone, "email": maskEmail, "name": maskName,
			"first3": maskFirst3, "last4": maskLast4, full: maskFull,
		},
		less: map[pair]bool{},
	}
}

var maskerName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

var errClosed = errors.New("field: a mask already uses these maskers: register and order them before the first one is built")

// Register adds a masker. The name is lower snake case, at most 64 bytes, and not taken.
func (m *Maskers) Register(name string, f Masker) error {
	switch {
	case m.closed.Load():
		return errClosed
	case !maskerName.MatchString(name):
		return fmt.Errorf("field: masker name %q: write lower snake case, at most 64 bytes", name)
	case m.Has(name):
		return fmt.Errorf("field: a masker named %q exists: choose another name", name)
	case f == nil:
		return fmt.Errorf("field: masker %q has no function", name)
	}
	m.byName[name] = f
	return nil
}

// Order states that each name shows less than the names after it. Several chains may be given; what follows from
// them together holds too. A chain that contradicts what is known changes nothing.
func (m *Maskers) Order(names ...string) error {
	if m.closed.Load() {
		return errClosed
	}
	for _, name := range names {
		if !m.Has(name) {
			return fmt.Errorf("field: no masker is named %q: register it before ordering it", name)
		}
	}
	less := make(map[pair]bool, len(m.less))
	for p := range m.less {
		less[p] = true
	}
	for i := 1; i < len(names); i++ {
		a, b := names[i-1], names[i]
		if b == full || a == b || less[pair{b, a}] {
			return fmt.Errorf("field: masker %q cannot show less than %q: the order already says otherwise", a, b)
		}
		m.relate(less, a, b)
	}
	m.less = less
	return nil
}

// relate adds a < b and everything that follows from it.
func (m *Maskers) relate(less map[pair]bool, a, b string) {
	for low := range m.byName {
		for high := range m.byName {
			if (low == a || less[pair{low, a}]) && (high == b || less[pair{b, high}]) {
				less[pair{low, high}] = true
			}
		}
	}
}

// Less returns the one of the two that shows less, or full if they are not ordered or one is unknown.
func (m *Maskers) Less(a, b string) string {
	switch {
	case !m.Has(a) || !m.Has(b):
		return full
	case a == b || m.less[pair{a, b}]:
		return a
	case m.less[pair{b, a}]:
		return b
	}
	return full
}

// least returns the one name that shows less than all others, or full. Unlike repeated Less it does not depend on
// the order of names.
func (m *Maskers) least(names []string) string {
	for _, a := range names {
		if !slices.ContainsFunc(names, func(b string) bool { return m.Less(a, b) != a }) {
			return a
		}
	}
	return full
}

// Has reports whether a masker has that name.
func (m *Maskers) Has(name string) bool { return m.find(name) != nil }

func (m *Maskers) find(name string) Masker {
	if m == nil {
		return nil
	}
	return m.byName[name]
}

// Names returns the names of all maskers, sorted.
func (m *Maskers) Names() []string {
	if m == nil {
		return nil
	}
	names := make([]string, 0, len(m.byName))
	for name := range m.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Apply returns the masked form of s. An empty s stays empty. The result is **** if no masker has that name, if s is
// not valid UTF-8, if the masker panics, or if what it returns is not valid UTF-8.
func (m *Maskers) Apply(name, s string) string {
	return string(m.find(name).apply(nil, s))
}

// apply uses buf as scratch space; the result is good until buf is used again. A nil Masker shows nothing.
func (f Masker) apply(buf []byte, s string) (out []byte) {
	if s == "" {
		return nil
	}
	defer func() {
		if recover() != nil || !utf8.Valid(out) {
			out = maskFull(nil, s)
		}
	}()
	if f == nil || !utf8.ValidString(s) {
		return maskFull(buf[:0], s)
	}
	return f(buf[:0], s)
}
