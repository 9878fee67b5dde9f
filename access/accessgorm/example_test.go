package accessgorm_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accessgorm"
)

// database is a host's database with the tables in it.
func database() (db *gorm.DB, remove func()) {
	dir, err := os.MkdirTemp("", "policy")
	if err != nil {
		log.Fatal(err)
	}
	db, err = gorm.Open(sqlite.Open(filepath.Join(dir, "crm.db")+"?_pragma=busy_timeout(5000)"), &gorm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	if err := accessgorm.Migrate(context.Background(), db); err != nil {
		log.Fatal(err)
	}
	return db, func() {
		if pool, err := db.DB(); err == nil {
			_ = pool.Close()
		}
		_ = os.RemoveAll(dir)
	}
}

func reps(subjects ...string) access.Rows {
	var rows access.Rows
	for _, s := range subjects {
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: s, Role: "rep", Tenant: "acme"})
	}
	return rows
}

func change(base uint64, add, remove access.Rows) access.Entry {
	return access.Entry{
		Change: access.Change{Tenant: "acme", Base: base, Add: add, Remove: remove},
		By:     "root", At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
	}
}

func ExampleStore_Apply() {
	db, remove := database()
	defer remove()
	ctx := context.Background()
	store, err := accessgorm.New(db)
	if err != nil {
		log.Fatal(err)
	}
	rev, err := store.Apply(ctx, change(0, reps("alice", "bob"), access.Rows{}))
	fmt.Println(rev, err)

	// Two administrators look at revision 1. The second to save has not seen what the first did.
	_, err = store.Apply(ctx, change(1, access.Rows{}, reps("bob")))
	fmt.Println(err)
	_, err = store.Apply(ctx, change(1, reps("carol"), access.Rows{}))
	fmt.Println(errors.Is(err, access.ErrConflict))

	policy, err := store.Load(ctx, "acme")
	fmt.Println(policy.Revision, policy.Rows.Assignments, err)
	// Output:
	// 1 <nil>
	// <nil>
	// true
	// 2 [g, u:alice, r:rep, acme] <nil>
}

// Someone with a password to the database, but no right to change policy, gives himself a role with SQL.
func ExampleStore_Load_tampering() {
	db, remove := database()
	defer remove()
	ctx := context.Background()
	store, err := accessgorm.New(db)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := store.Apply(ctx, change(0, reps("alice"), access.Rows{})); err != nil {
		log.Fatal(err)
	}
	db.Exec("INSERT INTO crmaccess_rule (ptype, v0, v1, v2) VALUES ('g', 'u:mallory', 'r:admin', 'acme')")

	policy, err := store.Load(ctx, "acme")
	fmt.Println(policy.Rows.Len(), errors.Is(err, access.ErrInvalid))
	// Output:
	// 0 true
}

func ExampleStore_Log() {
	db, remove := database()
	defer remove()
	ctx := context.Background()
	store, err := accessgorm.New(db)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := store.Apply(ctx, change(0, reps("alice"), access.Rows{})); err != nil {
		log.Fatal(err)
	}
	entries, err := store.Log(ctx, "acme", 0)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range entries {
		fmt.Println(e.Revision, e.At.Format(time.DateOnly), e.By, "added", e.Add.Assignments)
	}
	// Output:
	// 1 2026-03-01 root added [g, u:alice, r:rep, acme]
}
