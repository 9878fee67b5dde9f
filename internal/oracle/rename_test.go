package oracle

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// renaming gives every id of a world another name: subjects, roles, tenants, teams and regions. What numbers hold stays
// a number, and no two ids become one.
type renaming struct{}

func (renaming) id(s string) string {
	switch {
	case s == "" || s == access.Shared || s == root:
		return s
	case strings.Trim(s, "0123456789") == "":
		return "9" + s
	}
	return strings.ToUpper(s) + "'s \"" + s + "\""
}

func (n renaming) ids(all []string) []string {
	out := slices.Clone(all)
	for i := range out {
		out[i] = n.id(out[i])
	}
	return out
}

func (n renaming) rows(r access.Rows) access.Rows {
	r = joined(r, access.Rows{})
	for i, x := range r.Rules {
		r.Rules[i].Role, r.Rules[i].Tenant = n.id(x.Role), n.id(x.Tenant)
	}
	for i, x := range r.Fields {
		r.Fields[i].Role, r.Fields[i].Tenant = n.id(x.Role), n.id(x.Tenant)
	}
	for i, x := range r.Assignments {
		r.Assignments[i] = access.Assignment{Subject: n.id(x.Subject), Role: n.id(x.Role), Tenant: n.id(x.Tenant)}
	}
	for i, x := range r.Inherits {
		r.Inherits[i] = access.Inheritance{Role: n.id(x.Role), Inherits: n.id(x.Inherits), Tenant: n.id(x.Tenant)}
	}
	for i, x := range r.Grants {
		r.Grants[i].Subject, r.Grants[i].Role, r.Grants[i].Tenant = n.id(x.Subject), n.id(x.Role), n.id(x.Tenant)
	}
	for i, x := range r.Definitions {
		r.Definitions[i].Tenant = n.id(x.Tenant)
	}
	for i, x := range r.Suspensions {
		r.Suspensions[i].Subject, r.Suspensions[i].Tenant = n.id(x.Subject), n.id(x.Tenant)
	}
	return r
}

func (n renaming) tree(up map[string]string) map[string]string {
	out := map[string]string{}
	for id, parent := range up {
		out[n.id(id)] = n.id(parent)
	}
	return out
}

func (n renaming) organisation(o organisation) organisation {
	out := organisation{People: map[string]access.Person{}, TeamUp: n.tree(o.TeamUp), RegionUp: n.tree(o.RegionUp), Unlisted: o.Unlisted}
	for id, p := range o.People {
		p.ID, p.Superior, p.Teams, p.Regions = n.id(id), n.id(p.Superior), n.ids(p.Teams), n.ids(p.Regions)
		out.People[n.id(id)] = p
	}
	return out
}

func (n renaming) record(r *record) *record {
	if r == nil {
		return nil
	}
	out := *r
	out.Tenant, out.Owners, out.Creator = n.id(r.Tenant), n.ids(r.Owners), n.id(r.Creator)
	for _, place := range []**string{&out.Team, &out.Region} {
		if *place != nil {
			id := n.id(**place)
			*place = &id
		}
	}
	out.Tickets = slices.Clone(r.Tickets)
	for i, t := range r.Tickets {
		out.Tickets[i].Tenant = n.id(t.Tenant)
	}
	return &out
}

func TestRenamingIdsChangesNothing(t *testing.T) {
	var n renaming
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		renamed := *w
		renamed.rows, renamed.orgs = map[string]access.Rows{}, map[string]organisation{}
		for tenant, rows := range w.rows {
			renamed.rows[n.id(tenant)] = n.rows(rows)
		}
		for tenant, o := range w.orgs {
			renamed.orgs[n.id(tenant)] = n.organisation(o)
		}
		asRenamed := slices.Clone(qs)
		for i, q := range qs {
			asRenamed[i].Tenant, asRenamed[i].Subject = n.id(q.Tenant), n.id(q.Subject)
			asRenamed[i].Actor = n.id(q.Actor)
			asRenamed[i].Old, asRenamed[i].New = n.record(q.Old), n.record(q.New)
		}
		assert.Equal(t, w.verdicts(t, qs), renamed.verdicts(t, asRenamed))
		assert.Len(t, renamed.rows, len(w.rows))
	})
}
