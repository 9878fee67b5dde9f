package access_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func without[T any](rows []T, remove []T, same func(a, b T) bool) []T {
	return slices.DeleteFunc(slices.Clone(rows), func(x T) bool {
		return slices.ContainsFunc(remove, func(y T) bool { return same(x, y) })
	})
}

func equal[T comparable](a, b T) bool { return a == b }

// ofTenant are those of the rows that are the tenant's, or Shared's.
func ofTenant[T any](rows []T, tenant string, of func(T) string) []T {
	return slices.DeleteFunc(slices.Clone(rows), func(x T) bool { return of(x) != tenant })
}

// with makes the change that a remedy names, by hand.
func (w *world) with(x access.Remedy, r access.Request, old, next *record) (*world, access.Request) {
	out := w.copied()
	for tenant, rows := range map[string]*access.Rows{"acme": &out.rows, access.Shared: &out.shared} {
		if x.Add != nil {
			rows.Rules = append(rows.Rules, ofTenant(x.Add.Rules, tenant, func(r access.Rule) string { return r.Tenant })...)
			rows.Fields = append(rows.Fields, ofTenant(x.Add.Fields, tenant, func(r access.FieldRule) string { return r.Tenant })...)
			rows.Assignments = append(rows.Assignments, ofTenant(x.Add.Assignments, tenant, func(r access.Assignment) string { return r.Tenant })...)
		}
		if x.Remove != nil {
			rows.Rules = without(rows.Rules, x.Remove.Rules, equal)
			rows.Fields = without(rows.Fields, x.Remove.Fields, equal)
			rows.Suspensions = without(rows.Suspensions, x.Remove.Suspensions, equal)
		}
	}
	switch x.Code {
	case access.RemedyEnrol:
		out.org.People = append(out.org.People, access.Person{ID: x.Subject})
	case access.RemedyActivate:
		for i := range out.org.People {
			if out.org.People[i].ID == x.Subject {
				out.org.People[i].Inactive = false
			}
		}
	}
	if x.Env != nil {
		r.Env = *x.Env
		out.now = x.Env.Time
	}
	if x.Attr == "" {
		return out, r
	}
	if x.Image == "record" {
		o := *old
		o.set(x.Attr, x.Value)
		r.Resource.Record = o.view()
	}
	if x.Image == "new" || next != nil && next.get(x.Attr) == old.get(x.Attr) {
		n := *next
		n.set(x.Attr, x.Value)
		r.Resource.New = n.view()
	}
	return out, r
}

func (r *record) field(attr string) **string {
	return map[string]**string{"owner_id": &r.OwnerID, "region_id": &r.RegionID, "created_by": &r.CreatedBy, "stage": &r.Stage}[attr]
}

func (r *record) set(attr string, value *string) {
	if attr != "team_id" {
		*r.field(attr) = value
		return
	}
	r.TeamID = nil
	if value != nil {
		n, err := strconv.ParseInt(*value, 10, 64)
		if err != nil {
			panic(err)
		}
		r.TeamID = &n
	}
}

func (r *record) get(attr string) string {
	if attr == "team_id" {
		if r.TeamID == nil {
			return "NULL"
		}
		return fmt.Sprint(*r.TeamID)
	}
	if p := *r.field(attr); p != nil {
		return "=" + *p
	}
	return "NULL"
}

// imaged is a request about records that the test can change.
type imaged struct {
	req       access.Request
	old, next *record
}

func (w *world) imaged(s access.Subject) map[string]imaged {
	env := w.env()
	old := w.records[w.rng.IntN(len(w.records))]
	next, _ := w.change(old)
	stage := "won"
	small := old
	small.Stage = &stage
	out := map[string]imaged{}
	add := func(name, action string, res access.Resource, old, next *record) {
		res.Type = "customer"
		out[name] = imaged{access.Request{Subject: s, Action: action, Resource: res, Env: env}, old, next}
	}
	add("view", "view", access.Resource{Record: old.view()}, &old, nil)
	add("delete", "delete", access.Resource{Record: old.view()}, &old, nil)
	add("list", "view", access.Resource{}, nil, nil)
	add("create", "create", access.Resource{New: next.view()}, nil, &next)
	add("write", "edit", access.Resource{Record: old.view(), New: next.view()}, &old, &next)
	add("write of one field", "edit", access.Resource{Record: old.view(), New: small.view()}, &old, &small)
	return out
}

