package model

import (
	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Catalog tells the access library what there is to protect.
func Catalog() access.Catalog {
	models := map[string]any{
		"customer": Customer{}, "opportunity": Opportunity{}, "quote": Quote{}, "order": Order{},
		"ticket": Ticket{}, "complaint": Complaint{}, "lead": Lead{}, "campaign": Campaign{},
	}
	c := access.Catalog{Types: []access.Type{session()}}
	for _, k := range Kinds() {
		t := access.Type{Name: k.Type, Model: models[k.Type], Schema: schema(k), Actions: actions(k), Label: Label(k.Path)}
		c.Types = append(c.Types, t)
	}
	return c
}

// session is what an account has for itself: its home page, its rights, and the answers to "why?". It is no data of the
// tenant's, so that a rule for every type does not reach it.
func session() access.Type {
	return access.Type{
		Name: "session", Sensitive: true, Actions: []access.Action{{Name: "view"}},
		Schema: scope.Schema{SingleTenant: true, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindText}}},
	}
}

func schema(k Kind) scope.Schema {
	s := scope.Schema{
		Table: k.Path, Key: []string{"id"}, Tenant: "tenant_id",
		Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id",
	}
	if k.Type == "customer" {
		s.Relations = []scope.Relation{{
			Name: "tickets", Table: "tickets", Local: "id", Foreign: "customer_id", Tenant: "tenant_id",
			Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "status", Kind: scope.KindText}},
		}}
	}
	return s
}

func actions(k Kind) []access.Action {
	list := []access.Action{{Name: "view"}, {Name: "edit"}}
	if k.Creates {
		list = append(list, access.Action{Name: "create"})
	}
	if k.Deletes {
		list = append(list, access.Action{Name: "delete"})
	}
	if k.Exports {
		list = append(list, access.Action{Name: "export"})
	}
	return list
}
