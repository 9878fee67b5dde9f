package accessgorm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// decode turns what is stored into rows, or names the first row that says anything else than a row can.
func (s stored) decode() (access.Rows, error) {
	var rows access.Rows
	for _, l := range s.lines {
		if err := checkLine(l); err != nil {
			return access.Rows{}, badRow(tableRule, strings.Join(l, ", "), err)
		}
		if err := rows.AddLine(l...); err != nil {
			return access.Rows{}, fmt.Errorf("accessgorm: %s table: %w", tableRule, err)
		}
	}
	for _, r := range s.grants {
		g, err := r.decode()
		if err != nil {
			return access.Rows{}, badRow(tableGrant, r.Subject+" "+r.Role, err)
		}
		rows.Grants = append(rows.Grants, g)
	}
	for _, r := range s.definitions {
		d, err := r.decode()
		if err != nil {
			return access.Rows{}, badRow(tableDefinition, r.Name, err)
		}
		rows.Definitions = append(rows.Definitions, d)
	}
	for _, r := range s.suspensions {
		if err := checkSide(r, r.Tenant, r.Subject); err != nil {
			return access.Rows{}, badRow(tableSuspension, r.Subject, err)
		}
		rows.Suspensions = append(rows.Suspensions, access.Suspension{Subject: r.Subject, Tenant: r.Tenant, Reason: r.Reason})
	}
	for _, r := range s.roles {
		info, err := r.decode()
		if err != nil {
			return access.Rows{}, badRow(tableRole, r.Name, err)
		}
		rows.Roles = append(rows.Roles, info)
	}
	return rows, nil
}

func badRow(table, row string, err error) error {
	return fmt.Errorf("accessgorm: %s table: %w", table, &access.InvalidError{What: "row", Value: row, Err: err})
}

// checkLine refuses values that the adapter drops or Casbin merges.
func checkLine(line []string) error {
	for i, v := range line {
		switch {
		case v == "":
			return fmt.Errorf("value %d is blank", i)
		case len(v) > access.MaxID:
			return fmt.Errorf("value %d is %d bytes long, at most %d are allowed", i, len(v), access.MaxID)
		case strings.ContainsRune(v, ','):
			return fmt.Errorf("value %d holds a comma", i)
		}
	}
	return nil
}

// checkSide refuses a row that is not what its hash says or lacks a value.
func checkSide(r sideRow, required ...string) error {
	if _, hash := r.key(); hash != hexed(r.digest()) {
		return errors.New("was edited by hand: its hash is another's")
	}
	for _, v := range required {
		if v == "" {
			return errors.New("a value is blank")
		}
	}
	return nil
}

func (r grantRow) decode() (access.Grant, error) {
	g := access.Grant{Subject: r.Subject, Role: r.Role, Tenant: r.Tenant, Purpose: r.Purpose}
	if err := checkSide(r, r.Tenant, r.Subject, r.Role); err != nil {
		return g, err
	}
	var err error
	if g.From, err = parseTime(r.Begins); err != nil {
		return g, err
	}
	if g.Until, err = parseTime(r.Ends); err != nil {
		return g, err
	}
	if g.Until.IsZero() {
		return g, errors.New("has no end")
	}
	return g, nil
}

func (r definitionRow) decode() (access.Definition, error) {
	var d access.Definition
	if err := checkSide(r, r.Tenant, r.Name); err != nil {
		return d, err
	}
	in := json.NewDecoder(bytes.NewReader([]byte(r.Body)))
	in.DisallowUnknownFields()
	if err := in.Decode(&d); err != nil {
		return d, err
	}
	if in.More() {
		return d, errors.New("something follows the JSON object")
	}
	if d.Name != r.Name || d.Tenant != r.Tenant {
		return d, fmt.Errorf("its body is of the name %q and the tenant %q", d.Name, d.Tenant)
	}
	return d, nil
}

// parseTime reads exactly what formatTime writes.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(timeLayout, s)
	if err != nil || formatTime(t) != s {
		return time.Time{}, fmt.Errorf("%q is no instant as %s writes one", s, timeLayout)
	}
	return t, nil
}
