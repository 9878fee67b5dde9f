package scope_test

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// Customer is a host's model.
type Customer struct {
	ID       int64
	TenantID string
	OwnerID  *int64
	TeamID   int64
	RegionID string
	Stage    string
}

var customers = &scope.Schema{
	Type: "customer", Table: "customers", Key: []string{"id"}, Tenant: "tenant_id",
	Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id",
	Attrs: []scope.Attr{
		{Name: "id", Kind: scope.KindInt}, {Name: "tenant_id", Kind: scope.KindText},
		{Name: "owner_id", Kind: scope.KindInt}, {Name: "team_id", Kind: scope.KindInt},
		{Name: "region_id", Kind: scope.KindText}, {Name: "stage", Kind: scope.KindText},
	},
	Relations: []scope.Relation{{
		Name: "tickets", Table: "tickets", Local: "id", Foreign: "customer_id", Tenant: "tenant_id",
		Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "status", Kind: scope.KindText}},
	}},
}

func Example() {
	alice := scope.Subject{ID: "7", Tenant: "acme", Teams: []string{"3"}}
	p, err := scope.Team().Resolve(alice, customers).Within(customers, alice.Tenant)
	fmt.Println(p, err)

	seven := int64(7)
	for _, c := range []Customer{
		{ID: 1, TenantID: "acme", OwnerID: &seven},
		{ID: 2, TenantID: "acme", TeamID: 3},
		{ID: 3, TenantID: "acme", TeamID: 4},
		{ID: 4, TenantID: "globex", OwnerID: &seven},
	} {
		ok, err := p.Match(scope.Of(&c))
		fmt.Println(c.ID, ok, err)
	}

	where, args, err := p.SQL(customers, scope.Postgres, "")
	fmt.Println(where, args, err)
	// Output:
	// (tenant_id is "acme" and (owner_id is 7 or team_id = 3)) <nil>
	// 1 true <nil>
	// 2 true <nil>
	// 3 false <nil>
	// 4 false <nil>
	// ("customers"."tenant_id" = $1 AND ("customers"."owner_id" = $2 OR "customers"."team_id" = $3)) [acme 7 3] <nil>
}

// A subject whose id merely looks like another's: an SQLite integer column would take "007" for 7.
func ExampleParseID() {
	for _, id := range []string{"7", "007", " 7", "7.0", "0", ""} {
		v, ok := scope.ParseID(scope.KindInt, id)
		fmt.Printf("%q %v %v\n", id, v, ok)
	}
	fmt.Println(scope.Own().Resolve(scope.Subject{ID: "007"}, customers))
	// Output:
	// "7" 7 true
	// "007"  false
	// " 7"  false
	// "7.0"  false
	// "0"  false
	// ""  false
	// false
}

// The filter of a search form was left empty. It selects nothing, where an empty WHERE would
// select everything.
func ExampleAnd_nothing() {
	var filters []scope.Predicate
	fmt.Println(scope.And(filters...))
	fmt.Println(scope.In("stage"), scope.Predicate{}, scope.Not(scope.Predicate{}))
	// Output:
	// false
	// false unknown unknown
}

// A closed deal must not be edited. The attacker sends a record that leaves the column out, and
// one in which it is NULL.
func ExamplePredicate_Eval_missing() {
	closed := scope.Eq("stage", scope.Text("closed"))
	for _, m := range []map[string]any{{"stage": "open"}, {"stage": nil}, {}} {
		t, err := scope.Not(closed).Eval(scope.FromMap(m))
		fmt.Println(t, err)
	}
	// Output:
	// true <nil>
	// unknown <nil>
	// unknown scope: map has no attribute "stage": select the column, or name the field with the tag access:"stage"
}

// Another tenant's ticket points at the customer's number. It does not count.
func ExamplePredicate_Within() {
	open := scope.Exists("tickets", scope.Eq("status", scope.Text("open")))
	p, err := open.Within(customers, "acme")
	fmt.Println(p, err)

	c := scope.Of(&Customer{ID: 1, TenantID: "acme"})
	planted := scope.FromMap(map[string]any{"tenant_id": "globex", "status": "open"})
	own := scope.FromMap(map[string]any{"tenant_id": "acme", "status": "open"})
	fmt.Println(p.Match(c.With("tickets", planted)))
	fmt.Println(p.Match(c.With("tickets", planted, own)))
	// Output:
	// (tenant_id is "acme" and has tickets[tenant_id is "acme"](status = "open")) <nil>
	// false <nil>
	// true <nil>
}

