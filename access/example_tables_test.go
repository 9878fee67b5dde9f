package access_test

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/glebarez/go-sqlite"
	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// The host's own table says who reports to whom and who has left. Ann manages Ben; the day she leaves, her session is still
// open.
func ExampleTables() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // each connection to :memory: is a database of its own
	run := func(statement string) {
		if _, err := db.Exec(statement); err != nil {
			fmt.Println(err)
		}
	}
	run(`CREATE TABLE users (id TEXT, company TEXT, boss TEXT, left_on TEXT)`)
	run(`INSERT INTO users VALUES ('ann', 'acme', NULL, NULL), ('ben', 'acme', 'ann', NULL), ('eve', 'acme', NULL, NULL)`)

	source, err := orgtree.NewSource(db, orgtree.SQLite, orgtree.Tables{
		People: orgtree.People{Table: "users", ID: "id", Tenant: "company", Superior: "boss", LeftAt: "left_on"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	authz, err := access.MemoryAuthorizer(ctx, "acme", `
p, r:manager, acme, deal, view, reports, allow
g, u:ann, r:manager, acme
g, u:eve, r:manager, acme
`, nil, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name: "deal", Schema: scope.Schema{Tenant: "tenant", Owner: []string{"owner"}, Key: []string{"id"}, Attrs: []scope.Attr{
				{Name: "id", Kind: scope.KindInt}, {Name: "tenant", Kind: scope.KindText}, {Name: "owner", Kind: scope.KindText},
			}},
			Actions: []access.Action{{Name: "view"}},
		}}},
		Directory: access.Tables(source),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = authz.Close() }()
	bens := scope.FromMap(map[string]any{"id": 1, "tenant": "acme", "owner": "ben"})
	may := func(who string) bool {
		d, err := authz.Authorize(ctx, access.Request{
			Subject: access.Subject{ID: who, Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal", Record: bens},
		})
		return err == nil && d.Allowed()
	}
	fmt.Println("ann:", may("ann"), "eve:", may("eve"))

	run(`UPDATE users SET left_on = '2026-03-02' WHERE id = 'ann'`)
	fmt.Println(authz.Touch(ctx, "acme"))
	fmt.Println("ann:", may("ann"))
	// Output:
	// ann: true eve: false
	// <nil>
	// ann: false
}
