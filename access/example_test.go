package access_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Lead is a host's own struct.
type Lead struct {
	ID       int64
	TenantID string
	OwnerID  string
	Stage    string
}

func leads(policy string, defs ...access.Definition) *access.Authorizer {
	a, err := access.MemoryAuthorizer(context.Background(), "acme", policy, defs, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name: "lead", Model: Lead{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}},
			Actions: []access.Action{{Name: "view"}, {Name: "edit"}, {Name: "claim"}, {Name: "delete"}},
		}}},
		Now: func() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		panic(err)
	}
	return a
}

func ask(a *access.Authorizer, who, action string, r access.Resource) access.Decision {
	r.Type = "lead"
	d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: action, Resource: r})
	if err != nil {
		panic(err)
	}
	return d
}

func Example() {
	authz := leads(`
p, r:rep, acme, lead, view, own, allow
g, u:ann, r:rep, acme`)
	defer authz.Close()
	mine, his := Lead{1, "acme", "ann", "new"}, Lead{2, "acme", "bob", "new"}
	fmt.Println(ask(authz, "ann", "view", access.Resource{Record: scope.Of(&mine)}).Allowed())
	fmt.Println(ask(authz, "ann", "view", access.Resource{Record: scope.Of(&his)}).Allowed())
	fmt.Println(ask(authz, "ann", "view", access.Resource{}).Scope())
	// Output:
	// true
	// false
	// (tenant_id is "acme" and owner_id is "ann")
}

// The attacker guessed the id of another tenant's record, in which somebody has her name.
func Example_otherTenant() {
	authz := leads("p, r:boss, acme, lead, *, global, allow\ng, u:ann, r:boss, acme")
	defer authz.Close()
	foreign := Lead{7, "globex", "ann", "new"}
	d := ask(authz, "ann", "view", access.Resource{Record: scope.Of(&foreign)})
	fmt.Println(d.Allowed(), d.Reasons()[0].Code)
	// Output: false tenant_mismatch
}

// The attacker withholds his address. A deny that cannot be checked stands.
func Example_unknownNeverHelps() {
	authz := leads(`
p, r:rep, acme, lead, view, own, allow
p, r:rep, acme, lead, *, !office_net, deny
g, u:ann, r:rep, acme`, access.Definition{Name: "office_net", Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{"10.0.0.0/8"}}}})
	defer authz.Close()
	mine := Lead{1, "acme", "ann", "new"}
	r := access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead", Record: scope.Of(&mine)}}
	for _, addr := range []string{"10.1.2.3", "203.0.113.9", ""} {
		r.Env.Addr, _ = netip.ParseAddr(addr)
		d, err := authz.Authorize(context.Background(), r)
		fmt.Printf("%q %v %v\n", addr, d.Allowed(), err)
	}
	// Output:
	// "10.1.2.3" true <nil>
	// "203.0.113.9" false <nil>
	// "" false <nil>
}

// One rule lets a rep take a lead from the pool for himself, and opens nothing else: neither a colleague's lead nor a
// claim for somebody else.
func Example_claim() {
	authz := leads(`
p, r:rep, acme, lead, claim, old.unowned && new.own, allow
p2, r:rep, acme, lead, owner_id, action.claim, edit
g, u:ann, r:rep, acme`)
	defer authz.Close()
	free, hers, bobs := Lead{1, "acme", "", "new"}, Lead{1, "acme", "ann", "new"}, Lead{1, "acme", "bob", "new"}
	claim := func(from, to Lead) bool {
		return ask(authz, "ann", "claim", access.Resource{Record: scope.Of(&from), New: scope.Of(&to)}).Allowed()
	}
	fmt.Println(claim(free, hers), claim(bobs, hers), claim(free, bobs))
	// Output: true false false
}

func ExampleDecision_Err() {
	authz := leads("p, r:rep, acme, lead, edit, own && approved, allow\ng, u:ann, r:rep, acme")
	defer authz.Close()
	mine := Lead{1, "acme", "ann", "new"}
	err := ask(authz, "ann", "edit", access.Resource{Record: scope.Of(&mine)}).Err()
	var denied *access.DeniedError
	fmt.Println(err, errors.As(err, &denied), denied.Public[0].Code)
	// Output: access: edit lead: denied true needs_approval
}

func ExampleAuthorizer_AuthorizeAll() {
	authz := leads("p, r:rep, acme, lead, view, own, allow\np, r:rep, acme, lead, edit, own, allow\ng, u:ann, r:rep, acme")
	defer authz.Close()
	mine := Lead{1, "acme", "ann", "new"}
	var rs []access.Request
	for _, action := range []string{"view", "edit", "delete"} {
		rs = append(rs, access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: action, Advisory: true,
			Resource: access.Resource{Type: "lead", Record: scope.Of(&mine)}})
	}
	buttons, err := authz.AuthorizeAll(context.Background(), rs)
	for _, d := range buttons {
		fmt.Println(d.Action(), d.Allowed(), err)
	}
	// Output:
	// view true <nil>
	// edit true <nil>
	// delete false <nil>
}

