package scopegorm_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

type Deal struct {
	ID       int64
	TenantID string
	OwnerID  int64
	Title    string
	Amount   int64
}

// shop is a host with a guard, two of ann's deals and one of bob's.
func shop() (*access.Authorizer, *gorm.DB) {
	db, err := gorm.Open(sqlite.Open(":memory:"), &gorm.Config{Logger: logger.Discard})
	check(err)
	pool, err := db.DB()
	check(err)
	pool.SetMaxOpenConns(1)
	check(db.AutoMigrate(&Deal{}))
	check(db.Create([]Deal{{1, "acme", 7, "roof", 100}, {2, "acme", 7, "door", 200}, {3, "acme", 8, "wall", 300}}).Error)
	deals := access.Catalog{Types: []access.Type{{Name: "deal", Model: Deal{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}}}}
	loader, err := scopegorm.NewLoader(db, deals)
	check(err)
	authz, err := access.MemoryAuthorizer(context.Background(), "acme", `
		p, r:rep, acme, deal, view, own, allow
		p, r:rep, acme, deal, edit, own, allow
		p, r:rep, acme, deal, create, own, allow
		p2, r:rep, acme, deal, *, always, edit
		p2, r:rep, acme, deal, amount, always, once
		g, u:7, r:rep, acme`, nil, access.Config{Catalog: deals, Loader: loader})
	check(err)
	check(db.Use(scopegorm.New(authz, scopegorm.Options{})))
	return authz, db
}

func ask(authz *access.Authorizer, action string) access.Decision {
	dec, err := authz.Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: action, Resource: access.Resource{Type: "deal"}})
	check(err)
	return dec
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A list shows what the decision covers, however the host's conditions are written: the OR of an attacker who found his
// way into one reaches no further.
func ExampleFilter() {
	authz, db := shop()
	var deals []Deal
	err := scopegorm.Filter(db, ask(authz, "view")).Where("amount > ?", 150).Or("1 = 1").Order("id").Find(&deals).Error
	fmt.Println(len(deals), err)

	err = scopegorm.Filter(db, ask(authz, "view")).Where("1 = 1) OR (1 = 1").Find(&deals).Error
	fmt.Println(errors.Is(err, scopegorm.ErrRefused))
	// Output:
	// 2 <nil>
	// true
}

// A decision opens the statements of its action and no others.
func ExampleFilter_otherKind() {
	authz, db := shop()
	err := scopegorm.Filter(db, ask(authz, "view")).Delete(&Deal{}, 1).Error
	fmt.Println(errors.Is(err, scopegorm.ErrNoDecision))
	fmt.Println(db.First(&Deal{}, 1).Error)
	// Output:
	// true
	// scopegorm: read of deal refused: the context carries no decision that may run it; ask Authorize for an action of deal whose Kinds allow it, and pass the decision to Filter
}

// An update touches one's own deals, keeps them one's own, and sets what may be set.
func ExampleFilter_update() {
	authz, db := shop()
	edit := scopegorm.Filter(db, ask(authz, "edit"))
	all := edit.Model(&Deal{}).Where("id > 0").Session(&gorm.Session{})
	fmt.Println(all.Update("title", "sold").RowsAffected)
	fmt.Println(errors.Is(all.Update("owner_id", 8).Error, scopegorm.ErrRefused))
	fmt.Println(all.Update("amount", 1).Error)
	// Output:
	// 2
	// true
	// scopegorm: update of deal refused: it sets fields that the subject may not edit: ["amount"]; leave them out with Select or Omit, or ask for an action that may change them
}

// An upsert overwrites whatever row has the key. The refusal says what to write in its place.
func ExampleRefusedError() {
	authz, db := shop()
	mine := scopegorm.Filter(db, ask(authz, "edit"), ask(authz, "create"))
	bobs := Deal{ID: 3, TenantID: "acme", OwnerID: 7, Title: "taken"}
	err := mine.Clauses(clause.OnConflict{UpdateAll: true}).Create(&bobs).Error
	var refused *scopegorm.RefusedError
	fmt.Println(errors.As(err, &refused), refused.Op, refused.Model)
	fmt.Println(refused.Instead)
	// Output:
	// true create deal
	// use Create for a new row and Updates for one there is
}

// gorm.G takes the context of each call, so the decisions have to be in that.
func ExampleWithDecisions() {
	authz, db := shop()
	ctx := scopegorm.WithDecisions(context.Background(), ask(authz, "view"))
	n, err := gorm.G[Deal](db).Count(ctx, "*")
	fmt.Println(n, err)
	_, err = gorm.G[Deal](db).Count(context.Background(), "*")
	fmt.Println(errors.Is(err, scopegorm.ErrNoDecision))
	// Output:
	// 2 <nil>
	// true
}

// Jobs that need every row say why. Without a reason nothing runs.
func ExampleUnguarded() {
	_, db := shop()
	var n int64
	fmt.Println(scopegorm.Unguarded(db, "nightly statistics").Model(&Deal{}).Count(&n).Error, n)
	fmt.Println(errors.Is(scopegorm.Unguarded(db, "").Model(&Deal{}).Count(&n).Error, scopegorm.ErrRefused))
	// Output:
	// <nil> 3
	// true
}

// With a Loader a request may name a record by its id. One of another's is denied, as is one that is not there.
func ExampleLoader() {
	authz, _ := shop()
	for _, id := range []string{"1", "3", "99", "1 OR 1=1"} {
		dec, err := authz.Authorize(context.Background(), access.Request{
			Subject: access.Subject{ID: "7", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "deal", ID: id}})
		fmt.Println(id, dec.Allowed(), err)
	}
	// Output:
	// 1 true <nil>
	// 3 false <nil>
	// 99 false <nil>
	// 1 OR 1=1 false <nil>
}
