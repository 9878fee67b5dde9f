package access

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Prefixes keep a user named like a role apart from the role.
const (
	userPrefix = "u:"
	rolePrefix = "r:"
)

// Line is the rule as a Casbin row, its type first.
func (r Rule) Line() []string {
	return []string{"p", rolePrefix + r.Role, r.Tenant, r.Type, r.Action, r.When, string(r.Effect)}
}

// Line is the field rule as a Casbin row, its type first.
func (r FieldRule) Line() []string {
	return []string{"p2", rolePrefix + r.Role, r.Tenant, r.Type, r.Field, r.When, r.Level}
}

// Line is the assignment as a Casbin row, its type first.
func (a Assignment) Line() []string {
	return []string{"g", userPrefix + a.Subject, rolePrefix + a.Role, a.Tenant}
}

// Line is the inheritance as a Casbin row, its type first.
func (i Inheritance) Line() []string {
	return []string{"g", rolePrefix + i.Role, rolePrefix + i.Inherits, i.Tenant}
}

func (r Rule) String() string        { return strings.Join(r.Line(), ", ") }
func (r FieldRule) String() string   { return strings.Join(r.Line(), ", ") }
func (a Assignment) String() string  { return strings.Join(a.Line(), ", ") }
func (i Inheritance) String() string { return strings.Join(i.Line(), ", ") }

// AddLine adds one Casbin row to the rows, its type (p, p2 or g) first. It checks the shape of the row, not whether its
// names are known.
func (r *Rows) AddLine(line ...string) error {
	if err := r.addLine(line); err != nil {
		return invalid("row", strings.Join(line, ", "), err)
	}
	return nil
}

func (r *Rows) addLine(line []string) error {
	if len(line) == 0 {
		return fmt.Errorf("is empty")
	}
	want := map[string]int{"p": 7, "p2": 7, "g": 4}[line[0]]
	if want == 0 {
		return fmt.Errorf("has the unknown type %q, it must be p, p2 or g", line[0])
	}
	if len(line) != want {
		return fmt.Errorf("has %d values behind its type, a %s row has %d", len(line)-1, line[0], want-1)
	}
	if line[0] == "g" {
		role, ok := strings.CutPrefix(line[2], rolePrefix)
		if !ok {
			return fmt.Errorf("gives %q, which does not begin with %s", line[2], rolePrefix)
		}
		if user, ok := strings.CutPrefix(line[1], userPrefix); ok {
			r.Assignments = append(r.Assignments, Assignment{user, role, line[3]})
			return nil
		}
		if from, ok := strings.CutPrefix(line[1], rolePrefix); ok {
			r.Inherits = append(r.Inherits, Inheritance{from, role, line[3]})
			return nil
		}
		return fmt.Errorf("begins with %q, which begins neither with %s nor with %s", line[1], userPrefix, rolePrefix)
	}
	role, ok := strings.CutPrefix(line[1], rolePrefix)
	if !ok {
		return fmt.Errorf("is about %q, which does not begin with %s", line[1], rolePrefix)
	}
	if line[0] == "p" {
		r.Rules = append(r.Rules, Rule{role, line[2], line[3], line[4], line[5], Effect(line[6])})
	} else {
		r.Fields = append(r.Fields, FieldRule{role, line[2], line[3], line[4], line[5], line[6]})
	}
	return nil
}

// ParseRows reads rows in Casbin's CSV form: one row a line, blanks around values are dropped, a line that begins with
// # is a comment.
//
//	p,  r:sales_rep, acme, customer, view,  own,    allow
//	p2, r:sales_rep, acme, customer, phone, always, mask:phone
//	g,  u:alice, r:sales_rep, acme
//	g,  r:sales_mgr, r:sales_rep, acme
func ParseRows(text string) (Rows, error) {
	var rows Rows
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	for {
		line, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return Rows{}, invalid("policy text", "", err)
		}
		for i := range line {
			line[i] = strings.TrimSpace(line[i])
		}
		if err := rows.AddLine(line...); err != nil {
			n, _ := r.FieldPos(0)
			return Rows{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
}