// A bulk update is checked before it runs: may these records be given to another tenant, or to
// owner 8?
func ExamplePredicate_Set() {
	p, _ := scope.Own().Resolve(scope.Subject{ID: "7"}, customers).Within(customers, "acme")
	fmt.Println(p.Set(map[string]scope.Value{"tenant_id": scope.Text("globex")}))
	fmt.Println(p.Set(map[string]scope.Value{"owner_id": scope.Int(8)}))
	fmt.Println(p.Set(map[string]scope.Value{"owner_id": scope.Int(7)}))
	// Output:
	// false
	// false
	// tenant_id is "acme"
}

// A loader answers the tests of related rows for a page of records in one query.
func ExamplePredicate_Facts() {
	p, _ := scope.Not(scope.Exists("tickets", scope.All())).Within(customers, "acme")
	facts := p.Facts()
	fmt.Println(facts)

	c := scope.Of(&Customer{ID: 1, TenantID: "acme"})
	fmt.Println(p.Match(c.WithFact(facts[0], scope.False)))
	_, err := p.Match(c)
	fmt.Println(err)
	// Output:
	// [has tickets[tenant_id is "acme"](true)]
	// true <nil>
	// scope: related rows "tickets" of scope_test.Customer are not known: attach them with Record.With, or load the record by id
}

func ExampleRegion() {
	regions, _ := orgtree.New(
		orgtree.Node{ID: "cn"}, orgtree.Node{ID: "cn-gd", Parent: "cn"}, orgtree.Node{ID: "us"},
	)
	lead := scope.Subject{ID: "7", Tenant: "acme", Regions: []string{"cn"}, RegionTree: regions}
	p := scope.Region().Resolve(lead, customers)
	fmt.Println(p)
	for _, region := range []string{"cn", "cn-gd", "us", "mars"} {
		fmt.Println(p.Match(scope.Of(&Customer{RegionID: region})))
	}
	// Output:
	// (owner_id is 7 or region_id under ("cn"))
	// true <nil>
	// true <nil>
	// false <nil>
	// false <nil>
}

// The public pool: what nobody owns is in it, and is nobody's own.
func ExampleUnowned() {
	nobodys := scope.Of(&Customer{ID: 1})
	subject := scope.Subject{ID: "0"}
	fmt.Println(scope.Unowned().Resolve(subject, customers).Eval(nobodys))
	fmt.Println(scope.Own().Resolve(subject, customers).Eval(nobodys))
	// Output:
	// true <nil>
	// false <nil>
}

// A scope defined as data. A subject without the attribute that it compares with is in neither
// the scope nor its negation.
func ExampleParseCriterion() {
	c, err := scope.ParseCriterion([]byte(`{"not": {"attr": "stage", "op": "in", "subject": "hidden_stages"}}`))
	fmt.Println(err, c.Check(customers))
	fmt.Println(c.Resolve(scope.Subject{Attrs: map[string][]string{"hidden_stages": {"draft"}}}, customers))
	fmt.Println(c.Resolve(scope.Subject{}, customers))
	// Output:
	// <nil> <nil>
	// not stage = "draft"
	// unknown
}

// A host's own scope: records numbered from 100 on.
func ExampleResolver() {
	var big scope.Resolver = atLeast{attr: "id", min: scope.Int(100)}
	fmt.Println(big.Check(customers))
	fmt.Println(big.Resolve(scope.Subject{}, customers))
	// Output:
	// <nil>
	// id >= 100
}

type atLeast struct {
	attr string
	min  scope.Value
}

func (a atLeast) Check(s *scope.Schema) error {
	return scope.Compare(a.attr, scope.Ge, a.min).Check(s)
}

func (a atLeast) Resolve(scope.Subject, *scope.Schema) scope.Predicate {
	return scope.Compare(a.attr, scope.Ge, a.min)
}

func ExampleApart() {
	mine, open := scope.Is("owner_id", scope.Int(7)), scope.Eq("stage", scope.Text("open"))
	_, found := scope.Apart(mine, scope.Or(scope.And(mine, open), scope.And(mine, scope.Not(open))), customers)
	fmt.Println(found) // a stage that is NULL is neither open nor not
	_, found = scope.Apart(scope.And(mine, open), scope.And(open, scope.Not(scope.Not(mine))), customers)
	fmt.Println(found)
	// Output:
	// true
	// false
}
