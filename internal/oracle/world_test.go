package oracle

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// world is what there is at one moment, in plain data: two tenants, their people, the rows that should stand.
type world struct {
	rng  *rand.Rand
	seed uint64
	now  time.Time
	seen time.Time // the latest that any decision was made at, if the clock was set back since
	orgs map[string]organisation
	rows map[string]access.Rows // by tenant; access.Shared has those of all
}

type organisation struct {
	People           map[string]access.Person
	TeamUp, RegionUp map[string]string // parent by id
	Unlisted         bool              // there is no directory: who holds a role is known
}

const root = "root" // changes policy

var (
	tenants  = []string{"acme", "globex"}
	subjects = []string{"ann", "bob", "Ann", "42", "7", "042", "gone", "sue"} // sue is suspended, gone has left
	roles    = []string{"a", "b", "c", "d", "e", "f", "ann"}
)

func newWorld(seed uint64) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 11)), seed: seed, orgs: map[string]organisation{}, rows: map[string]access.Rows{}}
	w.now = time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.rng.IntN(4*24*60)) * time.Minute)
	unlisted := w.chance(4)
	w.rows[access.Shared] = w.sharedPolicy()
	for _, t := range tenants {
		w.orgs[t] = w.organisation(unlisted)
		w.rows[t] = w.policy(t)
	}
	return w
}

func (w *world) chance(in int) bool { return w.rng.IntN(in) == 0 }

func pick[T any](w *world, of ...T) T { return of[w.rng.IntN(len(of))] }

func (w *world) model(tenant string) model {
	return model{joined(w.rows[tenant], w.rows[access.Shared]), w.orgs[tenant], w.seen}
}

func (w *world) organisation(unlisted bool) organisation {
	o := organisation{People: map[string]access.Person{}, Unlisted: unlisted}
	if unlisted {
		return o
	}
	o.TeamUp = w.tree("1", "11", "12", "13", "111") // ids that begin like one another
	o.RegionUp = w.tree("z", "z1", "z2", "z11")
	up := w.ranks(append([]string{root}, subjects...))
	for _, id := range append([]string{root}, subjects...) {
		p := access.Person{ID: id, Inactive: id == "gone", Superior: up[id], Attrs: map[string][]string{}}
		for _, team := range sorted(o.TeamUp) {
			if w.chance(3) {
				p.Teams = append(p.Teams, team)
			}
		}
		for _, region := range sorted(o.RegionUp) {
			if w.chance(3) {
				p.Regions = append(p.Regions, region)
			}
		}
		if !w.chance(4) {
			p.Attrs["stages"] = []string{pick(w, stages...), pick(w, stages...)}[:1+w.rng.IntN(2)]
		}
		o.People[id] = p
	}
	return o
}

func (w *world) tree(ids ...string) map[string]string {
	up := map[string]string{}
	for i, id := range ids {
		up[id] = ""
		if i > 0 && !w.chance(4) {
			up[id] = ids[w.rng.IntN(i)]
		}
	}
	return up
}

// ranks are superiors by person: long lines, so that somebody often reports to somebody.
func (w *world) ranks(ids []string) map[string]string {
	up := map[string]string{}
	w.rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for i, id := range ids {
		if i > 0 && !w.chance(8) {
			up[id] = ids[i-1-w.rng.IntN(min(i, 2))]
		}
	}
	return up
}

// listed is the organisation as a directory tells it.
func (o organisation) listed() (access.Organisation, error) {
	out := access.Organisation{}
	for _, id := range sorted(o.People) {
		out.People = append(out.People, o.People[id])
	}
	var err error
	if out.Teams, err = orgtree.New(nodes(o.TeamUp)...); err != nil {
		return out, err
	}
	out.Regions, err = orgtree.New(nodes(o.RegionUp)...)
	return out, err
}

