package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// shape says how large a world is. All but the first are counted for each tenant.
type shape struct {
	tenants, rules, roles, users, sets int
	types, actions                     int // in the Catalog
}

// The three sizes by which growth is measured differ in their number of tenants alone.
var (
	small  = shape{tenants: 2, rules: 500, roles: 10, users: 50, sets: 20, types: 20, actions: 5}
	medium = shape{tenants: 20, rules: 500, roles: 10, users: 50, sets: 20, types: 20, actions: 5}
	large  = shape{tenants: 200, rules: 500, roles: 10, users: 50, sets: 20, types: 20, actions: 5}
	// usual is what memory is measured on, worst the shape in which little can be shared.
	usual = shape{tenants: 10, rules: 1000, roles: 16, users: 100, sets: 50, types: 20, actions: 5}
	worst = shape{tenants: 1, rules: 10_000, roles: 50, users: 1000, sets: 1000, types: 300, actions: 10}
)

// noon is noon of a Monday in Shanghai: in office hours.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

var (
	inOffice = netip.MustParseAddr("10.1.2.3")
	outside  = netip.MustParseAddr("203.0.113.9")
)

const (
	zone    = "Asia/Shanghai"
	opens   = "08:00"
	closes  = "18:00"
	network = "10.1.0.0/16"
)

// definitions are the conditions that rules name.
func definitions(tenant string) []access.Definition {
	return []access.Definition{
		{Name: "office_hours", Tenant: tenant, Condition: &condition.Spec{Daily: &condition.Daily{Zone: zone, From: opens, To: closes}}},
		{Name: "after_hours", Tenant: tenant, Condition: &condition.Spec{Daily: &condition.Daily{Zone: zone, From: closes, To: opens}}},
		{Name: "head_office", Tenant: tenant, Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{network}}}},
	}
}

// customer is the record of every type.
type customer struct {
	ID       int64
	TenantID string
	OwnerID  string
	TeamID   string
	RegionID string
	Name     string
	Phone    string
	Amount   int64
}

// question is what a host has in hand when it must ask.
type question struct {
	tenant, who, typ, action string
	addr                     netip.Addr // of the client; zero: not known
	customer                 *customer
	record                   scope.Record // of customer
}

// request is the question as the library takes it.
func (q *question) request() access.Request { return q.of(q.record) }

// of is the question about another record.
func (q *question) of(r scope.Record) access.Request {
	return access.Request{
		Subject: access.Subject{ID: q.who, Tenant: q.tenant}, Action: q.action,
		Resource: access.Resource{Type: q.typ, Record: r}, Env: condition.Env{Time: noon, Addr: q.addr},
	}
}

// world is generated policy with its people and questions about it.
type world struct {
	shape
	names     []string // of the tenants
	policies  map[string]access.Policy
	people    map[string]map[string]*access.Person
	teams     *orgtree.Tree
	regions   *orgtree.Tree
	questions []question
}

const questionsAsked = 4096

// Ids of what every world holds beside what is generated: an administrator, and a role that opens one action on one
// type, for changes whose effect must show.
const (
	root      = "root"
	adminRole = "admin"
	claimRole = "claimers"
	claimType = "type_0"
	claim     = "claim"
)

func generate(s shape, seed uint64) *world {
	w := &world{shape: s, policies: map[string]access.Policy{}, people: map[string]map[string]*access.Person{}}
	r := rand.New(rand.NewPCG(seed, uint64(s.tenants)))
	w.teams, w.regions = teams(), regions()
	for i := range s.tenants {
		name := fmt.Sprintf("tenant-%d", i)
		w.names = append(w.names, name)
		w.people[name] = s.staff(r)
		w.policies[name] = access.Policy{Tenant: name, Revision: 1, Rows: s.rows(r, name)}
	}
	for i := range questionsAsked {
		w.questions = append(w.questions, w.question(r, int64(i)))
	}
	return w
}

const (
	teamCount = 8
	countries = 4
	cities    = 4 // in each country
)

func teams() *orgtree.Tree {
	var nodes []orgtree.Node
	for i := range teamCount {
		nodes = append(nodes, orgtree.Node{ID: fmt.Sprintf("team-%d", i)})
	}
	return must(orgtree.New(nodes...))
}

func regions() *orgtree.Tree {
	nodes := []orgtree.Node{{ID: "world"}}
	for i := range countries {
		country := fmt.Sprintf("country-%d", i)
		nodes = append(nodes, orgtree.Node{ID: country, Parent: "world"})
		for j := range cities {
			nodes = append(nodes, orgtree.Node{ID: fmt.Sprintf("city-%d-%d", i, j), Parent: country})
		}
	}
	return must(orgtree.New(nodes...))
}