func ExampleAuthorizer_Explain() {
	authz := leads(`
p, r:rep, acme, lead, view, own, allow
p, r:mgr, acme, lead, view, global && !unowned, allow
g, r:mgr, r:rep, acme
g, u:ann, r:rep, acme
g, u:max, r:mgr, acme`)
	defer authz.Close()
	his := Lead{2, "acme", "bob", "new"}
	for _, who := range []string{"max", "ann"} {
		e, err := authz.Explain(context.Background(), access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: "view",
			Resource: access.Resource{Type: "lead", Record: scope.Of(&his)}})
		fmt.Print(e.Text("en"), err, "\n")
	}
	// Output:
	// allowed: view lead acme/max
	//   A rule allows it. [p, r:mgr, acme, lead, view, global && !unowned, allow]
	// because p, r:mgr, acme, lead, view, global && !unowned, allow (record)
	//   g, u:max, r:mgr, acme
	//   global = true
	//   unowned = false
	// role mgr
	// role rep (through mgr)
	// rule p, r:mgr, acme, lead, view, global && !unowned, allow: true (record); global = true; unowned = false
	// rule p, r:rep, acme, lead, view, own, allow: false (record); own = false
	// <nil>
	// denied: view lead acme/ann
	//   The record is outside the scopes of the subject's rules. [p, r:rep, acme, lead, view, own, allow] (own)
	// nearest: The record is not in the scope that the rule needs. [p, r:rep, acme, lead, view, own, allow] (record)
	//   own = false (needed true)
	// nearest: The subject does not hold the rule's role. [p, r:mgr, acme, lead, view, global && !unowned, allow] (record)
	// would allow: if the record had owner_id = ann (record)
	// would allow: assign the role g, u:ann, r:mgr, acme
	// would allow: add the rule p, r:rep, acme, lead, view, global, allow
	// role rep
	// rule p, r:rep, acme, lead, view, own, allow: false (record); own = false
	// <nil>
}

// Who is to see the rules of a tenant holds the action explain in it.
func ExampleAuthorizer_ExplainTo() {
	authz := leads("p, r:rep, acme, lead, view, own, allow\np, r:auditor, acme, policy, explain, always, allow\ng, u:ann, r:rep, acme\ng, u:eva, r:auditor, acme")
	defer authz.Close()
	his := Lead{2, "acme", "bob", "new"}
	question := access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead", Record: scope.Of(&his)}}
	for _, who := range []string{"eva", "ann"} {
		e, err := authz.ExplainTo(context.Background(), access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}}, question)
		fmt.Println(len(e.Misses), len(e.Remedies), err)
	}
	// Output:
	// 1 2 <nil>
	// 0 0 access: explain policy: denied
}

func ExampleAuthorizer_WhoCan() {
	authz := leads(`
p, r:rep, acme, lead, view, own, allow
p, r:mgr, acme, lead, view, global, allow
p, r:auditor, acme, policy, explain, always, allow
g, r:mgr, r:rep, acme
g, u:ann, r:rep, acme
g, u:bob, r:rep, acme
g, u:max, r:mgr, acme
g, u:eva, r:auditor, acme`)
	defer authz.Close()
	his := Lead{2, "acme", "bob", "new"}
	eva := access.Request{Subject: access.Subject{ID: "eva", Tenant: "acme"}}
	who := access.Request{Subject: access.Subject{Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead", Record: scope.Of(&his)}}
	for able, err := range authz.WhoCan(context.Background(), eva, who, "") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(able.Subject, "as", able.Through[0].Rule.Role, "given by", able.Through[0].Path[0].Assignment)
	}
	// Output:
	// bob as rep given by g, u:bob, r:rep, acme
	// max as mgr given by g, u:max, r:mgr, acme
}

func ExampleAuthorizer_Apply() {
	authz := leads("p, r:admin, acme, policy, administer, always, allow\ng, u:root, r:admin, acme")
	defer authz.Close()
	root := access.Request{Subject: access.Subject{ID: "root", Tenant: "acme"}}
	now, _ := authz.Policy(context.Background(), "acme")
	rev, err := authz.Apply(context.Background(), root, access.Change{Tenant: "acme", Base: now.Revision, Reason: "ann starts in sales",
		Add: access.Rows{
			Rules:       []access.Rule{{Role: "rep", Type: "lead", Action: "view", When: "own", Effect: access.Allow}},
			Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}},
		}})
	fmt.Println(rev, err, ask(authz, "ann", "view", access.Resource{}).Allowed())
	_, err = authz.Apply(context.Background(), root, access.Change{Tenant: "acme", Base: rev.Policy(), Add: access.Rows{
		Assignments: []access.Assignment{{Subject: "root", Role: "rep"}}}})
	fmt.Println(err)
	// Output:
	// 2.0 <nil> true
	// access: administer policy: denied
}

func ExampleAuthorizer_Simulate() {
	authz := leads("p, r:rep, acme, lead, view, own, allow\ng, u:ann, r:rep, acme")
	defer authz.Close()
	ds, err := authz.Simulate(context.Background(), access.Change{Tenant: "acme", Base: 1, Add: access.Rows{
		Assignments: []access.Assignment{{Subject: "bob", Role: "rep"}}}},
		[]access.Request{{Subject: access.Subject{ID: "bob", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}}})
	fmt.Println(ds[0].Allowed(), err, ask(authz, "bob", "view", access.Resource{}).Allowed())
	// Output: true <nil> false
}

func ExampleSystem() {
	authz := leads("p, r:job, acme, lead, view, global, allow\ng, u:system:recount, r:job, acme")
	defer authz.Close()
	job := access.System("acme", "recount", "nightly totals")
	d, err := authz.Authorize(context.Background(), access.Request{Subject: job, Action: "view", Resource: access.Resource{Type: "lead"}})
	fmt.Println(d.Allowed(), err)
	_, err = authz.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "system:recount", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead"}})
	fmt.Println(errors.Is(err, access.ErrInvalid))
	// Output:
	// true <nil>
	// true
}

func ExampleStableID() {
	fmt.Println(access.StableID("ann@example.com"))
	fmt.Println(access.StableID("CN=Ann,OU=Sales"))
	// Output:
	// ann@example.com
	// id-4nmwwzugijnt2su2yykv6rexam6pbg5o2jy2pz7gohkoemw2j23q
}
