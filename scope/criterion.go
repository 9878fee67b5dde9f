package scope

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Criterion is a scope as data, defined in policy rather than in Go. It has exactly one of five
// forms: a test of an attribute (Attr), of related rows (Has), or a combination (All, Any, Not).
//
//	{"attr": "stage", "op": "in", "values": ["negotiation", "contract"]}
//	{"attr": "partner", "op": "eq", "subject": "partner"}
//	{"has": "tickets", "where": {"attr": "status", "op": "eq", "values": ["open"]}}
//	{"not": {"attr": "closed_at", "op": "null"}}
//
// A Criterion is a [Resolver].
type Criterion struct {
	// Attr is tested with Op: eq, ne, in, lt, le, gt, ge or null.
	Attr string `json:"attr,omitempty"`
	Op   string `json:"op,omitempty"`
	// Values are written as the attribute's kind writes them; see [ParseValue]. The op in takes one
	// or more, null none, the others one.
	Values []string `json:"values,omitempty"`
	// Subject names, instead of Values, an attribute of the subject; "id" is his id. If he has
	// none, or it is no value of the attribute's kind, or eq, ne or in meets nobody's id in it
	// (blank, 0), the answer is unknown. Where he has several, eq means any and ne none of them.
	Subject string `json:"subject,omitempty"`

	// Has names a relation, Where tests its rows; without it any row will do.
	Has   string     `json:"has,omitempty"`
	Where *Criterion `json:"where,omitempty"`

	All []Criterion `json:"all,omitempty"`
	Any []Criterion `json:"any,omitempty"`
	Not *Criterion  `json:"not,omitempty"`
}

var _ Resolver = Criterion{}

const criterionDepth = 32

// ParseCriterion reads one criterion from JSON. Unknown keys and anything behind it are errors.
// What it names is checked by [Criterion.Check].
func ParseCriterion(text []byte) (Criterion, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var c Criterion
	if err := d.Decode(&c); err != nil {
		return Criterion{}, fmt.Errorf("scope: criterion: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Criterion{}, errors.New("scope: criterion: something follows the JSON object: remove it")
	}
	if err := c.checkForm(1); err != nil {
		return Criterion{}, err
	}
	return c, nil
}

// checkForm tests what does not depend on a type.
func (c Criterion) checkForm(depth int) error {
	if depth > criterionDepth {
		return fmt.Errorf("scope: criterion: nested more than %d deep: simplify it", criterionDepth)
	}
	forms := 0
	for _, set := range []bool{c.Attr != "", c.Has != "", c.All != nil, c.Any != nil, c.Not != nil} {
		if set {
			forms++
		}
	}
	switch {
	case forms != 1:
		return fmt.Errorf("scope: criterion has %d of attr, has, all, any and not: give exactly one", forms)
	case c.Attr == "" && (c.Op != "" || c.Values != nil || c.Subject != ""):
		return errors.New("scope: criterion: op, values and subject belong to attr: add it or remove them")
	case c.Has == "" && c.Where != nil:
		return errors.New("scope: criterion: where belongs to has: add it or remove where")
	case c.All != nil && len(c.All) == 0, c.Any != nil && len(c.Any) == 0:
		return errors.New("scope: criterion: all and any need at least one member")
	case c.Attr != "":
		return c.checkOp()
	}
	for _, m := range c.members() {
		if err := m.checkForm(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

func (c Criterion) checkOp() error {
	values := len(c.Values)
	switch c.Op {
	case "null":
		if values > 0 || c.Subject != "" {
			return fmt.Errorf("scope: criterion on %q: op null takes neither values nor subject", c.Attr)
		}
		return nil
	case "eq", "ne", "lt", "le", "gt", "ge":
		if c.Subject == "" && values != 1 {
			return fmt.Errorf("scope: criterion on %q: op %s takes one value, not %d", c.Attr, c.Op, values)
		}
	case "in":
		if c.Subject == "" && values == 0 {
			return fmt.Errorf("scope: criterion on %q: op in takes at least one value", c.Attr)
		}
	default:
		return fmt.Errorf("scope: criterion on %q: unknown op %q: use eq, ne, in, lt, le, gt, ge or null", c.Attr, c.Op)
	}
	if c.Subject != "" && values > 0 {
		return fmt.Errorf("scope: criterion on %q: give values or subject, not both", c.Attr)
	}
	return nil
}

func (c Criterion) members() []Criterion {
	members := append(append([]Criterion{}, c.All...), c.Any...)
	for _, m := range []*Criterion{c.Not, c.Where} {
		if m != nil {
			members = append(members, *m)
		}
	}
	return members
}

// Check reports whether the criterion is well formed and fits the type.
func (c Criterion) Check(s *Schema) error {
	if s == nil {
		return errNoSchema
	}
	if err := c.checkForm(1); err != nil {
		return err
	}
	return c.checkFit(s)
}

func (c Criterion) checkFit(s *Schema) error {
	switch {
	case c.Attr != "":
		a, err := attrOf(s, c.Attr)
		for _, text := range c.Values {
			if _, bad := ParseValue(a.Kind, text); err == nil && bad != nil {
				err = fmt.Errorf("criterion on %q: %w", c.Attr, bad)
			}
		}
		return err
	case c.Has != "":
		if err := Exists(c.Has, All()).Check(s); err != nil {
			return err
		}
		r, _ := s.Relation(c.Has)
		s = r.schema(s)
	}
	for _, m := range c.members() {
		if err := m.checkFit(s); err != nil {
			return err
		}
	}
	return nil
}

// Clone returns a copy that shares no memory with c.
func (c Criterion) Clone() Criterion {
	c.Values = slices.Clone(c.Values)
	c.Where, c.Not = cloneOf(c.Where), cloneOf(c.Not)
	c.All, c.Any = cloneAll(c.All), cloneAll(c.Any)
	return c
}

func cloneOf(c *Criterion) *Criterion {
	if c == nil {
		return nil
	}
	out := c.Clone()
	return &out
}

func cloneAll(cs []Criterion) []Criterion {
	out := slices.Clone(cs)
	for i := range out {
		out[i] = out[i].Clone()
	}
	return out
}
