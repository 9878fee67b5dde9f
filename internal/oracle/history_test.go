package oracle

import (
	"reflect"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// change draws a change of one tenant's rows, or of the shared ones. Some can't be made: they close a circle of roles
// or leave a rule without its name.
func (w *world) change() access.Change {
	c := access.Change{Tenant: pick(w, "acme", "acme", "globex", "globex", access.Shared), Reason: "random"}
	rows := w.rows[c.Tenant]
	for range 1 + w.rng.IntN(3) {
		w.changeRow(&c, rows)
	}
	return c
}

func (w *world) changeRow(c *access.Change, rows access.Rows) {
	n := w.rng.IntN(14)
	if c.Tenant == access.Shared {
		n %= 8
	}
	switch n {
	case 0, 1, 2:
		insert(&c.Add.Rules, rows.Rules, w.rule(c.Tenant))
	case 3, 4:
		if r := pick(w, rows.Rules...); r.Role != "admin" {
			c.Remove.Rules = added(c.Remove.Rules, r)
		}
	case 5, 6:
		if len(rows.Inherits) > 0 && w.chance(2) {
			c.Remove.Inherits = added(c.Remove.Inherits, pick(w, rows.Inherits...))
			return
		}
		insert(&c.Add.Inherits, rows.Inherits, access.Inheritance{Role: pick(w, roles...), Inherits: pick(w, roles...), Tenant: c.Tenant})
	case 7:
		d := pick(w, rows.Definitions...)
		if !slices.ContainsFunc(c.Remove.Definitions, func(x access.Definition) bool { return x.Name == d.Name }) {
			c.Remove.Definitions = append(c.Remove.Definitions, d)
			c.Add.Definitions = append(c.Add.Definitions, w.define(d.Name, c.Tenant))
		}
	case 8, 9:
		insert(&c.Add.Assignments, rows.Assignments, w.assignment(pick(w, subjects...), c.Tenant))
	case 10:
		if a := pick(w, rows.Assignments...); a.Subject != root {
			c.Remove.Assignments = added(c.Remove.Assignments, a)
		}
	case 11:
		insert(&c.Add.Grants, rows.Grants, w.grant(pick(w, subjects...), c.Tenant))
	case 12:
		if len(rows.Grants) > 0 {
			c.Remove.Grants = added(c.Remove.Grants, pick(w, rows.Grants...))
		}
	case 13:
		s := access.Suspension{Subject: pick(w, subjects...), Tenant: c.Tenant, Reason: "left, perhaps"}
		if slices.Contains(rows.Suspensions, s) {
			c.Remove.Suspensions = added(c.Remove.Suspensions, s)
			return
		}
		insert(&c.Add.Suspensions, rows.Suspensions, s)
	}
}

// insert adds a row that is not there yet.
func insert[T comparable](to *[]T, rows []T, row T) {
	if !slices.Contains(rows, row) {
		*to = added(*to, row)
	}
}

// pass lets time go by, and sometimes people move.
func (w *world) pass() {
	w.now = w.now.Add(pick(w, 0, time.Second, 20*time.Minute, 3*time.Hour))
	if w.chance(3) {
		t := pick(w, tenants...)
		w.orgs[t] = w.organisation(w.orgs[t].Unlisted)
	}
}

// after are the rows after a change.
func after(rows access.Rows, c access.Change) access.Rows {
	rows = joined(rows, c.Add)
	remove(&rows.Rules, c.Remove.Rules)
	remove(&rows.Fields, c.Remove.Fields)
	remove(&rows.Assignments, c.Remove.Assignments)
	remove(&rows.Inherits, c.Remove.Inherits)
	remove(&rows.Grants, c.Remove.Grants)
	remove(&rows.Definitions, c.Remove.Definitions)
	remove(&rows.Suspensions, c.Remove.Suspensions)
	return rows
}

// remove takes each row out once, the first that is like it.
func remove[T any](rows *[]T, gone []T) {
	for _, g := range gone {
		i := slices.IndexFunc(*rows, func(r T) bool { return reflect.DeepEqual(r, g) })
		*rows = slices.Delete(*rows, i, i+1)
	}
}
