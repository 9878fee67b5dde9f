package scope

// Truth is the answer of a test in Kleene's three-valued logic. The zero value is Unknown, and
// a Truth outside the three constants counts as Unknown.
type Truth int8

// The three answers, ordered: And takes the lesser, Or the greater.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

// And is False if either side is, True if both are, else Unknown.
func (t Truth) And(u Truth) Truth { return min(t.known(), u.known()) }

// Or is True if either side is, False if both are, else Unknown.
func (t Truth) Or(u Truth) Truth { return max(t.known(), u.known()) }

// Not exchanges True and False; the negation of Unknown is Unknown.
func (t Truth) Not() Truth { return -t.known() }

// String returns "true", "false" or "unknown".
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	default:
		return "unknown"
	}
}

func (t Truth) known() Truth {
	if t == True || t == False {
		return t
	}
	return Unknown
}

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}
