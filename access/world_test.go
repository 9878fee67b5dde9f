package access_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// customer is the record of the random worlds. Pointers may be NULL.
type customer struct {
	ID        int64
	TenantID  string
	OwnerID   *string
	TeamID    *int64
	RegionID  *string
	CreatedBy *string
	Stage     *string
}

func customerType(name string) access.Type {
	return access.Type{
		Name: name, Model: customer{},
		Schema: scope.Schema{
			Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id", Creator: "created_by",
			Relations: []scope.Relation{{
				Name: "tickets", Table: "tickets", Local: "id", Foreign: "customer_id", Tenant: "tenant_id",
				Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "open", Kind: scope.KindBool}},
			}},
		},
		Actions: []access.Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}, {Name: "export"}},
	}
}

// world is a random tenant, with everything in it written down twice: as rows for the library, and as plain data from
// which truth finds the value of a name by brute force.
type world struct {
	rng     *rand.Rand
	rows    access.Rows
	shared  access.Rows
	org     access.Organisation
	people  map[string]access.Person
	teamUp  map[string]string // parent by team
	zoneUp  map[string]string // parent by region
	now     time.Time
	records []record
}

type record struct {
	customer
	tickets []map[string]any // nil slice: none
}

func (r record) view() scope.Record {
	rows := make([]scope.Record, len(r.tickets))
	for i, t := range r.tickets {
		rows[i] = scope.FromMap(t)
	}
	c := r.customer
	return scope.Of(&c).With("tickets", rows...)
}

var worldNames = []string{"own", "team", "team_tree", "region", "global", "reports", "unowned", "created", "always", "open_stage", "has_ticket", "has_open_ticket",
	"office", "head_office", "near", "mfa", "approved", "mixed", "limit"}

var worldActions = []string{"view", "create", "edit", "delete", "export"}

func newWorld(seed uint64) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 7)), people: map[string]access.Person{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w.now = w.now.Add(time.Duration(w.rng.IntN(48*3600)) * time.Second)
	w.makeOrg()
	w.makePolicy()
	for i := range 8 {
		w.records = append(w.records, w.record(int64(i+1)))
	}
	return w
}

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// superiors are those of the people in random worlds; Bob's has left.
var superiors = map[string]string{"ann": "", "gone": "ann", "bob": "gone", "42": "bob"}

func (w *world) makeOrg() {
	tree := func(prefix string, n int) (map[string]string, *orgtree.Tree) {
		up, nodes := map[string]string{}, []orgtree.Node{}
		for i := range n {
			id, parent := fmt.Sprintf("%s%d", prefix, i+1), ""
			if i > 0 && w.rng.IntN(4) > 0 {
				parent = fmt.Sprintf("%s%d", prefix, w.rng.IntN(i)+1)
			}
			up[id] = parent
			nodes = append(nodes, orgtree.Node{ID: id, Parent: parent})
		}
		t, err := orgtree.New(nodes...)
		if err != nil {
			panic(err)
		}
		return up, t
	}
	w.teamUp, w.org.Teams = tree("1", 5) // ids that are prefixes of one another: 1, 11, 12 …
	w.zoneUp, w.org.Regions = tree("z", 4)
	for _, id := range []string{"ann", "bob", "Ann", "42", "gone"} {
		p := access.Person{ID: id, Inactive: id == "gone", Superior: superiors[id], Attrs: map[string][]string{}}
		for _, t := range slices.Sorted(maps.Keys(w.teamUp)) {
			if w.rng.IntN(4) == 0 {
				p.Teams = append(p.Teams, t)
			}
		}
		if w.rng.IntN(2) == 0 {
			p.Regions = []string{pick(w.rng, "z1", "z2", "z3")}
		}
		if w.rng.IntN(2) == 0 {
			p.Attrs["stage"] = []string{pick(w.rng, "open", "won")}
		}
		slices.Sort(p.Teams)
		w.people[id] = p
		w.org.People = append(w.org.People, p)
	}
}

