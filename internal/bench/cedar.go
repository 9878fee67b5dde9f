package main

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/seed9b40ffc1/crmaccess/access"
)

// cedarIndex finds the policies that can bear on a request: cedar-go by itself tries them all. What the requests speak
// of is made ready beforehand, entities and contexts included, so that only deciding is measured.
type cedarIndex struct {
	cells    map[cedarCell]cedarPolicies
	entities cedar.EntityMap
	asks     []cedarAsk // by the number of the question
}

type cedarCell struct{ tenant, typ, action string }

type cedarAsk struct {
	cell cedarCell
	req  cedar.Request
}

// cedarPolicies is the cheapest set that cedar-go can be handed.
type cedarPolicies []*cedar.Policy

// All implements cedar.PolicyIterator.
func (ps cedarPolicies) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, p := range ps {
			if !yield("", p) {
				return
			}
		}
	}
}

func newCedar(w *world) (*cedarIndex, error) {
	x := &cedarIndex{cells: map[cedarCell]cedarPolicies{}, entities: cedar.EntityMap{}}
	for _, tenant := range w.names {
		rows := w.policies[tenant].Rows
		for _, r := range rows.Rules[:w.rules] {
			p := &cedar.Policy{}
			if err := p.UnmarshalCedar([]byte(cedarText(r))); err != nil {
				return nil, fmt.Errorf("cedar: %s: %w", r, err)
			}
			cell := cedarCell{tenant, r.Type, r.Action}
			x.cells[cell] = append(x.cells[cell], p)
		}
		x.addPeople(w, tenant, rows)
	}
	x.addRegions(w)
	for i := range w.questions {
		x.addQuestion(&w.questions[i])
	}
	return x, nil
}

// cedarText is a rule as a policy: the tenant is ANDed to every allow.
func cedarText(r access.Rule) string {
	effect, tenant := "permit", "resource.tenant == principal.tenant && "
	if r.Effect == access.Deny {
		effect, tenant = "forbid", ""
	}
	return fmt.Sprintf(`%s (principal in Role::%q, action == Action::%q, resource) when { %s(%s) };`,
		effect, r.Tenant+"/"+r.Role, r.Action, tenant, forms[formOf[r.When]].cedar)
}

func (x *cedarIndex) add(uid cedar.EntityUID, attrs cedar.RecordMap, parents ...cedar.EntityUID) {
	x.entities[uid] = cedar.Entity{UID: uid, Parents: cedar.NewEntityUIDSet(parents...), Attributes: cedar.NewRecord(attrs)}
}

func uid(typ string, parts ...string) cedar.EntityUID {
	return cedar.NewEntityUID(cedar.EntityType(typ), cedar.String(strings.Join(parts, "/")))
}

func (x *cedarIndex) addPeople(w *world, tenant string, rows access.Rows) {
	holds, inherits := map[string][]cedar.EntityUID{}, map[string][]cedar.EntityUID{}
	for _, a := range rows.Assignments {
		holds[a.Subject] = append(holds[a.Subject], uid("Role", tenant, a.Role))
	}
	for _, l := range rows.Inherits {
		inherits[l.Role] = append(inherits[l.Role], uid("Role", tenant, l.Inherits))
	}
	for i := range w.roles {
		x.add(uid("Role", tenant, role(i)), nil, inherits[role(i)]...)
	}
	for i := range w.users {
		p := w.people[tenant][user(i)]
		var teams []cedar.Value
		for _, t := range p.Teams {
			teams = append(teams, cedar.String(t))
		}
		x.add(uid("User", tenant, p.ID), cedar.RecordMap{
			"tenant": cedar.String(tenant), "teams": cedar.NewSet(teams...), "region": uid("Region", p.Regions[0]),
		}, holds[p.ID]...)
	}
}

func (x *cedarIndex) addRegions(w *world) {
	for _, id := range w.regions.Subtree("world") {
		if above, ok := w.regions.Parent(id); ok {
			x.add(uid("Region", id), nil, uid("Region", above))
		} else {
			x.add(uid("Region", id), nil)
		}
	}
}

func (x *cedarIndex) addQuestion(q *question) {
	c := q.customer
	record := uid("Customer", fmt.Sprint(c.ID))
	x.add(record, cedar.RecordMap{
		"tenant": cedar.String(c.TenantID), "owner": uid("User", c.TenantID, c.OwnerID),
		"team": cedar.String(c.TeamID), "region": uid("Region", c.RegionID),
	})
	local := noon.In(must(time.LoadLocation(zone)))
	context := cedar.RecordMap{"minute": cedar.Long(local.Hour()*60 + local.Minute())}
	if a := q.addr; a.IsValid() {
		context["addr"] = must(types.ParseIPAddr(a.String()))
	}
	x.asks = append(x.asks, cedarAsk{cedarCell{q.tenant, q.typ, q.action}, cedar.Request{
		Principal: uid("User", q.tenant, q.who), Action: uid("Action", q.action), Resource: record,
		Context: cedar.NewRecord(context),
	}})
}

func (x *cedarIndex) allowed(i int) bool {
	ask := &x.asks[i]
	decision, _ := cedar.Authorize(x.cells[ask.cell], x.entities, ask.req)
	return decision == cedar.Allow
}
