package scopesql_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
	"github.com/seed9b40ffc1/crmaccess/scope/scopesql"
)

// Deal is read by sqlx, by its db tags, and matched and masked by its access tags.
type Deal struct {
	ID       int64  `db:"id" access:"id"`
	TenantID string `db:"tenant_id" access:"tenant_id"`
	OwnerID  int64  `db:"owner_id" access:"owner_id"`
	TeamID   int64  `db:"team_id" access:"team_id"`
	Title    string `db:"title" access:"title"`
	Phone    string `db:"phone" access:"phone"`
	Made     int64  `db:"made" access:"made"`
}

func (Deal) TableName() string { return "deals" }

// shop is a host with six deals, of which 7 owns two, and his team has three.
func shop() (*access.Authorizer, *sqlx.DB) {
	db := sqlx.MustOpen("sqlite", ":memory:")
	db.SetMaxOpenConns(1)
	db.MustExec(`CREATE TABLE deals (id INTEGER PRIMARY KEY, tenant_id TEXT, owner_id INTEGER, team_id INTEGER, title TEXT, phone TEXT, made INTEGER NOT NULL)`)
	for _, d := range []Deal{
		{1, "acme", 7, 3, "roof", "13812345678", 10}, {2, "acme", 8, 3, "door", "13912345678", 20}, {3, "acme", 9, 4, "wall", "13712345678", 30},
		{4, "acme", 8, 3, "gate", "13612345678", 40}, {5, "acme", 7, 5, "lamp", "13512345678", 50}, {6, "globex", 7, 3, "sign", "13412345678", 60},
	} {
		_, err := db.NamedExec("INSERT INTO deals VALUES (:id, :tenant_id, :owner_id, :team_id, :title, :phone, :made)", d)
		check(err)
	}
	deals := access.Catalog{Types: []access.Type{{Name: "deal", Model: Deal{}, Schema: scope.Schema{
		Table: "deals", Key: []string{"id"}, Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id"}}}}
	teams, err := orgtree.New(orgtree.Node{ID: "3"})
	check(err)
	people := access.NewMemoryDirectory()
	people.Set("acme", access.Organisation{People: []access.Person{{ID: "7", Teams: []string{"3"}}}, Teams: teams})
	authz, err := access.MemoryAuthorizer(context.Background(), "acme", `
		p,  r:rep, acme, deal, view,  team,   allow
		p2, r:rep, acme, deal, *,     always, read
		p2, r:rep, acme, deal, phone, always, mask:phone
		g,  u:7,   r:rep, acme`, nil, access.Config{Catalog: deals, Directory: people})
	check(err)
	return authz, db
}

func ask(authz *access.Authorizer) access.Decision {
	dec, err := authz.Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal"}})
	check(err)
	return dec
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A statement of the host's own, with the rows of the decision.
func ExampleWhere() {
	authz, db := shop()
	where, args, err := scopesql.Where(ask(authz), scopesql.Place{Dialect: scope.SQLite, Table: "d"})
	check(err)
	var titles []string
	check(db.Select(&titles, "SELECT d.title FROM deals AS d WHERE "+where+" AND (d.made > 10 OR d.title = 'roof') ORDER BY d.id", args...))
	fmt.Println(titles)
	// Output: [roof door gate lamp]
}

// A list, newest first, two rows a page. What goes out is redacted, and committed as shown.
func ExamplePager_List() {
	ctx := context.Background()
	authz, db := shop()
	pager, err := scopesql.NewPager(scopesql.Config{Dialect: scope.SQLite, Keys: [][]byte{[]byte(strings.Repeat("secret! ", 4))}, Lifetime: time.Hour})
	check(err)
	dec := ask(authz)
	sql, args, err := pager.Count(dec, scope.All())
	check(err)
	var n int
	check(db.Get(&n, sql, args...))
	fmt.Println("of", n)

	after := "" // as the browser sends it
	for {
		query, err := pager.List(dec, scopesql.List{
			Columns: []string{"id", "title", "phone", "owner_id", "team_id", "tenant_id"}, Filter: scope.All(),
			Order: []scopesql.Order{{Attr: "made", Desc: true, NotNull: true}}, Size: 2, After: after})
		check(err)
		var rows []Deal
		check(db.SelectContext(ctx, &rows, query.SQL, query.Args...))
		page, err := scopesql.PageOf(query, rows)
		check(err)
		shown, err := field.Redact(ctx, dec.Fields(), page.Rows)
		check(err)
		check(authz.Commit(ctx, dec, access.Outcome{Count: len(shown)}))
		for _, d := range shown {
			fmt.Println(d.Title, d.Phone)
		}
		if after = page.Next; after == "" {
			break
		}
		fmt.Println("--")
	}

	// A cursor is of no use for another list, and a hidden or masked field can't be sorted by.
	_, err = pager.List(dec, scopesql.List{Columns: []string{"id"}, Filter: scope.All(), Size: 2, After: "forged"})
	fmt.Println(err)
	_, err = pager.List(dec, scopesql.List{Columns: []string{"id"}, Filter: scope.All(), Size: 2, Order: []scopesql.Order{{Attr: "phone"}}})
	fmt.Println(err)
	// Output:
	// of 4
	// lamp 135****5678
	// gate 136****5678
	// --
	// door 139****5678
	// roof 138****5678
	// scopesql: cursor not accepted: begin at the first page
	// scopesql: refused: the list may not be ordered so; order by attributes that are shown in clear, and show the key: access: no such field to filter or sort by: phone
}
