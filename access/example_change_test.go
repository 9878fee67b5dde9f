package access_test

import (
	"context"
	"fmt"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func ExampleAuthorizer_Diff() {
	authz := leads(`
		p, r:admin, acme, policy, administer, always, allow
		p, r:rep, acme, lead, view, own, allow
		g, u:root, r:admin, acme
		g, u:ann, r:rep, acme
		g, u:bob, r:rep, acme`)
	defer authz.Close()
	root := access.Request{Subject: access.Subject{ID: "root", Tenant: "acme"}}
	ask := func(when string) {
		d, err := authz.Diff(context.Background(), root, access.Change{Tenant: "acme", Base: 1, Add: access.Rows{
			Rules: []access.Rule{{Role: "rep", Type: "lead", Action: "view", When: when, Effect: access.Allow}}}}, access.DiffOptions{})
		fmt.Print(d.Text("en"), err, "\n")
	}
	ask("own && !unowned") // what is own has an owner
	ask("unowned")

	// Whoever may neither administer nor explain hears nothing of who may do what.
	ann := access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}}
	_, err := authz.Diff(context.Background(), ann, access.Change{Tenant: "acme", Base: 1, Add: access.Rows{
		Assignments: []access.Assignment{{Subject: "ann", Role: "admin"}}}}, access.DiffOptions{})
	fmt.Println(err)
	// Output:
	// nothing changes for anybody
	// <nil>
	// gained: view lead [own -> own || unowned], by role rep: ann, bob
	//   e.g. ann view record{owner_id="" tenant_id="acme"}
	// <nil>
	// access: administer policy: denied
}

func ExampleAuthorizer_Shadow() {
	authz := leads("p, r:rep, acme, lead, view, own, allow\ng, u:ann, r:rep, acme")
	defer authz.Close()
	shadow, err := authz.Shadow(context.Background(), "acme", access.Change{Tenant: "acme", Add: access.Rows{
		Rules: []access.Rule{{Role: "rep", Type: "lead", Action: "view", When: "global", Effect: access.Allow}}}}, access.ShadowOptions{})
	if err != nil {
		panic(err)
	}
	his := Lead{2, "acme", "bob", "new"}
	for range 3 {
		fmt.Println(ask(authz, "ann", "view", access.Resource{Record: scope.Of(&his)}).Allowed()) // the live policy decides
	}
	for shadow.Report(context.Background()).Compared < 3 {
		time.Sleep(time.Millisecond)
	}
	shadow.Stop()
	for _, d := range shadow.Report(context.Background()).Disagreements {
		fmt.Println(d.Example.Subject, d.Action, d.Type, d.Example.Record, d.How, d.Count, d.Rule)
	}
	// Output:
	// false
	// false
	// false
	// ann view lead 2 allows 3 p, r:rep, acme, lead, view, global, allow
}

func ExampleAuthorizer_Compare() {
	authz := leads("p, r:rep, acme, lead, view, own, allow\ng, u:ann, r:rep, acme")
	defer authz.Close()
	mayView := func(user, role string, l *Lead) bool {
		return authz.Compare(context.Background(), access.Request{Subject: access.Subject{ID: user, Tenant: "acme"}, Action: "view",
			Resource: access.Resource{Type: "lead", Record: scope.Of(l)}}, role == "manager")
	}
	hers, his := Lead{1, "acme", "ann", "new"}, Lead{2, "acme", "bob", "new"}
	fmt.Println(mayView("ann", "rep", &hers), mayView("ann", "rep", &his), mayView("max", "manager", &his)) // as before
	for _, c := range authz.CompareReport(30 * 24 * time.Hour).Cells {
		fmt.Println(c.Action, c.Type, "agreed:", c.Agreed, "only the old check allows:", c.OldOnly, "only the policy:", c.NewOnly)
		for _, d := range c.Disagreements {
			fmt.Println(" ", d.Example.Subject, d.Example.Record, d.New, d.Code, d.Rule)
		}
	}
	// Output:
	// false false true
	// view lead agreed: 1 only the old check allows: 1 only the policy: 1
	//   ann 1 true rule p, r:rep, acme, lead, view, own, allow
	//   max 2 false unknown_subject
}
