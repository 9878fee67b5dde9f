package oracle

import (
	"slices"
	"strconv"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// question is one request in plain data.
type question struct {
	Tenant, Subject, Action, Type string
	Old, New                      *record
	Env                           condition.Env
	Clock                         bool   `json:",omitempty"` // the time is left to the Authorizer's clock
	Actor                         string `json:",omitempty"` // who acts for the subject
}

// parties are the questions of each whose rights count: what one may not, neither may.
func (q question) parties() []question {
	actor := q
	if actor.Subject = q.Actor; q.Actor == "" {
		return []question{q}
	}
	return []question{q, actor}
}

// images are those that the rules are tested on.
func (q question) images() []string {
	return slices.DeleteFunc([]string{"old", "new"}, func(img string) bool { return q.record(img) == nil })
}

func (q question) record(img string) *record {
	if img == "new" {
		return q.New
	}
	return q.Old
}

func (q question) request() access.Request {
	r := access.Request{Subject: access.Subject{ID: q.Subject, Tenant: q.Tenant, Actor: q.Actor}, Action: q.Action, Env: q.Env}
	if q.Clock {
		r.Env.Time = time.Time{}
	}
	r.Resource.Type = q.Type
	if q.Old != nil {
		r.Resource.Record = q.Old.view(q.Type)
	}
	if q.New != nil {
		r.Resource.New = q.New.view(q.Type)
	}
	return r
}

// list is the question about the collection that this one is about a record of.
func (q question) list() access.Request {
	q.Old, q.New = nil, nil
	return q.request()
}

// record is a customer, deal or payroll in plain data, ids as text. "" is nobody; nil is NULL.
type record struct {
	ID           int64
	Tenant       string
	Owners       []string // a deal has two
	Creator      string
	Team, Region *string
	Stage        *string
	Amount       *int64
	Tickets      []ticket
	Blank        bool // nobody is written as a blank or 0, not as NULL
}

type ticket struct {
	Tenant string
	Open   int8
}

type customer struct {
	ID        int64
	TenantID  string
	OwnerID   *string
	TeamID    *int64
	RegionID  *string
	CreatedBy *string
	Stage     *string
	Amount    *int64
}

// lead is a customer as another part of the host keeps him: in another order, nobody as a blank.
type lead struct {
	OwnerID   string
	CreatedBy string
	TenantID  string
	RegionID  *string
	TeamID    *int64
	ID        int64
	Amount    *int64
	Stage     *string
}

// deal keeps as numbers what a customer keeps as text, and the other way round.
type deal struct {
	ID        int64
	TenantID  string
	OwnerID   *int64
	SecondID  *int64
	TeamID    *string
	RegionID  *string
	CreatedBy *int64
	Stage     *string
	Amount    *int64
}

// payroll has neither regions nor tickets.
type payroll struct {
	ID        int64
	TenantID  string
	OwnerID   *string
	TeamID    *int64
	CreatedBy *string
	Stage     *string
	Amount    *int64
}

// view is the record as a host would give it: as a struct, or as a map.
func (r *record) view(typ string) scope.Record {
	var row any
	switch typ {
	case "deal":
		row = &deal{r.ID, r.Tenant, r.number(r.Owners[0]), r.number(r.Owners[1]), r.Team, r.Region, r.number(r.Creator), r.Stage, r.Amount}
	case "payroll":
		row = &payroll{r.ID, r.Tenant, r.text(r.Owners[0]), number(r.Team), r.text(r.Creator), r.Stage, r.Amount}
	default:
		if r.ID%3 == 1 {
			row = &lead{r.Owners[0], r.Creator, r.Tenant, r.Region, number(r.Team), r.ID, r.Amount, r.Stage}
			break
		}
		row = &customer{r.ID, r.Tenant, r.text(r.Owners[0]), number(r.Team), r.Region, r.text(r.Creator), r.Stage, r.Amount}
	}
	view := scope.OfAny(row)
	if r.ID%3 == 0 {
		columns := map[string]any{}
		for _, name := range view.Names() {
			columns[name], _ = view.Get(name)
		}
		view = scope.FromMap(columns)
	}
	if typ == "payroll" {
		return view
	}
	rows := make([]scope.Record, len(r.Tickets))
	for i, t := range r.Tickets {
		rows[i] = scope.FromMap(map[string]any{"tenant_id": t.Tenant, "open": map[int8]any{yes: true, no: false}[t.Open]})
	}
	return view.With("tickets", rows...)
}

func (r *record) text(id string) *string {
	if id == "" && !r.Blank {
		return nil
	}
	return &id
}

func (r *record) number(id string) *int64 {
	if id == "" && r.Blank {
		id = "0"
	}
	return number(&id)
}

func number(text *string) *int64 {
	if text == nil {
		return nil
	}
	n, err := strconv.ParseInt(*text, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

var (
	actions          = []string{"view", "create", "edit", "claim", "delete", "export"}
	types            = []string{"customer", "deal", "payroll"}
	sensitiveTypes   = map[string]bool{"payroll": true}
	sensitiveActions = map[string]bool{"delete": true, "export": true}
)

// lacks reports that a type lacks what a scope needs: there the scope is unknown.
func lacks(typ string, d access.Definition) bool {
	return typ == "payroll" && (d.Name == "region" || d.Scope != nil && d.Scope.Has != "")
}

func catalog() access.Catalog {
	tickets := scope.Relation{
		Name: "tickets", Table: "tickets", Local: "id", Foreign: "parent_id", Tenant: "tenant_id",
		Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "open", Kind: scope.KindBool}},
	}
	schema := scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id", Creator: "created_by"}
	var c access.Catalog
	for _, name := range types {
		t := access.Type{Name: name, Schema: schema, Sensitive: sensitiveTypes[name]}
		for _, a := range actions {
			t.Actions = append(t.Actions, access.Action{Name: a})
		}
		t.Schema.Relations = []scope.Relation{tickets}
		switch name {
		case "deal":
			t.Model, t.Schema.Owner = deal{}, []string{"owner_id", "second_id"}
		case "payroll":
			t.Model, t.Schema.Region, t.Schema.Relations = payroll{}, "", nil
		default:
			t.Model = customer{}
		}
		c.Types = append(c.Types, t)
	}
	return c
}
