package accessgorm

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// timeLayout writes an instant in UTC so that texts sort as instants do.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// stored is policy as the tables hold it.
type stored struct {
	lines       [][]string // rows of the rule table: type and values
	grants      []grantRow
	definitions []definitionRow
	suspensions []suspensionRow
	roles       []roleRow
}

// encode turns one tenant's rows into what is stored. It refuses what load would refuse to read back.
func encode(tenant string, rows access.Rows) (stored, error) {
	var s stored
	for _, r := range rows.Rules {
		s.lines = append(s.lines, r.Line())
	}
	for _, r := range rows.Fields {
		s.lines = append(s.lines, r.Line())
	}
	for _, r := range rows.Assignments {
		s.lines = append(s.lines, r.Line())
	}
	for _, r := range rows.Inherits {
		s.lines = append(s.lines, r.Line())
	}
	for _, g := range rows.Grants {
		row := grantRow{Tenant: g.Tenant, Subject: g.Subject, Role: g.Role, Begins: formatTime(g.From), Ends: formatTime(g.Until), Purpose: g.Purpose}
		row.Hash = hexed(row.digest())
		s.grants = append(s.grants, row)
	}
	for _, d := range rows.Definitions {
		body, err := json.Marshal(d)
		if err != nil {
			return stored{}, &access.InvalidError{What: "definition", Value: d.Name, Err: err}
		}
		row := definitionRow{Tenant: d.Tenant, Name: d.Name, Body: string(body)}
		row.Hash = hexed(row.digest())
		s.definitions = append(s.definitions, row)
	}
	for _, x := range rows.Suspensions {
		row := suspensionRow{Tenant: x.Tenant, Subject: x.Subject, Reason: x.Reason}
		row.Hash = hexed(row.digest())
		s.suspensions = append(s.suspensions, row)
	}
	for _, r := range rows.Roles {
		s.roles = append(s.roles, encodeRole(r))
	}
	if _, err := s.decode(); err != nil {
		return stored{}, err
	}
	for other := range s.sums() {
		if other != tenant {
			return stored{}, &access.InvalidError{What: "change", Value: tenant, Err: fmt.Errorf("a row belongs to the tenant %q", other)}
		}
	}
	return s, nil
}

// sums adds up the rows of each tenant. Every row has been decoded.
func (s stored) sums() map[string]sum {
	out := map[string]sum{}
	add := func(tenant string, h [32]byte) {
		t := out[tenant]
		t.add(h)
		out[tenant] = t
	}
	for _, l := range s.lines {
		add(lineTenant(l), rowHash(tableRule, l...))
	}
	for _, r := range s.grants {
		add(r.Tenant, r.digest())
	}
	for _, r := range s.definitions {
		add(r.Tenant, r.digest())
	}
	for _, r := range s.suspensions {
		add(r.Tenant, r.digest())
	}
	for _, r := range s.roles {
		add(r.Tenant, r.digest())
	}
	return out
}

// lineTenant is the tenant of a whole row of the rule table.
func lineTenant(line []string) string {
	if line[0] == "g" {
		return line[3]
	}
	return line[2]
}

func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

func hexed(h [32]byte) string { return hex.EncodeToString(h[:]) }
