package accesscasbin_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

var ctx = context.Background()

// noon is noon of a Monday in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type deal struct {
	ID       int64
	TenantID string
	OwnerID  *string
	TeamID   *string
	Stage    string
}

func catalog() access.Catalog {
	actions := []access.Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}, {Name: "export"}}
	schema := scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id"}
	return access.Catalog{Types: []access.Type{
		{Name: "deal", Model: deal{}, Schema: schema, Actions: actions},
		{Name: "lead", Model: deal{}, Schema: schema, Actions: actions},
	}}
}

var defs = []access.Definition{
	{Name: "office", Condition: &condition.Spec{Daily: &condition.Daily{Zone: "Asia/Shanghai", From: "08:00", To: "18:00"}}},
	{Name: "head_office", Condition: &condition.Spec{Network: &condition.Network{CIDRs: []string{"10.1.0.0/16"}}}},
	{Name: "open_stage", Scope: &scope.Criterion{Attr: "stage", Op: "eq", Values: []string{"open"}}},
	{Name: "mixed", Expr: "own || team && !office"},
}

// world is a random policy of acme with requests about it.
type world struct {
	*rand.Rand
	rows, shared access.Rows
}

var subjects = []string{"ann", "bob", "Ann", "r:a", "42"}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func newWorld(seed uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 1))}
	roles := []string{"a", "b", "c", "ann"}
	for i, r := range roles {
		for _, lower := range roles[i+1:] {
			if w.IntN(3) == 0 {
				w.rows.Inherits = append(w.rows.Inherits, access.Inheritance{Role: r, Inherits: lower, Tenant: "acme"})
			}
		}
	}
	for _, id := range subjects {
		if w.IntN(4) > 0 {
			w.rows.Assignments = append(w.rows.Assignments, access.Assignment{Subject: id, Role: pick(w.Rand, roles...), Tenant: "acme"})
		}
		for range w.IntN(3) { // begins or ends now, an hour off, or is the role held anyway
			from := noon.Add(time.Duration(w.IntN(5)-3) * time.Hour)
			w.rows.Grants = append(w.rows.Grants, access.Grant{Subject: id, Role: pick(w.Rand, roles...), Tenant: "acme",
				From: from, Until: from.Add(time.Duration(1+w.IntN(3)) * time.Hour), Purpose: fmt.Sprint(len(w.rows.Grants))})
		}
		if w.IntN(8) == 0 {
			w.rows.Suspensions = append(w.rows.Suspensions, access.Suspension{Subject: id, Tenant: "acme"})
		}
	}
	for _, d := range defs {
		d.Tenant = "acme"
		w.rows.Definitions = append(w.rows.Definitions, d)
	}
	for range 8 + w.IntN(20) {
		r := access.Rule{Role: pick(w.Rand, roles...), Tenant: "acme", Type: pick(w.Rand, "deal", "lead", "*"),
			Action: pick(w.Rand, "view", "create", "edit", "delete", "export", "*", "*"), When: canonical(w.when(2)), Effect: access.Allow}
		if w.IntN(8) == 0 {
			r.Effect = access.Deny
		}
		into := &w.rows
		if w.IntN(5) == 0 && !slices.ContainsFunc(defs, func(d access.Definition) bool { return strings.Contains(r.When, d.Name) }) {
			r.Tenant, into = access.Shared, &w.shared
		}
		if len(r.When) <= access.MaxID && !slices.Contains(into.Rules, r) {
			into.Rules = append(into.Rules, r)
		}
	}
	w.shared.Fields = []access.FieldRule{{Role: "a", Tenant: access.Shared, Type: "deal", Field: "*", When: "always", Level: "edit"}}
	return w
}

func canonical(text string) string {
	e, err := when.Parse(text)
	if err != nil {
		panic(err)
	}
	return e.String()
}