func (w *world) makePolicy() {
	roles := []string{"a", "b", "c", "d", "ann"}
	for i, r := range roles {
		for _, lower := range roles[i+1:] {
			if w.rng.IntN(4) == 0 {
				w.rows.Inherits = append(w.rows.Inherits, access.Inheritance{Role: r, Inherits: lower, Tenant: "acme"})
			}
		}
	}
	for _, id := range w.subjects() {
		if w.rng.IntN(8) > 0 {
			w.rows.Assignments = append(w.rows.Assignments, access.Assignment{Subject: id, Role: pick(w.rng, roles...), Tenant: "acme"})
		}
		if w.rng.IntN(2) == 0 {
			from := w.now.Add(time.Duration(w.rng.IntN(5)-3) * time.Hour)
			w.rows.Grants = append(w.rows.Grants, access.Grant{Subject: id, Role: pick(w.rng, roles...), Tenant: "acme", From: from, Until: from.Add(2 * time.Hour)})
		}
	}
	w.rows.Definitions = definitions("acme")
	for range 10 + w.rng.IntN(40) {
		r := access.Rule{
			Role: pick(w.rng, roles...), Tenant: "acme", Type: pick(w.rng, "customer", "customer", "deal", "*"),
			Action: pick(w.rng, append(worldActions, "view", "view", "*")...), When: w.when(w.rng.IntN(3)).String(), Effect: access.Allow,
		}
		if w.rng.IntN(12) == 0 {
			r.Effect = access.Deny
		}
		if len(r.When) > access.MaxID || slices.Contains(w.rows.Rules, r) {
			continue
		}
		if w.rng.IntN(6) == 0 && !usesDefinitions(r.When) {
			r.Tenant = access.Shared
			if !slices.Contains(w.shared.Rules, r) {
				w.shared.Rules = append(w.shared.Rules, r)
			}
			continue
		}
		w.rows.Rules = append(w.rows.Rules, r)
	}
}

// subjects are the ids of the people, always in the same order, so that a seed makes the same world again.
func (w *world) subjects() []string { return slices.Sorted(maps.Keys(w.people)) }

func usesDefinitions(text string) bool {
	e, err := when.Parse(text)
	if err != nil {
		return true
	}
	uses := false
	e.Names(func(n when.Name) { _, stock := scope.Stock()[n.Name]; uses = uses || !stock && n.Pin != "action" })
	return uses
}

func definitions(tenant string) []access.Definition {
	return []access.Definition{
		{Name: "open_stage", Tenant: tenant, Scope: &scope.Criterion{Attr: "stage", Op: "eq", Values: []string{"open"}}},
		{Name: "has_ticket", Tenant: tenant, Scope: &scope.Criterion{Has: "tickets"}},
		{Name: "has_open_ticket", Tenant: tenant, Scope: &scope.Criterion{Has: "tickets", Where: &scope.Criterion{Attr: "open", Op: "eq", Values: []string{"true"}}}},
		{Name: "limit", Tenant: tenant, Scope: &scope.Criterion{Attr: "stage", Op: "eq", Subject: "stage"}},
		{Name: "office", Tenant: tenant, Condition: &condition.Spec{Daily: &condition.Daily{Zone: "Asia/Shanghai", From: "08:00", To: "18:00"}}},
		{Name: "head_office", Tenant: tenant, Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{"10.1.0.0/16"}}}},
		{Name: "near", Tenant: tenant, Condition: &condition.Spec{Circle: &condition.Circle{Lat: 31, Lon: 121, RadiusM: 10_000}}},
		{Name: "mfa", Tenant: tenant, Condition: &condition.Spec{Assurance: &condition.Assurance{Level: 2}}},
		{Name: "mixed", Tenant: tenant, Expr: "own || team && !office"},
	}
}

// when is a random expression.
func (w *world) when(depth int) when.Expr {
	for {
		e, err := when.Parse(w.text(depth))
		if err == nil && len(e.String()) <= access.MaxID {
			return e
		}
	}
}

func (w *world) text(depth int) string {
	if depth == 0 || w.rng.IntN(4) == 0 {
		if w.rng.IntN(12) == 0 {
			return "action." + pick(w.rng, worldActions...)
		}
		name := pick(w.rng, append(worldNames, "own", "team", "team_tree", "region", "global")...)
		if isCondition(name) || name == "approved" || w.rng.IntN(5) > 0 {
			return name
		}
		return pick(w.rng, "old.", "new.") + name
	}
	switch w.rng.IntN(5) {
	case 0:
		return "!(" + w.text(depth-1) + ")"
	case 1, 2:
		return "(" + w.text(depth-1) + ") && (" + w.text(depth-1) + ")"
	}
	return "(" + w.text(depth-1) + ") || (" + w.text(depth-1) + ")"
}

func isCondition(name string) bool {
	return slices.Contains([]string{"office", "head_office", "near", "mfa"}, name)
}

func (w *world) record(id int64) record {
	maybe := func(of ...string) *string {
		if w.rng.IntN(5) == 0 {
			return nil
		}
		s := pick(w.rng, of...)
		return &s
	}
	r := record{customer: customer{ID: id, TenantID: "acme", OwnerID: maybe("ann", "bob", "Ann", "", "42"), RegionID: maybe("z1", "z2", "z3", "z4", "nowhere"),
		CreatedBy: maybe("ann", "bob"), Stage: maybe("open", "won")}}
	if w.rng.IntN(5) > 0 {
		n := pick(w.rng, int64(11), 12, 13, 14, 15, 1, 111)
		r.TeamID = &n
	}
	for range w.rng.IntN(3) {
		r.tickets = append(r.tickets, map[string]any{"tenant_id": pick(w.rng, "acme", "acme", "globex"), "open": pick[any](w.rng, true, false, nil)})
	}
	return r
}

