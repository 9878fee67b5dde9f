package accesscasbin_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	fileadapter "github.com/casbin/casbin/v2/persist/file-adapter"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesscasbin"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Lead is a host's own struct.
type Lead struct {
	ID                int64
	TenantID, OwnerID string
}

func leads(s access.Store) *access.Authorizer {
	a, err := access.New(context.Background(), s, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name: "lead", Model: Lead{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}},
			Actions: []access.Action{{Name: "view"}, {Name: "edit"}},
		}}},
		Now: func() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		panic(err)
	}
	return a
}

func lead(who string, l Lead) access.Request {
	return access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "lead", Record: scope.Of(&l)}}
}

// memory keeps a rule that all tenants share, and a role that bob has until the evening.
func memory() access.Store {
	s, err := access.NewMemoryStore(
		access.Policy{Tenant: access.Shared, Rows: access.Rows{
			Rules: []access.Rule{{Role: "rep", Type: "lead", Action: "view", When: "own", Effect: access.Allow}},
		}},
		access.Policy{Tenant: "acme", Rows: access.Rows{
			Rules:       []access.Rule{{Role: "stand_in", Type: "lead", Action: "view", When: "global", Effect: access.Allow}},
			Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}, {Subject: "bob", Role: "rep"}},
			Grants:      []access.Grant{{Subject: "bob", Role: "stand_in", Until: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}},
		}},
	)
	if err != nil {
		panic(err)
	}
	return s
}

func ExampleEnforcer() {
	ctx := context.Background()
	authz := leads(memory())
	defer authz.Close()
	for _, at := range []time.Time{{}, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)} {
		e, _, err := accesscasbin.Enforcer(ctx, authz, "acme", at)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.GetFilteredPolicy(0, "r:rep"))
		fmt.Println(e.GetFilteredGroupingPolicy(0, "u:bob"))
	}
	// Output:
	// [[r:rep acme lead view own allow]] <nil>
	// [[u:bob r:rep acme] [u:bob r:stand_in acme]] <nil>
	// [[r:rep acme lead view own allow]] <nil>
	// [[u:bob r:rep acme]] <nil>
}

// A tool gives the attacker a role, in the enforcer it was handed. It is a copy: no decision changes.
func ExampleEnforcer_aCopy() {
	ctx := context.Background()
	authz := leads(memory())
	defer authz.Close()
	e, _, err := accesscasbin.Enforcer(ctx, authz, "acme", time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.AddRoleForUserInDomain("u:ann", "r:stand_in", "acme"))
	fmt.Println(errors.Is(e.SavePolicy(), accesscasbin.ErrReadOnly))
	d, err := authz.Authorize(ctx, lead("ann", Lead{2, "acme", "bob"}))
	fmt.Println(d.Allowed(), err)
	// Output:
	// true <nil>
	// true
	// false <nil>
}

func ExampleEnforce() {
	ctx := context.Background()
	authz := leads(memory())
	defer authz.Close()
	e, revision, err := accesscasbin.Enforcer(ctx, authz, "acme", time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, owner := range []string{"ann", "bob"} {
		d, err := authz.Authorize(ctx, lead("ann", Lead{1, "acme", owner}))
		if err != nil {
			fmt.Println(err)
			return
		}
		casbins, err := accesscasbin.Enforce(e, d)
		fmt.Println(d.Allowed(), casbins, err, d.Revision() == revision)
	}
	// Output:
	// true true <nil> true
	// false false <nil> true
}

// Casbin names the row that decided.
func ExampleRequests() {
	ctx := context.Background()
	authz := leads(memory())
	defer authz.Close()
	e, _, err := accesscasbin.Enforcer(ctx, authz, "acme", time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := authz.Explain(ctx, lead("bob", Lead{1, "acme", "ann"})) // asked about, not recorded
	if err != nil {
		fmt.Println(err)
		return
	}
	requests, err := accesscasbin.Requests(x.Decision)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, request := range requests {
		fmt.Println(e.EnforceEx(request...))
	}
	// Output: true [r:stand_in acme lead view global allow] <nil>
}

// policyFile writes a policy as Casbin's file adapter reads it.
func policyFile(text string) (path string, remove func()) {
	dir, err := os.MkdirTemp("", "policy")
	if err != nil {
		panic(err)
	}
	path = filepath.Join(dir, "policy.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path, func() { _ = os.RemoveAll(dir) }
}

func ExampleNewStore() {
	path, remove := policyFile(`
p, r:rep, *,    lead, view, own, allow
g, u:ann, r:rep, acme
`)
	defer remove()
	store, err := accesscasbin.NewStore(fileadapter.NewAdapter(path), accesscasbin.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	authz := leads(store)
	defer authz.Close()
	for _, owner := range []string{"ann", "bob"} {
		d, err := authz.Authorize(context.Background(), lead("ann", Lead{1, "acme", owner}))
		fmt.Println(d.Allowed(), err)
	}
	// Output:
	// true <nil>
	// false <nil>
}

// The attacker gets a deny misspelt: one value is missing, and Casbin's loader for text would skip the row. Here it
// refuses the load and is named.
func ExampleNewStore_aRowOfAnotherShape() {
	path, remove := policyFile(`
p, r:rep, acme, lead, view, own, allow
p, r:rep, acme, lead, view, deny
g, u:ann, r:rep, acme
`)
	defer remove()
	store, err := accesscasbin.NewStore(fileadapter.NewAdapter(path), accesscasbin.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = store.Load(context.Background(), "acme")
	fmt.Println(err)
	// Output: accesscasbin: the adapter could not load its rows: invalid policy rule size: expected 6, got 5, rule: [r:rep acme lead view deny]
}
