package oracle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Names that rules use, each as often as it takes to decide often enough.
var (
	scopeNames     = weighted(map[string]int{"own": 10, "team": 8, "team_tree": 8, "region": 8, "reports": 12, "global": 3, "unowned": 10, "created": 13, "always": 3})
	criteria       = []string{"stage_open", "big", "limit", "ticket"}
	sharedNames    = []string{"office", "head_office", "won"}
	conditionNames = []string{"late", "near", "near", "strong", "strong", "office", "head_office", "head_office"}
)

func weighted(names map[string]int) []string {
	var out []string
	for _, n := range sorted(names) {
		out = append(out, slices.Repeat([]string{n}, names[n])...)
	}
	return out
}

var (
	weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	zones    = map[string]*time.Location{}
)

func init() {
	for _, name := range []string{"Asia/Shanghai", "America/New_York", "Europe/Berlin", "UTC", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		zones[name] = zone
	}
}

// define draws a meaning for a name, of the kind that the name always has.
func (w *world) define(name, tenant string) access.Definition {
	d := access.Definition{Name: name, Tenant: tenant}
	switch name {
	case "stage_open", "won":
		d.Scope = &scope.Criterion{Attr: "stage", Op: "in", Values: slices.Compact([]string{pick(w, stages...), pick(w, stages...)})}
	case "big":
		d.Scope = &scope.Criterion{Attr: "amount", Op: "ge", Values: []string{pick(w, "2", "5", "9")}}
	case "limit":
		d.Scope = &scope.Criterion{Attr: "stage", Op: "eq", Subject: "stages"}
	case "ticket":
		d.Scope = &scope.Criterion{Has: "tickets"}
		if !w.chance(3) {
			d.Scope.Where = &scope.Criterion{Attr: "open", Op: "eq", Values: []string{"true"}}
		}
	case "late", "office":
		d.Condition = &condition.Spec{Daily: w.window()}
	case "head_office":
		d.Condition = &condition.Spec{Network: &condition.Network{CIDRs: pick(w, []string{"10.0.0.0/8"}, []string{"10.1.0.0/16", "2001:db8::/32"}, []string{"::ffff:10.2.0.0/112"})}}
	case "near":
		d.Condition = &condition.Spec{Circle: &condition.Circle{Lat: 31, Lon: 121, RadiusM: float64(5000 + w.rng.IntN(20_000))}}
	case "strong":
		d.Condition = &condition.Spec{Assurance: &condition.Assurance{Level: 1 + w.rng.IntN(3), MaxAge: pick(w, "", "15m", "1h30m")}}
	case "mixed":
		d.Expr = pick(w, "own || team && !near", "unowned || late && created", "created || team_tree && strong")
	}
	return d
}

func (w *world) window() *condition.Daily {
	clock := func() string { return fmt.Sprintf("%02d:%02d", w.rng.IntN(24), 15*w.rng.IntN(4)) }
	d := &condition.Daily{Zone: pick(w, sorted(zones)...), From: clock(), To: clock()}
	if d.From == d.To {
		d.From, d.To = "00:00", "24:00"
	}
	if w.chance(3) {
		for i, day := range weekdays {
			if w.rng.IntN(3) > 0 || i == 1 {
				d.Days = append(d.Days, day)
			}
		}
	}
	return d
}

// sharedPolicy leaves the last roles without rules of all tenants.
func (w *world) sharedPolicy() access.Rows {
	var rows access.Rows
	for _, name := range sharedNames {
		rows.Definitions = append(rows.Definitions, w.define(name, access.Shared))
	}
	for range 14 {
		rows.Rules = added(rows.Rules, w.rule(access.Shared))
	}
	rows.Inherits = w.links(access.Shared, 10)
	for _, typ := range types {
		rows.Fields = append(rows.Fields, access.FieldRule{Role: clerk, Tenant: access.Shared, Type: typ, Field: "*", When: "always", Level: "edit"})
	}
	return rows
}

func (w *world) policy(tenant string) access.Rows {
	rows := access.Rows{
		Rules:       []access.Rule{{Role: "admin", Tenant: tenant, Type: access.PolicyType, Action: "administer", When: "always", Effect: access.Allow}},
		Assignments: []access.Assignment{{Subject: root, Role: "admin", Tenant: tenant}},
		Suspensions: []access.Suspension{{Subject: "sue", Tenant: tenant, Reason: reasons[0]}},
		Inherits:    w.links(tenant, 5),
	}
	for _, name := range append([]string{"late", "near", "strong", "mixed"}, criteria...) {
		rows.Definitions = append(rows.Definitions, w.define(name, tenant))
	}
	for range 40 + w.rng.IntN(30) {
		rows.Rules = added(rows.Rules, w.rule(tenant))
	}
	for _, s := range subjects {
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: s, Role: clerk, Tenant: tenant})
		for range 1 + w.rng.IntN(3) {
			rows.Assignments = added(rows.Assignments, w.assignment(s, tenant))
		}
		for range w.rng.IntN(3) {
			rows.Grants = added(rows.Grants, w.grant(s, tenant))
		}
	}
	if w.chance(4) {
		w.deepen(&rows, tenant)
	}
	return rows
}

// deepen adds the longest chain of roles that is followed: an assignment and 31 inherited ones.
func (w *world) deepen(rows *access.Rows, tenant string) {
	chain := []string{"deep"}
	for i := 1; i < casbinx.MaxDepth-1; i++ {
		chain = append(chain, fmt.Sprintf("deep%d", i))
	}
	chain = append(chain, "bottom")
	for i, role := range chain[1:] {
		rows.Inherits = append(rows.Inherits, access.Inheritance{Role: chain[i], Inherits: role, Tenant: tenant})
	}
	for range 6 {
		r := w.rule(tenant)
		r.Role = pick(w, "bottom", pick(w, chain...))
		rows.Rules = added(rows.Rules, r)
	}
	rows.Assignments = added(rows.Assignments, access.Assignment{Subject: pick(w, subjects...), Role: "deep", Tenant: tenant})
}

