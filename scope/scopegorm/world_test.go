package scopegorm_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

type Customer struct {
	ID        int64
	TenantID  string
	Name      string
	Phone     string
	Stage     string
	Visits    int64
	OwnerID   *int64
	TeamID    *int64
	Team      *Team
	Contacts  []Contact
	Notes     []Note
	Tags      []Tag `gorm:"many2many:customer_tags"`
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt gorm.DeletedAt
}

type Contact struct {
	ID         int64
	TenantID   string
	CustomerID int64
	Customer   *Customer
	OwnerID    int64
	Name       string
}

type Team struct {
	ID       int64
	TenantID string
	Name     string
}

type Ticket struct {
	ID         int64
	TenantID   string
	CustomerID int64
	Open       bool
}

// Note and Tag are open: everybody may read and write them.
type Note struct {
	ID         int64
	CustomerID int64
	Text       string
}

type Tag struct {
	ID   int64
	Name string
}

var tickets = scope.Relation{
	Name: "tickets", Table: "tickets", Local: "id", Foreign: "customer_id", Tenant: "tenant_id",
	Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "open", Kind: scope.KindBool}},
}

func catalog() access.Catalog {
	return access.Catalog{Types: []access.Type{
		{Name: "customer", Model: Customer{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id", Relations: []scope.Relation{tickets}},
			Actions: []access.Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}, {Name: "claim"}, {Name: "assign"}, {Name: "share"},
				{Name: "support", Kinds: access.ReadRows | access.UpdateRows | access.DeleteRows}}},
		{Name: "contact", Model: &Contact{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}},
		{Name: "team", Model: Team{}, Schema: scope.Schema{Tenant: "tenant_id"}},
		{Name: "ticket", Model: Ticket{}, Schema: scope.Schema{Tenant: "tenant_id"}},
	}}
}

const policy = `
p, r:rep, acme, customer, view, team, allow
p, r:rep, acme, customer, create, own, allow
p, r:rep, acme, customer, edit, team, allow
p, r:rep, acme, customer, delete, own, allow
p, r:rep, acme, customer, claim, old.unowned && new.own, allow
p, r:rep, acme, customer, share, team, allow
p, r:rep, acme, contact, *, own, allow
p, r:rep, acme, team, view, global, allow
p2, r:rep, acme, customer, *, always, edit
p2, r:rep, acme, customer, phone, own, edit
p2, r:rep, acme, customer, phone, team, read
p2, r:rep, acme, customer, visits, always, read
p2, r:rep, acme, contact, *, always, edit
p, r:support, acme, customer, support, has_ticket, allow
p2, r:support, acme, customer, *, always, edit
p, r:head, acme, *, *, global, allow
p, r:head, acme, customer, delete, global, allow
p2, r:head, acme, customer, *, always, edit
g, u:1, r:rep, acme
g, u:2, r:rep, acme
g, u:3, r:support, acme
g, u:9, r:head, acme
`

type world struct {
	t     testing.TB
	auth  *access.Authorizer
	db    *gorm.DB // guarded
	plain *gorm.DB // the same database without the guard
	audit *audit.Memory
}

func at(i int64) *int64 { return &i }

