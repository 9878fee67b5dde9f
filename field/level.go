package field

import (
	"fmt"
	"strings"
)

// Level says how much of a field a subject may see and change. Levels are ordered: a higher one allows all that a
// lower one does. The zero Level is Hide.
type Level uint8

const (
	Hide   Level = iota // not shown, not even that it is there
	Masked              // shown in part, by a masker
	Read                // shown in clear
	Once                // shown in clear, set when the record is created and never after
	Edit                // shown in clear, set and changed
)

var levelNames = [...]string{Hide: "hide", Masked: "mask", Read: "read", Once: "once", Edit: "edit"}

// String returns the level's word in policy: hide, mask, read, once or edit.
func (l Level) String() string {
	if int(l) >= len(levelNames) {
		return fmt.Sprintf("level(%d)", uint8(l))
	}
	return levelNames[l]
}

// Form is a level as policy writes it; a masked one names its masker. The zero Form hides.
type Form struct {
	Level  Level
	Masker string // set for Masked, empty for every other level
}

// String returns the text that [ParseForm] reads: "read", "mask:phone".
func (f Form) String() string {
	if f.Level == Masked {
		return f.Level.String() + ":" + f.Masker
	}
	return f.Level.String()
}

// ParseForm reads hide, read, once, edit or mask:<masker>, spelled exactly so. The masker must be one of m.
func ParseForm(text string, m *Maskers) (Form, error) {
	if masker, ok := strings.CutPrefix(text, "mask:"); ok {
		f := Form{Level: Masked, Masker: masker}
		if err := f.check(m); err != nil {
			return Form{}, err
		}
		return f, nil
	}
	for l, name := range levelNames {
		if text == name && Level(l) != Masked {
			return Form{Level: Level(l)}, nil
		}
	}
	return Form{}, fmt.Errorf("field: %q is no level: write hide, mask:<masker>, read, once or edit", text)
}

func (f Form) check(m *Maskers) error {
	switch {
	case f.Level > Edit:
		return fmt.Errorf("field: %s is no level", f.Level)
	case f.Level == Masked && !m.Has(f.Masker):
		return fmt.Errorf("field: no masker is named %q: register it, or use one of %s", f.Masker, strings.Join(m.Names(), ", "))
	case f.Level != Masked && f.Masker != "":
		return fmt.Errorf("field: level %s takes no masker, yet %q is given", f.Level, f.Masker)
	}
	return nil
}
