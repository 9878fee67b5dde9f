package oracle

import (
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// clerk is the role that may write every field. Everybody with a role has it, so that the last step of a write is never
// what decides, and roles without field rules can lose all that they have.
const clerk = "clerk"

// someone gives the draft's subject something, or takes it from him.
func (d *draft) someone(n int) {
	who, rows, c := d.subject, d.rows, &d.c
	switch n {
	case 0, 1:
		if d.hire() {
			insert(&c.Add.Assignments, rows.Assignments, d.assignment(who, c.Tenant))
		}
	case 2:
		held := of(who, rows.Assignments, func(a access.Assignment) string { return a.Subject })
		if held = slices.DeleteFunc(held, func(a access.Assignment) bool { return a.Role == clerk }); len(held) > 0 {
			c.Remove.Assignments = added(c.Remove.Assignments, pick(d.world, held...))
		}
	case 3, 4:
		if d.hire() {
			insert(&c.Add.Grants, rows.Grants, d.grant(who, c.Tenant))
		}
	case 5, 6:
		held := of(who, rows.Grants, func(g access.Grant) string { return g.Subject })
		if live := slices.DeleteFunc(slices.Clone(held), func(g access.Grant) bool { return g.From.After(d.now) || !g.Until.After(d.now) }); len(live) > 0 {
			held = live
		}
		if len(held) > 0 {
			c.Remove.Grants = added(c.Remove.Grants, pick(d.world, held...))
		}
	case 7, 8:
		if len(rows.Suspensions) > 0 && d.chance(2) {
			c.Remove.Suspensions = added(c.Remove.Suspensions, pick(d.world, rows.Suspensions...))
			return
		}
		insert(&c.Add.Suspensions, rows.Suspensions, access.Suspension{Subject: who, Tenant: c.Tenant, Reason: pick(d.world, reasons...)})
	case 9:
		d.dismiss()
	}
}

// hire makes a clerk of who is none, unless the draft dismisses him.
func (d *draft) hire() bool {
	a := access.Assignment{Subject: d.subject, Role: clerk, Tenant: d.c.Tenant}
	if slices.Contains(d.c.Remove.Assignments, a) {
		return false
	}
	insert(&d.c.Add.Assignments, d.rows.Assignments, a)
	return true
}

// dismiss takes all roles from the subject, and at times what is said of him else.
func (d *draft) dismiss() {
	c := &d.c
	if len(c.Add.Assignments)+len(c.Add.Grants)+len(c.Remove.Assignments)+len(c.Remove.Grants) > 0 {
		return
	}
	c.Remove.Assignments = of(d.subject, d.rows.Assignments, func(a access.Assignment) string { return a.Subject })
	c.Remove.Grants = of(d.subject, d.rows.Grants, func(g access.Grant) string { return g.Subject })
	if d.chance(4) && len(c.Add.Suspensions)+len(c.Remove.Suspensions) == 0 {
		c.Remove.Suspensions = of(d.subject, d.rows.Suspensions, func(s access.Suspension) string { return s.Subject })
	}
}

// reasons are those for which somebody is suspended, and may be for several.
var reasons = []string{"left, perhaps", "lost his phone"}

// turnover has somebody leave who has a role, and come back who left, whether he is suspended or not; or suspends him for
// one more reason, or lifts one of several.
func (w *world) turnover(tenant, who string) access.Change {
	d := draft{world: w, c: access.Change{Tenant: tenant, Reason: "turnover"}, rows: w.rows[tenant], subject: who}
	barred := of(who, d.rows.Suspensions, func(s access.Suspension) string { return s.Subject })
	switch {
	case w.chance(3) && len(barred) == len(reasons):
		d.c.Remove.Suspensions = barred[:1]
		return d.c
	case w.chance(3):
		for _, why := range reasons {
			insert(&d.c.Add.Suspensions, d.rows.Suspensions, access.Suspension{Subject: who, Tenant: tenant, Reason: why})
		}
		return d.c
	}
	if d.dismiss(); d.c.Remove.Len() == 0 {
		d.hire()
		insert(&d.c.Add.Assignments, d.rows.Assignments, d.assignment(who, tenant))
	}
	return d.c
}

// of are the rows about somebody.
func of[T any](who string, rows []T, subject func(T) string) []T {
	return slices.DeleteFunc(slices.Clone(rows), func(r T) bool { return subject(r) != who })
}