// links lets a role inherit some of those behind it.
func (w *world) links(tenant string, rarely int) []access.Inheritance {
	var out []access.Inheritance
	for i, r := range roles {
		for _, lower := range roles[i+1:] {
			if w.chance(rarely) {
				out = append(out, access.Inheritance{Role: r, Inherits: lower, Tenant: tenant})
			}
		}
	}
	return out
}

func (w *world) assignment(subject, tenant string) access.Assignment {
	return access.Assignment{Subject: subject, Role: pick(w, roles...), Tenant: tenant}
}

func (w *world) grant(subject, tenant string) access.Grant {
	g := access.Grant{Subject: subject, Role: pick(w, roles...), Tenant: tenant, From: w.now.Add(time.Duration(w.rng.IntN(9)-6) * time.Hour)}
	g.Until = g.From.Add(time.Duration(1+w.rng.IntN(12)) * time.Hour)
	if w.chance(4) {
		g.From = time.Time{}
	}
	return g
}

func (w *world) rule(tenant string) access.Rule {
	r := access.Rule{
		Role: pick(w, roles...), Tenant: tenant, Type: pick(w, "customer", "customer", "deal", "deal", "payroll", "*"),
		Action: pick(w, append([]string{"*", "*"}, actions...)...), Effect: access.Allow,
	}
	if tenant == access.Shared {
		r.Role = pick(w, roles[:5]...)
	}
	if w.chance(12) {
		r.Effect = access.Deny
	}
	return w.worded(r)
}

func (w *world) fieldRule(tenant string) access.FieldRule {
	f := access.FieldRule{Role: pick(w, append([]string{clerk}, roles...)...), Tenant: tenant, Type: pick(w, types...)}
	f.Field = pick(w, "stage", "amount", "owner_id", "*")
	f.Level = pick(w, "hide", "read", "once", "edit", "edit")
	for f.When = "old."; strings.Contains(f.When, "old.") || strings.Contains(f.When, "new."); { // a field rule pins no name
		f.When = w.worded(access.Rule{Tenant: tenant, Type: f.Type, Effect: access.Allow}).When
	}
	return f
}

// worded is the rule with another when.
func (w *world) worded(r access.Rule) access.Rule {
	depth := pick(w, 0, 0, 1, 1, 2)
	if r.Effect == access.Deny {
		depth = max(depth, 1)
	}
	for {
		e, err := when.Parse(w.when(r.Tenant, r.Type, r.Effect, depth))
		if r.When = e.String(); err == nil && len(r.When) <= access.MaxID {
			return r
		}
	}
}

// when is the text of a random expression.
func (w *world) when(tenant, typ string, e access.Effect, depth int) string {
	inner := func(op string) string {
		return "(" + w.when(tenant, typ, e, depth-1) + ")" + op + "(" + w.when(tenant, typ, e, depth-1) + ")"
	}
	switch n := w.rng.IntN(10); {
	case depth == 0:
		return w.name(tenant, typ)
	case n == 0:
		return "!(" + w.when(tenant, typ, e, depth-1) + ")"
	case n < 4 || e == access.Deny && n < 8:
		return inner("&&")
	}
	return inner("||")
}

func (w *world) name(tenant, typ string) string {
	names := scopeNames
	switch n := w.rng.IntN(12); {
	case n == 0:
		return "action." + pick(w, actions...)
	case n < 5:
		names = conditionNames
	case n == 5:
		names = criteria
	case n == 6, n == 7:
		names = []string{"mixed", "mixed", "mixed", "mixed", "won", "approved"}
	}
	for {
		name := pick(w, names...)
		switch {
		case tenant == access.Shared && !slices.Contains(append(sharedNames, scopeNames...), name):
			if names = scopeNames; w.chance(2) {
				names = sharedNames
			}
		case typ == "payroll" && (name == "region" || name == "ticket"):
		case slices.Contains(conditionNames, name) || name == "approved" || w.rng.IntN(5) > 0:
			return name
		default:
			return pick(w, "old.", "new.") + name
		}
	}
}

// joined are the rows of both.
func joined(a, b access.Rows) access.Rows {
	return access.Rows{
		Rules: slices.Concat(a.Rules, b.Rules), Fields: slices.Concat(a.Fields, b.Fields), Assignments: slices.Concat(a.Assignments, b.Assignments),
		Inherits: slices.Concat(a.Inherits, b.Inherits), Grants: slices.Concat(a.Grants, b.Grants),
		Definitions: slices.Concat(a.Definitions, b.Definitions), Suspensions: slices.Concat(a.Suspensions, b.Suspensions),
	}
}

func added[T comparable](rows []T, row T) []T {
	if slices.Contains(rows, row) {
		return rows
	}
	return append(rows, row)
}

// lines are the rows as text, sorted: what has a Casbin form in that, the rest as it prints.
func lines(rows access.Rows) []string {
	var out []string
	for _, r := range rows.Rules {
		out = append(out, r.String())
	}
	for _, r := range rows.Fields {
		out = append(out, r.String())
	}
	for _, r := range rows.Assignments {
		out = append(out, r.String())
	}
	for _, r := range rows.Inherits {
		out = append(out, r.String())
	}
	out = append(out, strings.Split(rest(rows), "\n")...)
	slices.Sort(out)
	return out
}
