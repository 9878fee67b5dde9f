// Command minimal is a whole program around one decision.
package main

import (
	"context"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

type Customer struct{ ID, TenantID, OwnerID, Name, Phone string }

func main() {
	ctx, owned := context.Background(), scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}
	authz, err := access.MemoryAuthorizer(ctx, "acme", `
		p,  r:sales_rep, acme, customer, view,  own,    allow
		p2, r:sales_rep, acme, customer, *,     always, read
		p2, r:sales_rep, acme, customer, phone, always, mask:phone
		g,  u:alice, r:sales_rep, acme`, nil, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{Name: "customer", Model: Customer{}, Schema: owned}}}})
	if err != nil {
		panic(err)
	}
	c := Customer{ID: "7", TenantID: "acme", OwnerID: "alice", Name: "Huaxin", Phone: "13812345678"}
	dec, err := authz.Authorize(ctx, access.Request{Subject: access.Subject{ID: "alice", Tenant: "acme"},
		Action: "view", Resource: access.Resource{Type: "customer", Record: scope.Of(&c)}})
	shown, _ := field.Redact(ctx, dec.Fields(), c)
	fmt.Println(dec.Allowed(), err, shown.Name, shown.Phone) // true <nil> Huaxin 138****5678
}
