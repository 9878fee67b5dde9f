package main

import "github.com/seed9b40ffc1/crmaccess/access"

// form is what a rule may say: its when, and the same in Cedar's language. The map written by hand has a case for each.
type form struct {
	effect access.Effect
	when   string
	cedar  string
}

// allows is how many of the forms allow, the first ones; the rest deny.
const allows = 8

var forms = [...]form{
	{access.Allow, "global", "true"},
	{access.Allow, "own", cedarOwn},
	{access.Allow, "team", cedarTeam},
	{access.Allow, "region", cedarRegion},
	{access.Allow, "team && office_hours", "(" + cedarTeam + ") && " + cedarHours},
	{access.Allow, "own || team && head_office", cedarOwn + " || (" + cedarTeam + ") && " + cedarOffice},
	{access.Allow, "region && head_office", "(" + cedarRegion + ") && " + cedarOffice},
	{access.Allow, "global && after_hours", "!(" + cedarHours + ")"},
	{access.Deny, "after_hours", "!(" + cedarHours + ")"},
	{access.Deny, "!head_office && !own", "!(" + cedarOffice + ") && !(" + cedarOwn + ")"},
	{access.Deny, "!region", "!(" + cedarRegion + ")"},
}

const (
	cedarOwn    = `resource.owner == principal`
	cedarTeam   = cedarOwn + ` || principal.teams.contains(resource.team)`
	cedarRegion = cedarTeam + ` || resource.region in principal.region`
	cedarHours  = `(context.minute >= 480 && context.minute < 1080)`
	cedarOffice = `(context has addr && context.addr.isInRange(ip("` + network + `")))`
)

// formOf finds the form by its when.
var formOf = func() map[string]int {
	out := map[string]int{}
	for i, f := range forms {
		out[f.when] = i
	}
	return out
}()

// rolesOf are the subject's roles with the inherited ones.
func rolesOf(rows access.Rows, who string) map[string]bool {
	out := map[string]bool{}
	for _, a := range rows.Assignments {
		if a.Subject == who {
			out[a.Role] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, l := range rows.Inherits {
			if out[l.Role] && !out[l.Inherits] {
				out[l.Inherits], grown = true, true
			}
		}
	}
	return out
}