func (w *world) when(depth int) string {
	if depth == 0 || w.IntN(3) == 0 {
		return pick(w.Rand, "own", "team", "global", "always", "unowned", "own", "team", "old.own", "new.own", "old.team", "action.view",
			"office", "head_office", "open_stage", "mixed")
	}
	switch w.IntN(4) {
	case 0:
		return "!(" + w.when(depth-1) + ")"
	case 1:
		return "(" + w.when(depth-1) + ") && (" + w.when(depth-1) + ")"
	}
	return "(" + w.when(depth-1) + ") || (" + w.when(depth-1) + ")"
}

func (w *world) record() scope.Record {
	maybe := func(of ...string) *string {
		if w.IntN(5) == 0 {
			return nil
		}
		s := pick(w.Rand, of...)
		return &s
	}
	return scope.Of(&deal{ID: 1, TenantID: pick(w.Rand, append(slices.Repeat([]string{"acme"}, 15), "globex")...),
		OwnerID: maybe("ann", "bob", "Ann", ""), TeamID: maybe("t1", "t2"), Stage: pick(w.Rand, "open", "won")})
}

// request is about a record: as it stands, to be made, or both.
func (w *world) request() access.Request {
	r := access.Request{Subject: access.Subject{ID: pick(w.Rand, slices.Concat(subjects, subjects, []string{"stranger"})...), Tenant: "acme"},
		Action: pick(w.Rand, "view", "create", "edit", "edit", "delete", "export"), Resource: access.Resource{Type: pick(w.Rand, "deal", "lead")}}
	if w.IntN(5) == 0 {
		r.Subject.Actor = pick(w.Rand, subjects...)
	}
	if w.IntN(2) == 0 {
		r.Env.Addr = netip.MustParseAddr(pick(w.Rand, "10.1.2.3", "192.0.2.1"))
	}
	if r.Action != "create" {
		r.Resource.Record = w.record()
	}
	if r.Action == "create" || r.Action == "edit" && w.IntN(2) == 0 {
		r.Resource.New = w.record()
	}
	return r
}

func (w *world) authorizer(t testing.TB, now func() time.Time) *access.Authorizer {
	t.Helper()
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
	require.NoError(t, err)
	return over(t, store, access.Config{Now: now, Directory: directory()})
}

func directory() access.Directory {
	d := access.NewMemoryDirectory()
	teams, err := orgtree.New(orgtree.Node{ID: "t0"}, orgtree.Node{ID: "t1"}, orgtree.Node{ID: "t2"})
	if err != nil {
		panic(err)
	}
	o := access.Organisation{Teams: teams}
	for i, id := range append(subjects, "admin") {
		o.People = append(o.People, access.Person{ID: id, Teams: []string{fmt.Sprint("t", i%3)}})
	}
	d.Set("acme", o)
	d.Set("globex", o)
	return d
}

// over is an Authorizer of deals and leads.
func over(t testing.TB, s access.Store, cfg access.Config) *access.Authorizer {
	t.Helper()
	cfg.Catalog, cfg.Logger = catalog(), slog.New(slog.NewTextHandler(io.Discard, nil))
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return noon }
	}
	a, err := access.New(ctx, s, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// policy is an Authorizer over policy text of acme, without a directory.
func policy(t testing.TB, text string) *access.Authorizer {
	t.Helper()
	rows, err := access.ParseRows(text)
	require.NoError(t, err)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	return over(t, store, access.Config{})
}

func text(s string) *string { return &s }

func view(who string, d deal) access.Request {
	return access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: "view",
		Resource: access.Resource{Type: "deal", Record: scope.Of(&d)}}
}

var annsDeal = deal{ID: 7, TenantID: "acme", OwnerID: text("ann"), TeamID: text("t1"), Stage: "open"}

func decide(t testing.TB, a *access.Authorizer, r access.Request) access.Decision {
	t.Helper()
	d, err := a.Authorize(ctx, r)
	require.NoError(t, err)
	return d
}