// staff are a tenant's people: each of one or two teams and one country.
func (s shape) staff(r *rand.Rand) map[string]*access.Person {
	out := map[string]*access.Person{root: {ID: root}}
	for i := range s.users {
		p := &access.Person{ID: user(i), Teams: []string{fmt.Sprintf("team-%d", r.IntN(teamCount))}, Regions: []string{fmt.Sprintf("country-%d", r.IntN(countries))}}
		if other := fmt.Sprintf("team-%d", r.IntN(teamCount)); r.IntN(2) == 0 && other != p.Teams[0] {
			p.Teams = append(p.Teams, other)
		}
		out[p.ID] = p
	}
	return out
}

func user(i int) string { return fmt.Sprintf("user-%d", i) }
func role(i int) string { return fmt.Sprintf("role-%d", i) }

// rows are one tenant's: every fifth rule a deny, the roles of the first half inheriting one of the second each, and as
// many combinations of roles as the shape says.
func (s shape) rows(r *rand.Rand, tenant string) access.Rows {
	out := access.Rows{Definitions: definitions(tenant)}
	seen := map[access.Rule]bool{}
	for len(out.Rules) < s.rules {
		f := forms[r.IntN(allows)]
		if len(out.Rules)%5 == 4 {
			f = forms[allows+r.IntN(len(forms)-allows)]
		}
		rule := access.Rule{
			Role: role(r.IntN(s.roles)), Tenant: tenant, Type: fmt.Sprintf("type_%d", r.IntN(s.types)),
			Action: fmt.Sprintf("act_%d", r.IntN(s.actions)), When: f.when, Effect: f.effect,
		}
		if !seen[rule] {
			seen[rule] = true
			out.Rules = append(out.Rules, rule)
		}
	}
	out.Rules = append(out.Rules,
		access.Rule{Role: adminRole, Tenant: tenant, Type: access.PolicyType, Action: "administer", When: "always", Effect: access.Allow},
		access.Rule{Role: claimRole, Tenant: tenant, Type: claimType, Action: claim, When: "global", Effect: access.Allow})
	for i := range s.roles / 2 {
		out.Inherits = append(out.Inherits, access.Inheritance{Role: role(i), Inherits: role(s.roles/2 + i), Tenant: tenant})
	}
	sets := s.combinations(r)
	for i := range s.users {
		for _, n := range sets[i%len(sets)] {
			out.Assignments = append(out.Assignments, access.Assignment{Subject: user(i), Role: role(n), Tenant: tenant})
		}
	}
	out.Assignments = append(out.Assignments, access.Assignment{Subject: root, Role: adminRole, Tenant: tenant})
	return out
}

// combinations are distinct sets of one or two roles.
func (s shape) combinations(r *rand.Rand) [][]int {
	var out [][]int
	seen := map[string]bool{}
	for tries := 0; len(out) < s.sets; tries++ {
		set := []int{r.IntN(s.roles)}
		if more := r.IntN(s.roles); more != set[0] {
			set = append(set, more)
		}
		slices.Sort(set)
		// What is inherited must differ too, or two combinations come to one role set.
		if slices.ContainsFunc(set, func(x int) bool { return slices.Contains(set, x+s.roles/2) && x < s.roles/2 }) {
			continue
		}
		if key := fmt.Sprint(set); !seen[key] {
			seen[key] = true
			out = append(out, set)
		}
		if tries > 100_000 {
			panic(fmt.Sprintf("bench: %d roles make fewer than %d combinations", s.roles, s.sets))
		}
	}
	return out
}

// question asks about something that a rule of the subject's own roles speaks of, so that there is work to do.
func (w *world) question(r *rand.Rand, id int64) question {
	tenant := w.names[r.IntN(len(w.names))]
	rows := w.policies[tenant].Rows
	who := user(r.IntN(w.users))
	roles := rolesOf(rows, who)
	rule := rows.Rules[r.IntN(w.rules)]
	for !roles[rule.Role] {
		rule = rows.Rules[r.IntN(w.rules)]
	}
	p := w.people[tenant][who]
	c := &customer{
		ID: id, TenantID: tenant, OwnerID: user(r.IntN(w.users)), TeamID: fmt.Sprintf("team-%d", r.IntN(teamCount)),
		RegionID: fmt.Sprintf("city-%d-%d", r.IntN(countries), r.IntN(cities)), Name: "Acme", Phone: "13812345678", Amount: 100,
	}
	if r.IntN(3) == 0 {
		c.OwnerID = who
	}
	if r.IntN(3) == 0 {
		c.TeamID = p.Teams[0]
	}
	if r.IntN(2) == 0 {
		c.RegionID = fmt.Sprintf("city-%s-%d", strings.TrimPrefix(p.Regions[0], "country-"), r.IntN(cities))
	}
	q := question{tenant: tenant, who: who, typ: rule.Type, action: rule.Action, customer: c, record: scope.Of(c)}
	if n := r.IntN(10); n < 6 {
		q.addr = inOffice
	} else if n < 9 {
		q.addr = outside
	}
	return q
}

func must[T any](x T, err error) T {
	if err != nil {
		panic("bench: " + err.Error())
	}
	return x
}
