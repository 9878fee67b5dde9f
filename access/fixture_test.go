package access_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/stretchr/testify/require"
)

// noon is noon of a Monday in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// deal is a record with a few fields worth protecting.
type deal struct {
	ID       int64
	TenantID string
	OwnerID  string
	TeamID   string
	RegionID string
	Stage    string
	Phone    string
	Amount   int64
}

func dealType() access.Type {
	return access.Type{
		Name: "deal", Model: deal{},
		Schema:  scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Region: "region_id"},
		Actions: []access.Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}, {Name: "export"}, {Name: "claim"}, {Name: "transfer"}},
	}
}

var officeHours = access.Definition{Name: "office_hours", Condition: &condition.Spec{Daily: &condition.Daily{Zone: "Asia/Shanghai", From: "08:00", To: "18:00"}}}

// people are ann and bob of one team, max of another, eve who left.
func people(t *testing.T) *access.MemoryDirectory {
	teams, err := orgtree.New(orgtree.Node{ID: "t1"}, orgtree.Node{ID: "t2", Parent: "t1"})
	require.NoError(t, err)
	regions, err := orgtree.New(orgtree.Node{ID: "east"})
	require.NoError(t, err)
	d := access.NewMemoryDirectory()
	o := access.Organisation{Teams: teams, Regions: regions, People: []access.Person{
		{ID: "ann", Teams: []string{"t1"}}, {ID: "bob", Teams: []string{"t1"}}, {ID: "max", Teams: []string{"t2"}, Regions: []string{"east"}},
		{ID: "eve", Inactive: true}, {ID: "root"},
	}}
	d.Set("acme", o)
	d.Set("globex", o)
	return d
}

type option func(*access.Config)

// acme is an Authorizer over policy text of the tenant acme.
func acme(t *testing.T, policy string, opts ...option) *access.Authorizer {
	t.Helper()
	rows, err := access.ParseRows(policy)
	require.NoError(t, err)
	rows.Definitions = []access.Definition{officeHours}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	return over(t, store, opts...)
}

func over(t *testing.T, store access.Store, opts ...option) *access.Authorizer {
	t.Helper()
	cfg := access.Config{
		Catalog: access.Catalog{Types: []access.Type{dealType()}}, Directory: people(t), Now: func() time.Time { return noon },
		CrossCheck: 1, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	for _, o := range opts {
		o(&cfg)
	}
	a, err := access.New(context.Background(), store, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func request(who, action string, r access.Resource) access.Request {
	r.Type = "deal"
	return access.Request{Subject: access.Subject{ID: who, Tenant: "acme"}, Action: action, Resource: r}
}

func decide(t *testing.T, a *access.Authorizer, who, action string, r access.Resource) access.Decision {
	t.Helper()
	d, err := a.Authorize(context.Background(), request(who, action, r))
	require.NoError(t, err)
	return d
}

func of(d deal) access.Resource { return access.Resource{Record: scope.Of(&d)} }

func move(from, to deal) access.Resource {
	return access.Resource{Record: scope.Of(&from), New: scope.Of(&to)}
}

func codes(d access.Decision) []access.ReasonCode {
	var out []access.ReasonCode
	for _, r := range d.Reasons() {
		out = append(out, r.Code)
	}
	return out
}

var annsDeal = deal{ID: 7, TenantID: "acme", OwnerID: "ann", TeamID: "t1", RegionID: "east", Stage: "open", Phone: "13812345678", Amount: 100}
