package scope

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The tables are written out from Kleene's definition: a formula is decided if every completion
// of its unknowns decides it alike.
func TestTruthIsWhatEveryCompletionAgreesOn(t *testing.T) {
	completions := func(t Truth) []bool {
		return map[Truth][]bool{True: {true}, False: {false}, Unknown: {false, true}}[t]
	}
	agreed := func(answers []bool) Truth {
		for _, a := range answers {
			if a != answers[0] {
				return Unknown
			}
		}
		return truthOf(answers[0])
	}
	for _, x := range []Truth{False, Unknown, True} {
		var not []bool
		for _, a := range completions(x) {
			not = append(not, !a)
		}
		assert.Equal(t, agreed(not), x.Not())
		for _, y := range []Truth{False, Unknown, True} {
			var and, or []bool
			for _, a := range completions(x) {
				for _, b := range completions(y) {
					and, or = append(and, a && b), append(or, a || b)
				}
			}
			assert.Equal(t, agreed(and), x.And(y), "%s and %s", x, y)
			assert.Equal(t, agreed(or), x.Or(y), "%s or %s", x, y)
		}
	}
}

func TestTruthOutsideTheThreeIsUnknown(t *testing.T) {
	for _, odd := range []Truth{-128, -2, 2, 127} {
		assert.Equal(t, Unknown, odd.Not())
		assert.Equal(t, Unknown, odd.Or(False))
		assert.Equal(t, Unknown, odd.And(True))
		assert.Equal(t, "unknown", odd.String())
		assert.Equal(t, Predicate{}, Const(odd))
	}
	assert.Equal(t, []string{"true", "false", "unknown"}, []string{True.String(), False.String(), Truth(0).String()})
}

func TestKindNames(t *testing.T) {
	for k := KindText; k <= KindTime; k++ {
		text, err := k.MarshalText()
		assert.NoError(t, err)
		var back Kind
		assert.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, k, back)
	}
	for _, bad := range []Kind{0, KindTime + 1, 255} {
		_, err := bad.MarshalText()
		assert.Error(t, err)
		assert.Equal(t, "invalid", bad.String())
	}
	for _, bad := range []string{"", "invalid", "Text", "int"} {
		_, err := ParseKind(bad)
		assert.Error(t, err, "%q", bad)
	}
}