func (w *world) env() condition.Env {
	e := condition.Env{Time: w.now}
	switch w.rng.IntN(3) {
	case 0:
		e.Addr = netip.MustParseAddr("10.1.2.3")
	case 1:
		e.Addr = netip.MustParseAddr("::ffff:192.168.0.1")
	}
	switch w.rng.IntN(4) {
	case 0:
		e.Place = &condition.Place{Lat: 31, Lon: 121.01}
	case 1:
		e.Place = &condition.Place{Lat: 32, Lon: 121}
	case 2:
		e.Place = &condition.Place{Lat: 31.09, Lon: 121, AccuracyM: 5000}
	}
	if w.rng.IntN(3) > 0 {
		e.SignIn = &condition.SignIn{Level: w.rng.IntN(3) + 1, At: w.now}
	}
	return e
}

// truth is the value of a name, found without the library: -1, 0 or 1.
func (w *world) truth(name, subject string, r *record, env condition.Env) int8 {
	is := func(b bool) int8 {
		if b {
			return 1
		}
		return -1
	}
	switch name {
	case "office":
		hour := env.Time.UTC().Add(8 * time.Hour).Hour()
		return is(hour >= 8 && hour < 18)
	case "head_office":
		if !env.Addr.IsValid() {
			return 0
		}
		b := env.Addr.Unmap().As4()
		return is(b[0] == 10 && b[1] == 1)
	case "near":
		if env.Place == nil {
			return 0
		}
		north, east := (env.Place.Lat-31)*111_195, (env.Place.Lon-121)*111_195*math.Cos(31*math.Pi/180)
		d := math.Hypot(north, east)
		switch {
		case d+env.Place.AccuracyM <= 10_000:
			return 1
		case d-env.Place.AccuracyM > 10_000:
			return -1
		}
		return 0
	case "mfa":
		if env.SignIn == nil {
			return 0
		}
		return is(env.SignIn.Level >= 2)
	case "approved":
		return 0
	}
	if r == nil {
		return 0
	}
	p := w.people[subject]
	own := is(r.OwnerID != nil && *r.OwnerID == subject)
	inTeam := func(test func(string) bool) int8 {
		if r.TeamID == nil {
			return 0
		}
		return is(test(fmt.Sprint(*r.TeamID)))
	}
	team := int8(-1)
	if len(p.Teams) > 0 {
		team = inTeam(func(t string) bool { return slices.Contains(p.Teams, t) })
	}
	switch name {
	case "own":
		return own
	case "team":
		return max(own, team)
	case "team_tree":
		if len(p.Teams) == 0 {
			return own
		}
		return max(own, inTeam(func(t string) bool { return climbs(w.teamUp, t, p.Teams) }))
	case "region":
		in := int8(-1)
		if len(p.Regions) > 0 && r.RegionID == nil {
			in = 0
		} else if len(p.Regions) > 0 {
			in = is(climbs(w.zoneUp, *r.RegionID, p.Regions))
		}
		return max(own, team, in)
	case "global", "always":
		return 1
	case "reports":
		return is(r.OwnerID != nil && climbs(superiors, superiors[*r.OwnerID], []string{subject}))
	case "unowned":
		return is(r.OwnerID == nil || *r.OwnerID == "")
	case "created":
		return is(r.CreatedBy != nil && *r.CreatedBy == subject)
	case "open_stage":
		if r.Stage == nil {
			return 0
		}
		return is(*r.Stage == "open")
	case "limit":
		if r.Stage == nil || len(p.Attrs["stage"]) == 0 {
			return 0
		}
		return is(*r.Stage == p.Attrs["stage"][0])
	case "has_ticket", "has_open_ticket":
		found := int8(-1)
		for _, t := range r.tickets {
			if t["tenant_id"] != "acme" {
				continue
			}
			switch {
			case name == "has_ticket" || t["open"] == true:
				found = 1
			case t["open"] == nil:
				found = max(found, 0)
			}
		}
		return found
	}
	panic("no such name: " + name)
}

func climbs(up map[string]string, from string, to []string) bool {
	if _, known := up[from]; !known {
		return false
	}
	for n := from; n != ""; n = up[n] {
		if slices.Contains(to, n) {
			return true
		}
	}
	return false
}
