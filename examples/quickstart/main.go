// Command quickstart shows who sees which of five customers, in what form, and why: no database, no service.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

type Customer struct{ ID, TenantID, OwnerID, TeamID, RegionID, Name, Phone string }

var customers = []Customer{
	{"1", "acme", "ann", "sh-1", "east", "Huaxin", "13812345678"}, {"2", "acme", "bob", "sh-1", "east", "Lanting", "13987654321"},
	{"3", "acme", "eli", "sh-2", "east", "Zhonghe", "13711112222"}, {"4", "acme", "kim", "gz-1", "south", "Nanhai", "13633334444"},
	{"5", "globex", "ann", "sh-1", "east", "Globex's", "13477778888"},
}

const policy = `
p,  r:sales_rep,  acme, customer, view, own,    allow
p,  r:sales_mgr,  acme, customer, view, team,   allow
p,  r:region_mgr, acme, customer, view, region, allow
p,  r:director,   acme, customer, view, global, allow
p2, r:sales_rep,  acme, customer, *,     always, read
p2, r:sales_rep,  acme, customer, phone, own,    read
p2, r:sales_rep,  acme, customer, phone, always, mask:phone
g,  r:sales_mgr,  r:sales_rep, acme
g,  r:region_mgr, r:sales_mgr, acme
g,  r:director,   r:sales_rep, acme
g,  u:ann,  r:sales_rep,  acme
g,  u:max,  r:sales_mgr,  acme
g,  u:rita, r:region_mgr, acme
g,  u:dora, r:director,   acme`

func main() {
	ctx := context.Background()
	teams, err := orgtree.New(orgtree.Node{ID: "sh-1"}, orgtree.Node{ID: "sh-2"})
	check(err)
	regions, err := orgtree.New(orgtree.Node{ID: "china"}, orgtree.Node{ID: "east", Parent: "china"}, orgtree.Node{ID: "south", Parent: "china"})
	check(err)
	directory := access.NewMemoryDirectory()
	directory.Set("acme", access.Organisation{Teams: teams, Regions: regions, People: []access.Person{
		{ID: "ann", Teams: []string{"sh-1"}}, {ID: "max", Teams: []string{"sh-1"}}, {ID: "rita", Regions: []string{"east"}}, {ID: "dora"}, {ID: "sam"},
	}})
	authz, err := access.MemoryAuthorizer(ctx, "acme", policy, nil, access.Config{
		Directory: directory, Catalog: access.Catalog{Types: []access.Type{{Name: "customer", Model: Customer{}, Schema: scope.Schema{
			Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id"}}}},
	})
	check(err)
	fmt.Println("     Huaxin       Lanting      Zhonghe      Nanhai       Globex's     because of")
	for _, who := range []string{"ann", "max", "rita", "dora", "sam"} {
		dec, err := authz.Authorize(ctx, access.Request{
			Subject: access.Subject{ID: who, Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "customer"}})
		check(err)
		fmt.Printf("%-5s", who)
		for _, c := range customers {
			shown := "-"
			if in, err := dec.Scope().Match(scope.Of(&c)); err == nil && in {
				c, err = field.Redact(ctx, dec.Fields(), c)
				check(err)
				shown = c.Phone
			}
			fmt.Printf("%-13s", shown)
		}
		why := dec.Reasons()[0]
		fmt.Println(strings.TrimSpace(string(why.Code) + " " + why.Rule.When))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
