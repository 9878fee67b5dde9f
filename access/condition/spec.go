package condition

import (
	"errors"
	"fmt"
	"slices"
)

// Spec is a condition as data. Exactly one field is set.
type Spec struct {
	Daily     *Daily     `json:"daily,omitempty"`
	Circle    *Circle    `json:"circle,omitempty"`
	Network   *Network   `json:"network,omitempty"`
	Assurance *Assurance `json:"assurance,omitempty"`
}

// Daily is a window of the day, [From, To) on the wall clock of Zone.
type Daily struct {
	Zone string   `json:"zone"`           // IANA name, "Europe/Berlin"; "Local" is refused, it differs from machine to machine
	From string   `json:"from"`           // "08:00" or "08:00:00"
	To   string   `json:"to"`             // as From, or "24:00"; earlier than From is a window past midnight
	Days []string `json:"days,omitempty"` // "mon" … "sun", on which the window begins; nil is every day
}

// Circle is the area within RadiusM of a point.
type Circle struct {
	Lat     float64 `json:"lat"`      // degrees, WGS 84, -90 to 90
	Lon     float64 `json:"lon"`      // degrees, WGS 84, -180 to 180
	RadiusM float64 `json:"radius_m"` // metres, more than 0, at most half the way round the earth
}

// Network is a set of addresses.
type Network struct {
	CIDRs []string `json:"cidrs"` // prefixes in masked form, "10.1.0.0/16", "2001:db8::/32"; at least one
}

// Assurance is what a sign-in must have. At least one of the three is asked for.
type Assurance struct {
	Level   int      `json:"level"`             // at least this level; 0 asks for none
	MaxAge  string   `json:"max_age,omitempty"` // signed in less than this ago, "15m"; empty asks for none
	Methods []string `json:"methods,omitempty"` // signed in with any of these; nil asks for none
}

// Compile checks the whole condition. The error names the field at fault, its value, and what would be right.
func (s Spec) Compile() (Condition, error) {
	s = s.Clone()
	c := Condition{spec: &s}
	var err error
	set := 0
	if s.Daily != nil {
		set++
		c.daily, err = compileDaily(*s.Daily)
	}
	if s.Circle != nil {
		set++
		c.circle, err = compileCircle(*s.Circle)
	}
	if s.Network != nil {
		set++
		c.network, err = compileNetwork(*s.Network)
	}
	if s.Assurance != nil {
		set++
		c.assurance, err = compileAssurance(*s.Assurance)
	}
	if set != 1 {
		return Condition{}, fmt.Errorf("condition: %d of daily, circle, network and assurance are given; give exactly one", set)
	}
	if err != nil {
		return Condition{}, fmt.Errorf("condition: %w", err)
	}
	return c, nil
}

// Clone returns a copy that shares no memory with s.
func (s Spec) Clone() Spec {
	if s.Daily != nil {
		d := *s.Daily
		d.Days = slices.Clone(d.Days)
		s.Daily = &d
	}
	if s.Circle != nil {
		c := *s.Circle
		s.Circle = &c
	}
	if s.Network != nil {
		s.Network = &Network{slices.Clone(s.Network.CIDRs)}
	}
	if s.Assurance != nil {
		a := *s.Assurance
		a.Methods = slices.Clone(a.Methods)
		s.Assurance = &a
	}
	return s
}

// checkList refuses a list that is given but empty, and blank or repeated entries.
func checkList(field string, list []string) error {
	if list != nil && len(list) == 0 {
		return errors.New(field + " is an empty list; leave it out, or name at least one")
	}
	for i, entry := range list {
		if entry == "" {
			return fmt.Errorf("%s[%d] is blank; leave it out", field, i)
		}
		if slices.Contains(list[:i], entry) {
			return fmt.Errorf("%s[%d] %q is given twice; leave one out", field, i, entry)
		}
	}
	return nil
}
