package oracle

import (
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// change draws a change of one tenant's rows, or of the shared ones. Some can't be made: they close a circle of roles
// or leave a rule without its name.
func (w *world) change() access.Change { return w.changeAbout(w.asks(1)[0], w.rng.IntN(drafts)) }

// changeAbout draws one that mostly bears on the question, of the what-th kind.
func (w *world) changeAbout(q question, what int) access.Change {
	m := w.model(q.Tenant)
	d := draft{world: w, c: access.Change{Tenant: q.Tenant, Reason: "random"}}
	if what < ofPeople && w.chance(4) {
		d.c.Tenant = access.Shared
	}
	d.rows = w.rows[d.c.Tenant]
	d.subject, d.roles = q.Subject, slices.DeleteFunc(sorted(m.roles(q)), func(r string) bool { return r == clerk })
	d.about = func(r access.Rule) bool {
		return slices.ContainsFunc(q.images(), func(img string) bool { return slices.Contains(m.applying(q, img, r.Effect), r) })
	}
	d.typ, d.action = pick(w, q.Type, q.Type, "*"), pick(w, q.Action, q.Action, "*")
	if w.chance(3) || !slices.Contains(subjects, d.subject) {
		d.subject, d.about, d.typ = pick(w, subjects...), func(access.Rule) bool { return true }, ""
	}
	if len(d.roles) == 0 {
		d.roles = roles
	}
	for range pick(w, 1, 1, 1, 2, 3) {
		d.add(what)
		if what = w.rng.IntN(drafts); d.c.Tenant == access.Shared {
			what %= ofPeople
		}
	}
	return d.c
}

// draft is a change being drawn: of rows as they stand, about a subject, rules and roles.
type draft struct {
	*world
	c           access.Change
	rows        access.Rows
	subject     string
	roles       []string
	about       func(access.Rule) bool
	typ, action string // of new rules; blank: any
}

// Kinds of what a draft can hold: the first ones can be of all tenants.
const ofPeople, drafts = 13, 23

func (d *draft) add(what int) {
	switch what {
	case 0, 1, 2:
		d.newRule()
	case 3, 4, 5:
		d.removeRule()
	case 6, 7: // the same rule the other way round, or of another wording
		if r, ok := d.removeRule(); ok && (r.Effect == access.Deny || d.chance(5)) {
			r.Effect = map[access.Effect]access.Effect{access.Allow: access.Deny, access.Deny: access.Allow}[r.Effect]
			insert(&d.c.Add.Rules, d.rows.Rules, r)
		} else if ok {
			insert(&d.c.Add.Rules, d.rows.Rules, d.worded(r))
		}
	case 8:
		from, to := pick(d.world, d.roles...), pick(d.world, roles...)
		if slices.Index(roles, from) > slices.Index(roles, to) && !d.chance(5) {
			from, to = to, from // closes no circle with those that were drawn at the start
		}
		insert(&d.c.Add.Inherits, d.rows.Inherits, access.Inheritance{Role: from, Inherits: to, Tenant: d.c.Tenant})
	case 9:
		if len(d.rows.Inherits) > 0 {
			l := pick(d.world, d.rows.Inherits...)
			if i := slices.IndexFunc(d.rows.Inherits, func(l access.Inheritance) bool { return slices.Contains(d.roles, l.Role) }); i >= 0 {
				l = d.rows.Inherits[i]
			}
			d.c.Remove.Inherits = added(d.c.Remove.Inherits, l)
		}
	case 10, 11:
		x := pick(d.world, d.rows.Definitions...)
		if !slices.ContainsFunc(d.c.Remove.Definitions, func(y access.Definition) bool { return x.Name == y.Name }) {
			d.c.Remove.Definitions = append(d.c.Remove.Definitions, x)
			d.c.Add.Definitions = append(d.c.Add.Definitions, d.define(x.Name, d.c.Tenant))
		}
	case 12: // no rule of its own is left of a role
		role := pick(d.world, d.roles...)
		for _, r := range d.rows.Rules {
			if r.Role == role {
				d.c.Remove.Rules = added(d.c.Remove.Rules, r)
			}
		}
	default:
		d.someone(what - ofPeople)
	}
}

// newRule adds a rule, at times one that is there already for all tenants.
func (d *draft) newRule() {
	r := d.rule(d.c.Tenant)
	if shared := d.world.rows[access.Shared].Rules; d.chance(10) && len(shared) > 0 {
		r = pick(d.world, shared...)
		r.Tenant = d.c.Tenant
	} else if d.typ != "" {
		r.Role, r.Type, r.Action = pick(d.world, d.roles...), d.typ, d.action
		r = d.worded(r)
	}
	insert(&d.c.Add.Rules, d.rows.Rules, r)
}

func (d *draft) removeRule() (access.Rule, bool) {
	rules := slices.DeleteFunc(slices.Clone(d.rows.Rules), func(r access.Rule) bool { return r.Role == "admin" || !d.about(r) })
	if len(rules) == 0 {
		return access.Rule{}, false
	}
	r := pick(d.world, rules...)
	d.c.Remove.Rules = added(d.c.Remove.Rules, r)
	return r, true
}

// insert adds a row that is not there yet.
func insert[T comparable](to *[]T, rows []T, row T) {
	if !slices.Contains(rows, row) {
		*to = added(*to, row)
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