func nodes(up map[string]string) []orgtree.Node {
	var out []orgtree.Node
	for _, id := range sorted(up) {
		out = append(out, orgtree.Node{ID: id, Parent: up[id]})
	}
	return out
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var stages = []string{"open", "won", "lost"}

func (w *world) record(tenant string, typ string) *record {
	r := &record{ID: int64(1 + w.rng.IntN(30)), Tenant: tenant, Blank: w.chance(2)}
	if w.chance(15) {
		r.Tenant = pick(w, tenants...)
	}
	someone := func() string {
		switch {
		case w.chance(4):
			return ""
		case typ == "deal":
			return pick(w, "42", "42", "7")
		}
		return pick(w, "ann", "bob", "Ann", "42", "7", "sue", "elsewhere")
	}
	r.Owners, r.Creator = []string{someone()}, someone()
	if typ == "deal" {
		r.Owners = []string{someone(), someone()}
	}
	r.Team, r.Region = maybe(w, "1", "11", "12", "13", "111", "2"), maybe(w, "z", "z1", "z2", "z11", "elsewhere")
	r.Stage, r.Amount = maybe(w, stages...), maybe[int64](w, 1, 5, 9)
	for range w.rng.IntN(3) {
		r.Tickets = append(r.Tickets, ticket{pick(w, tenant, tenant, pick(w, tenants...)), pick(w, yes, no, unknown)})
	}
	return r
}

func maybe[T any](w *world, of ...T) *T {
	if w.chance(6) {
		return nil
	}
	x := pick(w, of...)
	return &x
}

// env draws circumstances at the world's time.
func (w *world) env() condition.Env {
	e := condition.Env{Time: w.now}
	switch w.rng.IntN(4) {
	case 0, 1:
		e.Addr = netip.MustParseAddr(pick(w, "10.1.2.3", "10.2.0.1", "::ffff:10.1.9.9", "2001:db8::1"))
	case 2:
		e.Addr = netip.MustParseAddr("192.0.2.9")
	}
	if !w.chance(4) {
		e.Place = &condition.Place{Lat: 31, Lon: 121 + 0.02*float64(w.rng.IntN(12)), AccuracyM: pick(w, 0, 50, 6000.0)}
	}
	if !w.chance(4) {
		e.SignIn = &condition.SignIn{Level: 1 + w.rng.IntN(3), At: w.now.Add(-time.Duration(w.rng.IntN(120)) * time.Minute)}
	}
	return e
}

// asks are questions about one subject, action and type: several records, or writes of them.
func (w *world) asks(n int) []question {
	q := question{Tenant: pick(w, tenants...), Subject: pick(w, subjects[:6]...), Action: pick(w, actions...), Type: pick(w, "customer", "customer", "deal", "deal", "payroll"), Env: w.env(), Clock: w.chance(2)}
	if w.chance(12) {
		q.Subject = pick(w, "gone", "sue", "nobody")
	}
	if w.chance(12) {
		q.Actor = pick(w, append([]string{root, "gone", "sue", q.Subject}, subjects[:6]...)...)
	}
	out := make([]question, n)
	for i := range out {
		out[i] = q
		r := w.record(q.Tenant, q.Type)
		if q.Action == "create" {
			out[i].New = r
			continue
		}
		out[i].Old = r
		if (q.Action == "edit" || q.Action == "claim") && !w.chance(3) {
			out[i].New = w.written(r, q.Type)
		}
	}
	return out
}

// written is the record after a write: some of it is new.
func (w *world) written(r *record, typ string) *record {
	next, drawn := *r, w.record(r.Tenant, typ)
	next.Tenant, next.Tickets = r.Tenant, r.Tickets
	if w.chance(20) {
		next.Tenant = pick(w, tenants...)
	}
	if w.chance(2) {
		next.Owners = drawn.Owners
	}
	if w.chance(2) {
		next.Team, next.Region = drawn.Team, drawn.Region
	}
	if w.chance(2) {
		next.Stage, next.Amount = drawn.Stage, drawn.Amount
	}
	return &next
}

func (w *world) String() string { return fmt.Sprintf("seed %d", w.seed) }