// Every remedy, made by hand in the policy, the directory, the record or the request, has another Authorizer say yes.
func TestEveryRemedyAloneTurnsTheDenialIntoAnAllow(t *testing.T) {
	tried := map[access.RemedyCode]int{}
	test := func(w *world, a *access.Authorizer, where string) {
		ids := append(w.subjects(), "ghost", "nobody")
		for _, subject := range ids {
			s := access.Subject{ID: subject, Tenant: "acme"}
			if w.rng.IntN(4) == 0 {
				s.Actor = pick(w.rng, ids...)
			}
			qs := w.imaged(s)
			for _, name := range slices.Sorted(maps.Keys(qs)) {
				q := qs[name]
				where := fmt.Sprintf("%s: %+v %s %+v %+v", where, s, name, q.old, q.next)
				x := explained(t, a, q.req, where)
				if x.Allowed {
					require.Empty(t, x.Remedies, where)
					continue
				}
				seen := map[access.RemedyCode]bool{}
				for _, remedy := range x.Remedies {
					if seen[remedy.Code] && w.rng.IntN(3) > 0 {
						continue
					}
					seen[remedy.Code] = true
					changed, r := w.with(remedy, q.req, q.old, q.next)
					require.True(t, changed.decides(t, r, where), "%s: %+v %v", where, remedy, rowsText(remedy))
					tried[remedy.Code]++
				}
			}
		}
	}
	inWorlds(t, 12, (*world).entangleWritable, test)
	inWorlds(t, 12, func(w *world) { w.entangle(); w.addFieldRules() }, test)
	t.Logf("%v", tried)
	for _, code := range []access.RemedyCode{access.RemedyAttribute, access.RemedyAssign, access.RemedyAllow, access.RemedyRemoveDeny, access.RemedyEnrol, access.RemedyActivate} {
		assert.Positive(t, tried[code], code)
	}
}

func rowsText(x access.Remedy) string {
	out := ""
	for _, rows := range []*access.Rows{x.Add, x.Remove} {
		if rows != nil {
			out += fmt.Sprintf(" %+v", *rows)
		}
	}
	if x.Value != nil {
		out += " " + *x.Value
	}
	if x.Env != nil {
		out += fmt.Sprintf(" %+v", *x.Env)
	}
	return out
}

// No role whose assignment alone would do is left out, and no deny whose removal would.
func TestNoRoleOrDenyThatWouldDoIsLeftOut(t *testing.T) {
	found := 0
	inWorlds(t, 15, (*world).entangleWritable, func(w *world, a *access.Authorizer, where string) {
		for _, subject := range w.subjects() {
			q := w.imaged(access.Subject{ID: subject, Tenant: "acme"})["view"]
			where := fmt.Sprintf("%s: %s %+v", where, subject, q.old)
			x := explained(t, a, q.req, where)
			if x.Allowed || x.MoreRemedies {
				continue
			}
			told := map[string]bool{}
			for _, r := range x.Remedies {
				if r.Code == access.RemedyAssign || r.Code == access.RemedyRemoveDeny {
					told[string(r.Code)+rowsText(r)] = true
				}
			}
			tell := func(x access.Remedy) {
				changed, r := w.with(x, q.req, q.old, nil)
				would := changed.decides(t, r, where)
				assert.Equal(t, would, told[string(x.Code)+rowsText(x)], "%s: %+v %s", where, x, rowsText(x))
				if would {
					found++
				}
			}
			for _, role := range []string{"a", "b", "c", "d", "ann"} {
				row := access.Assignment{Subject: subject, Role: role, Tenant: "acme"}
				if !slices.Contains(w.rows.Assignments, row) {
					tell(access.Remedy{Code: access.RemedyAssign, Subject: subject, Add: &access.Rows{Assignments: []access.Assignment{row}}})
				}
			}
			for _, rule := range slices.Concat(w.rows.Rules, w.shared.Rules) {
				if rule.Effect == access.Deny {
					tell(access.Remedy{Code: access.RemedyRemoveDeny, Remove: &access.Rows{Rules: []access.Rule{rule}}})
				}
			}
		}
	})
	require.Positive(t, found)
}
