package access_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// quiet keeps the warnings of the policies below, which are wrong on purpose, off the standard error.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func leadsOn(store access.Store) *access.Authorizer {
	a, err := access.New(context.Background(), store, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name: "lead", Model: Lead{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}},
			Actions: []access.Action{{Name: "view"}, {Name: "edit"}, {Name: "claim"}, {Name: "export"}},
		}}},
		Now: func() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }, Logger: quiet,
	})
	if err != nil {
		panic(err)
	}
	return a
}

func ExampleAuthorizer_Lint() {
	rows, err := access.ParseRows(`
p, r:rep, acme, lead, view, own, allow
p, r:rep, acme, lead, claim, own && unowned, allow
p, r:rep, acme, lead, export, global, allow
p, r:rep, acme, lead, edit, own, allow
p, r:rep, acme, lead, edit, always, deny
g, r:mgr, r:rep, acme
g, u:ann, r:mgr, acme
g, u:bob, r:sales_rpe, acme`)
	if err != nil {
		panic(err)
	}
	rows.Roles = []access.RoleInfo{
		{Name: "rep", Purpose: "wins customers", Owner: "head of sales"},
		{Name: "mgr", Purpose: "leads a team of reps"},
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	if err != nil {
		panic(err)
	}
	authz := leadsOn(store)
	defer authz.Close()
	findings, err := authz.Lint(context.Background(), "acme")
	for _, f := range findings {
		fmt.Printf("%s: %s\n", f.Code, f.Text("en"))
	}
	fmt.Println(err)
	// Output:
	// dead_condition: The rule can never apply: its when can't come true, or is always false on a deny. [p, r:rep, acme, lead, claim, own && unowned, allow]
	// shadowed: Whatever the rule allows is denied to everyone who holds its role. [p, r:rep, acme, lead, edit, own, allow] (p, r:rep, acme, lead, edit, always, deny)
	// inherited_deny: The role gets a deny or a hidden field by inheritance. role mgr [p, r:rep, acme, lead, edit, always, deny]
	// export_beyond_view: The rule exports more, or in more circumstances, than its role may view. [p, r:rep, acme, lead, export, global, allow] (lead)
	// no_assurance: A sensitive action is allowed whatever the sign-in was. [p, r:rep, acme, lead, export, global, allow]
	// undescribed_role: The role or group lacks a purpose or an owner. role mgr (owner)
	// unknown_role: The role is given or inherited, but has no rule: is its name misspelt? role sales_rpe [g, u:bob, r:sales_rpe, acme]
	// <nil>
}

// A permission group is a role held for a time on top of the one of the job. What it is for, and who answers for it,
// stands beside it and decides nothing.
func ExampleRoleInfo() {
	authz := leads("p, r:admin, acme, policy, administer, always, allow\ng, u:root, r:admin, acme")
	defer authz.Close()
	now := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	_, err := authz.Apply(context.Background(), access.Request{Subject: access.Subject{ID: "root", Tenant: "acme"}}, access.Change{
		Tenant: "acme", Base: 1, Reason: "quarterly report", Add: access.Rows{
			Roles:  []access.RoleInfo{{Name: "lead_reader", Purpose: "the quarterly report", Owner: "head of sales", Group: true}},
			Rules:  []access.Rule{{Role: "lead_reader", Type: "lead", Action: "view", When: "global", Effect: access.Allow}},
			Grants: []access.Grant{{Subject: "ann", Role: "lead_reader", Until: now.AddDate(0, 0, 7)}},
		}})
	fmt.Println(err, ask(authz, "ann", "view", access.Resource{}).Allowed())
	// Output: <nil> true
}

// unreachable is a store whose database went away. Its driver repeats the connection string in its errors.
type unreachable struct{ access.Store }

func (unreachable) Load(context.Context, string) (access.Policy, error) {
	return access.Policy{}, errors.New("policy store: dial postgres://crm:s3cret@db/policy: connection refused")
}

// Somebody who may see the health page looks for the password of the database.
func ExampleAuthorizer_Health() {
	store, err := access.NewMemoryStore()
	if err != nil {
		panic(err)
	}
	authz := leadsOn(unreachable{store})
	defer authz.Close()
	ctx := context.Background()
	h, err := authz.Health(ctx)
	fmt.Println(h.OK, len(h.Tenants), err)

	_, err = authz.Authorize(ctx, access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}})
	fmt.Println(errors.Is(err, access.ErrUnavailable))
	h, _ = authz.Health(ctx)
	fmt.Println(h.OK, h.Tenants[0].Tenant, h.Tenants[0].Loaded)
	fmt.Println(h.Tenants[0].LastError)
	// Output:
	// true 0 <nil>
	// true
	// false acme false
	// policy store: dial […] connection refused
}