// newWorld has the customers
//
//	1 owner 1, team 7 · 2 owner 2, team 7 · 3 owner 2, team 8 · 4 no owner, no team · 5 as 1, but deleted · 6 as 1, of globex
//
// Subject 1 is in team 7, and so views 1 and 2.
func newWorld(t testing.TB, prepare bool) *world {
	pool, err := sql.Open(sqlite.DriverName, ":memory:")
	require.NoError(t, err)
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = pool.Close() })
	w := &world{t: t, audit: audit.NewMemory(1000)}
	w.plain = open(t, pool, false)
	require.NoError(t, w.plain.AutoMigrate(&Customer{}, &Contact{}, &Team{}, &Ticket{}, &Note{}, &Tag{}))
	require.NoError(t, w.plain.Omit("Tags").Create([]*Customer{
		{ID: 1, TenantID: "acme", Name: "Ada", Phone: "111", OwnerID: at(1), TeamID: at(7)},
		{ID: 2, TenantID: "acme", Name: "Bob", Phone: "222", OwnerID: at(2), TeamID: at(7)},
		{ID: 3, TenantID: "acme", Name: "Cid", Phone: "333", OwnerID: at(2), TeamID: at(8)},
		{ID: 4, TenantID: "acme", Name: "Dan", Phone: "444"},
		{ID: 5, TenantID: "acme", Name: "Eve", Phone: "555", OwnerID: at(1), TeamID: at(7), DeletedAt: gorm.DeletedAt{Time: time.Now(), Valid: true}},
		{ID: 6, TenantID: "globex", Name: "Fay", Phone: "666", OwnerID: at(1), TeamID: at(7)},
	}).Error)
	require.NoError(t, w.plain.Create([]Contact{
		{ID: 11, TenantID: "acme", CustomerID: 1, OwnerID: 1, Name: "a"}, {ID: 12, TenantID: "acme", CustomerID: 1, OwnerID: 2, Name: "b"},
		{ID: 13, TenantID: "acme", CustomerID: 3, OwnerID: 1, Name: "c"},
	}).Error)
	require.NoError(t, w.plain.Create([]Team{{ID: 7, TenantID: "acme", Name: "north"}, {ID: 8, TenantID: "acme", Name: "south"}}).Error)
	require.NoError(t, w.plain.Create([]Ticket{{ID: 21, TenantID: "acme", CustomerID: 3, Open: true}, {ID: 22, TenantID: "acme", CustomerID: 1}, {ID: 23, TenantID: "globex", CustomerID: 2, Open: true}}).Error)
	require.NoError(t, w.plain.Create([]Note{{ID: 31, CustomerID: 1, Text: "n"}, {ID: 32, CustomerID: 3, Text: "m"}}).Error)
	require.NoError(t, w.plain.Create([]Tag{{ID: 41, Name: "vip"}}).Error)
	require.NoError(t, w.plain.Exec("INSERT INTO customer_tags (customer_id, tag_id) VALUES (1, 41), (3, 41)").Error)

	loader, err := scopegorm.NewLoader(w.plain, catalog())
	require.NoError(t, err)
	w.auth = authorizer(t, policy, access.Config{Catalog: catalog(), Loader: loader, Audit: w.audit})
	w.db = open(t, pool, prepare)
	require.NoError(t, w.db.Use(scopegorm.New(w.auth, scopegorm.Options{Open: []any{&Note{}, Tag{}, "customer_tags"}})))
	return w
}

func authorizer(t testing.TB, policy string, cfg access.Config) *access.Authorizer {
	teams, err := orgtree.New(orgtree.Node{ID: "7"}, orgtree.Node{ID: "8"})
	require.NoError(t, err)
	people := access.NewMemoryDirectory()
	people.Set("acme", access.Organisation{Teams: teams, People: []access.Person{
		{ID: "1", Teams: []string{"7"}}, {ID: "2", Teams: []string{"7", "8"}}, {ID: "3"}, {ID: "9"},
	}})
	cfg.Directory = people
	a, err := access.MemoryAuthorizer(context.Background(), "acme", policy, []access.Definition{{Name: "has_ticket", Tenant: "acme",
		Scope: &scope.Criterion{Has: "tickets", Where: &scope.Criterion{Attr: "open", Op: "eq", Values: []string{"true"}}}}}, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func open(t testing.TB, pool *sql.DB, prepare bool) *gorm.DB {
	db, err := gorm.Open(sqlite.Dialector{Conn: pool}, &gorm.Config{PrepareStmt: prepare, Logger: logger.Discard})
	require.NoError(t, err)
	return db
}

func pool(t testing.TB, db *gorm.DB) *sql.DB {
	p, err := db.DB()
	require.NoError(t, err)
	return p
}

// may decides for a subject of acme on a type.
func (w *world) may(subject, action, typ string) access.Decision {
	d, err := w.auth.Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: subject, Tenant: "acme"}, Action: action, Resource: access.Resource{Type: typ}})
	require.NoError(w.t, err)
	return d
}

// as returns the guarded handle with the subject's decisions for actions on customers.
func (w *world) as(subject string, actions ...string) *gorm.DB {
	var ds []access.Decision
	for _, a := range actions {
		d := w.may(subject, a, "customer")
		require.True(w.t, d.Allowed(), a)
		ds = append(ds, d)
	}
	return scopegorm.Filter(w.db, ds...)
}

func ids(cs []Customer) []int64 {
	out := []int64{}
	for _, c := range cs {
		out = append(out, c.ID)
	}
	slices.Sort(out)
	return out
}

// eachMode runs a test without and with prepared statements.
func eachMode(t *testing.T, test func(t *testing.T, w *world)) {
	for name, prepare := range map[string]bool{"plain": false, "prepared": true} {
		t.Run(name, func(t *testing.T) { test(t, newWorld(t, prepare)) })
	}
}
