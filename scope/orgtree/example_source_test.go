package orgtree_test

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/glebarez/go-sqlite"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// The host's own tables say who works where and under whom. Then somebody is made his own superior's superior.
func ExampleSource() {
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
	run(`CREATE TABLE units (id TEXT, above TEXT, company TEXT)`)
	run(`CREATE TABLE users (id TEXT, company TEXT, unit TEXT, boss TEXT, left_on TEXT)`)
	run(`INSERT INTO units VALUES ('sales', NULL, 'acme'), ('east', 'sales', 'acme')`)
	run(`INSERT INTO users VALUES ('ann', 'acme', 'sales', NULL, NULL), ('ben', 'acme', 'east', 'ann', NULL), ('eve', 'acme', 'east', 'ben', '2026-01-31')`)

	source, err := orgtree.NewSource(db, orgtree.SQLite, orgtree.Tables{
		People: orgtree.People{Table: "users", ID: "id", Tenant: "company", Team: "unit", Superior: "boss", LeftAt: "left_on"},
		Teams:  orgtree.Nodes{Table: "units", ID: "id", Parent: "above", Tenant: "company"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	org, err := source.Load(context.Background(), "acme")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range org.People {
		fmt.Println(p.ID, p.Teams, "under:", p.Superior, "left:", p.Inactive)
	}
	run(`UPDATE users SET boss = 'eve' WHERE id = 'ann'`)
	_, err = source.Load(context.Background(), "acme")
	fmt.Println(err)
	// Output:
	// ann [sales] under:  left: false
	// ben [east] under: ann left: false
	// eve [east] under: ben left: true
	// orgtree: the organisation of "acme" is refused, correct these rows: people, by their superiors: ["ann" "eve" "ben" "ann"] is a cycle: give one of them another parent
}
