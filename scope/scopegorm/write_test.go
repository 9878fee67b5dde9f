package scopegorm_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// where lists the customers, deleted ones included, that a condition finds in the database.
func (w *world) where(query string, args ...any) []int64 {
	var out []Customer
	require.NoError(w.t, w.plain.Unscoped().Where(query, args...).Find(&out).Error)
	return ids(out)
}

// dump is everything there is, to see that nothing changed.
func (w *world) dump() map[string][]map[string]any {
	out := map[string][]map[string]any{}
	for _, table := range []string{"customers", "contacts", "teams", "tickets", "notes", "tags", "customer_tags"} {
		var rows []map[string]any
		require.NoError(w.t, w.plain.Table(table).Find(&rows).Error)
		out[table] = rows
	}
	return out
}

func TestUpdates(t *testing.T) {
	cases := []struct {
		name string
		run  func(db *gorm.DB) *gorm.DB
		find string // finds the rows that were changed
		want []int64
	}{
		{"all in reach", func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{}).Where("1=1").Update("name", "x") }, "name = 'x'", []int64{1, 2}},
		{"or", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id = 1").Or("id = 3").Update("name", "x")
		}, "name = 'x'", []int64{1}},
		{"struct", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id IN ?", []int{1, 3}).Updates(Customer{Name: "x"})
		}, "name = 'x'", []int64{1}},
		{"map", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Updates(map[string]any{"name": "x", "Stage": "y"})
		}, "name = 'x' AND stage = 'y'", []int64{1, 2}},
		{"by the model's key", func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{ID: 2}).Update("name", "x") }, "name = 'x'", []int64{2}},
		{"another's key", func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{ID: 3}).Update("name", "x") }, "name = 'x'", []int64{}},
		{"columns", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").UpdateColumns(map[string]any{"name": "x"})
		}, "name = 'x'", []int64{1, 2}},
		{"expression", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Update("name", gorm.Expr("name || ?", "x"))
		}, "name LIKE '%x'", []int64{1, 2}},
		{"rows that would leave stay", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Update("team_id", 8)
		}, "team_id = 8", []int64{1, 3}},
		{"set clause", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Clauses(clause.Set{{Column: clause.Column{Name: "name"}, Value: "x"}}).Updates(map[string]any{})
		}, "name = 'x'", []int64{1, 2}},
		{"subquery", func(db *gorm.DB) *gorm.DB {
			sub := db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("max(phone)")
			return db.Model(&Customer{}).Where("id > 0").Update("name", sub)
		}, "name = '222'", []int64{1, 2}},
		{"deleted rows stay as they are", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id=5\nOR\n1=1").Update("name", "x")
		}, "name = 'x'", []int64{1, 2}},
		{"returning", func(db *gorm.DB) *gorm.DB {
			var out []Customer
			return db.Model(&out).Clauses(clause.Returning{}).Where("id > 0").Update("name", "x")
		}, "name = 'x'", []int64{1, 2}},
		{"the tenant it has", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Updates(map[string]any{"name": "x", "tenant_id": "acme"})
		}, "name = 'x'", []int64{1, 2}},
		{"the key it has", func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Where("id > 0").Updates(Customer{ID: 1, Name: "x"})
		}, "name = 'x'", []int64{1}},
		{"generic", func(db *gorm.DB) *gorm.DB {
			_, err := gorm.G[Customer](db).Where("id > 0").Updates(db.Statement.Context, Customer{Name: "x"})
			return &gorm.DB{Error: err}
		}, "name = 'x'", []int64{1, 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, w *world) {
				require.NoError(t, c.run(w.as("1", "edit")).Error)
				assert.Equal(t, c.want, w.where(c.find))
			})
		})
	}
}

// TestWritesRefused holds writes that leave no trace but an error.
func TestWritesRefused(t *testing.T) {
	upsert := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"name", "owner_id"})}
	mine := func(id int64) *Customer { return &Customer{ID: id, TenantID: "acme", Name: "x", OwnerID: at(1)} }
	all := func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{}).Where("id > 0") }
	cases := map[string]func(db *gorm.DB) *gorm.DB{
		"into another tenant": func(db *gorm.DB) *gorm.DB { return all(db).Update("tenant_id", "globex") },
		"out of every scope": func(db *gorm.DB) *gorm.DB {
			return all(db).Updates(map[string]any{"team_id": 99, "owner_id": 2})
		},
		"owner to nobody and no team": func(db *gorm.DB) *gorm.DB {
			return all(db).Updates(map[string]any{"team_id": nil, "owner_id": nil})
		},
		"expression on the owner": func(db *gorm.DB) *gorm.DB { return all(db).Update("owner_id", gorm.Expr("1")) },
		"subquery on the owner": func(db *gorm.DB) *gorm.DB {
			return all(db).Update("owner_id", db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("1"))
		},
		"column on the owner":       func(db *gorm.DB) *gorm.DB { return all(db).Update("owner_id", clause.Column{Name: "visits"}) },
		"text for the owner":        func(db *gorm.DB) *gorm.DB { return all(db).Update("owner_id", "1") },
		"expression that sets more": func(db *gorm.DB) *gorm.DB { return all(db).Update("name", gorm.Expr("'x', owner_id = 2")) },
		"expression that closes":    func(db *gorm.DB) *gorm.DB { return all(db).Update("name", gorm.Expr("'x'), owner_id = (2")) },
		"expression with a query": func(db *gorm.DB) *gorm.DB {
			return all(db).Update("name", gorm.Expr("(SELECT max(phone) FROM customers)"))
		},
		"field below edit":            func(db *gorm.DB) *gorm.DB { return all(db).Update("visits", 9) },
		"field that depends on a row": func(db *gorm.DB) *gorm.DB { return all(db).Update("phone", "9") },
		"unknown column":              func(db *gorm.DB) *gorm.DB { return all(db).Updates(map[string]any{"nothing": 1}) },
		"qualified column":            func(db *gorm.DB) *gorm.DB { return all(db).Updates(map[string]any{"customers.owner_id": 2}) },
		"column in capitals": func(db *gorm.DB) *gorm.DB {
			return all(db).Clauses(clause.Set{{Column: clause.Column{Name: "OWNER_ID"}, Value: 2}}).Updates(map[string]any{})
		},
		"raw column": func(db *gorm.DB) *gorm.DB {
			return all(db).Clauses(clause.Set{{Column: clause.Column{Name: "owner_id", Raw: true}, Value: 1}}).Updates(map[string]any{})
		},
		"another key":                  func(db *gorm.DB) *gorm.DB { return all(db).Update("id", gorm.Expr("77")) },
		"update without a condition":   func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{}).Update("name", "x") },
		"delete without a condition":   func(db *gorm.DB) *gorm.DB { return db.Delete(&Customer{}) },
		"unscoped without a condition": func(db *gorm.DB) *gorm.DB { return db.Unscoped().Delete(&Customer{}) },
		"blank struct as condition":    func(db *gorm.DB) *gorm.DB { return db.Where(&Customer{}).Delete(&Customer{}) },
		"by table name": func(db *gorm.DB) *gorm.DB {
			return db.Table("customers").Where("id = 1").Updates(map[string]any{"name": "x"})
		},
		"by table name, delete": func(db *gorm.DB) *gorm.DB { return db.Table("customers").Where("id = 1").Delete(nil) },
		"by table name, create": func(db *gorm.DB) *gorm.DB { return db.Table("customers").Create(map[string]any{"id": 50}) },
		"by alias":              func(db *gorm.DB) *gorm.DB { return db.Table("customers c").Where("1=1").Delete(&Customer{}) },
		"two tables": func(db *gorm.DB) *gorm.DB {
			return db.Table("customers, notes").Where("1=1").Updates(&Customer{Name: "x"})
		},
		"two tables by name": func(db *gorm.DB) *gorm.DB {
			return db.Table("customers, notes").Where("1=1").Updates(map[string]any{"name": "x"})
		},
		"update clause": func(db *gorm.DB) *gorm.DB {
			return all(db).Clauses(clause.Update{Table: clause.Table{Name: "contacts"}}).Update("name", "x")
		},
		"update clause of a note": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Note{}).Where("1=1").Clauses(clause.Update{Table: clause.Table{Name: "customers"}}).Update("text", "x")
		},
		"from clause in an update": func(db *gorm.DB) *gorm.DB { return all(db).Clauses(clause.From{}).Update("name", "x") },
		"exec":                     func(db *gorm.DB) *gorm.DB { return db.Exec("UPDATE customers SET name = 'x'") },
		"raw": func(db *gorm.DB) *gorm.DB {
			return db.Raw("UPDATE customers SET name = 'x' RETURNING *").Scan(&[]Customer{})
		},
		"upsert":                    func(db *gorm.DB) *gorm.DB { return db.Clauses(upsert).Create(mine(3)) },
		"upsert of all":             func(db *gorm.DB) *gorm.DB { return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(mine(3)) },
		"insert or replace":         func(db *gorm.DB) *gorm.DB { return db.Clauses(clause.Insert{Modifier: "OR REPLACE"}).Create(mine(3)) },
		"save of another's":         func(db *gorm.DB) *gorm.DB { return db.Save(mine(3)) },
		"save of a slice":           func(db *gorm.DB) *gorm.DB { return db.Save([]*Customer{mine(3)}) },
		"create for another":        func(db *gorm.DB) *gorm.DB { return db.Create(&Customer{TenantID: "acme", OwnerID: at(2)}) },
		"create for another tenant": func(db *gorm.DB) *gorm.DB { return db.Create(&Customer{TenantID: "globex", OwnerID: at(1)}) },
		"create for nobody":         func(db *gorm.DB) *gorm.DB { return db.Create(&Customer{TenantID: "acme"}) },
		"create one of two": func(db *gorm.DB) *gorm.DB {
			return db.Create([]Customer{{TenantID: "acme", OwnerID: at(1)}, {TenantID: "acme", OwnerID: at(2)}})
		},
		"create in batches": func(db *gorm.DB) *gorm.DB {
			return db.CreateInBatches([]Customer{{TenantID: "acme", OwnerID: at(1)}, {TenantID: "acme", OwnerID: at(2)}}, 1)
		},
		"create from a map": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "owner_id": 2})
		},
		"create without the owner": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme"})
		},
		"create by default values": func(db *gorm.DB) *gorm.DB { return db.Model(&Customer{}).Create(map[string]any{}) },
		"create by omission":       func(db *gorm.DB) *gorm.DB { return db.Omit("OwnerID").Create(mine(50)) },
		"create with an expression": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "owner_id": gorm.Expr("1")})
		},
		"create of a second row": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "owner_id": 1, "name": gorm.Expr("'x'), (7")})
		},
		"create with a read field": func(db *gorm.DB) *gorm.DB { c := mine(0); c.Visits = 9; return db.Create(c) },
		"create with a read field, by expression": func(db *gorm.DB) *gorm.DB {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "owner_id": 1, "visits": gorm.Expr("9")})
		},
		"first or create": func(db *gorm.DB) *gorm.DB {
			return db.Where(Customer{Name: "Cid", TenantID: "acme", OwnerID: at(2)}).FirstOrCreate(&Customer{})
		},
		"create with children": func(db *gorm.DB) *gorm.DB {
			c := mine(0)
			c.Contacts = []Contact{{ID: 13, TenantID: "acme", OwnerID: 1}}
			return db.Create(c)
		},
		"create with open children": func(db *gorm.DB) *gorm.DB { c := mine(0); c.Notes = []Note{{ID: 32}}; return db.Create(c) },
		"update with children": func(db *gorm.DB) *gorm.DB {
			return db.Updates(&Customer{ID: 3, Name: "x", Notes: []Note{{Text: "stolen"}}})
		},
		"delete with children": func(db *gorm.DB) *gorm.DB { return db.Select("Notes").Delete(&Customer{ID: 3}) },
		"delete with all":      func(db *gorm.DB) *gorm.DB { return db.Select(clause.Associations).Delete(&Customer{ID: 3}) },
		"append tags": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Tags", func(a *gorm.Association) error { return a.Append(&Tag{ID: 41}) })
		},
		"append new tags": func(db *gorm.DB) *gorm.DB {
			return associate(db, 1, "Tags", func(a *gorm.Association) error { return a.Append(&Tag{Name: "n"}) })
		},
		"clear tags": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Tags", func(a *gorm.Association) error { return a.Clear() })
		},
		"delete tags": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Tags", func(a *gorm.Association) error { return a.Delete(&Tag{ID: 41}) })
		},
		"replace tags": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Tags", func(a *gorm.Association) error { return a.Replace(&Tag{ID: 41}) })
		},
		"append notes": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Notes", func(a *gorm.Association) error { return a.Append(&Note{ID: 31}) })
		},
		"append contacts": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Contacts", func(a *gorm.Association) error { return a.Append(&Contact{ID: 11}) })
		},
		"clear contacts": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Contacts", func(a *gorm.Association) error { return a.Clear() })
		},
		"replace the team": func(db *gorm.DB) *gorm.DB {
			return associate(db, 3, "Team", func(a *gorm.Association) error { return a.Replace(&Team{ID: 7}) })
		},
		"join table by hand": func(db *gorm.DB) *gorm.DB { return db.Table("customer_tags").Where("customer_id = 3").Delete(nil) },
		"migration":          func(db *gorm.DB) *gorm.DB { return &gorm.DB{Error: db.AutoMigrate(&Note{})} },
		"delete of a view": func(db *gorm.DB) *gorm.DB {
			return scopegorm.Filter(db).Model(&Contact{}).Where("1=1").Delete(&Contact{})
		},
	}
	w := newWorld(t, false)
	before := w.dump()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := c(w.as("1", "view", "create", "edit", "delete")).Error
			require.Error(t, err)
			assert.True(t, isGuards(err), "%v", err)
			assert.Equal(t, before, w.dump())
		})
	}
	prepared := newWorld(t, true)
	before = prepared.dump()
	for name, c := range cases {
		t.Run("prepared/"+name, func(t *testing.T) {
			require.Error(t, c(prepared.as("1", "view", "create", "edit", "delete")).Error)
			assert.Equal(t, len(before["customers"]), len(prepared.dump()["customers"]))
		})
	}
}

// isGuards reports whether an error is one that the guard gives, and not the database's.
func isGuards(err error) bool {
	return errors.Is(err, scopegorm.ErrRefused) || errors.Is(err, gorm.ErrMissingWhereClause)
}

func associate(db *gorm.DB, id int64, name string, do func(*gorm.Association) error) *gorm.DB {
	return &gorm.DB{Error: do(db.Model(&Customer{ID: id}).Association(name))}
}

func TestCreates(t *testing.T) {
	cases := map[string]struct {
		run  func(db *gorm.DB) error
		want int
	}{
		"struct": {func(db *gorm.DB) error {
			return db.Create(&Customer{TenantID: "acme", Name: "new", OwnerID: at(1)}).Error
		}, 1},
		"slice": {func(db *gorm.DB) error {
			return db.Create([]Customer{{TenantID: "acme", Name: "new", OwnerID: at(1)}, {ID: 70, TenantID: "acme", Name: "new", OwnerID: at(1)}}).Error
		}, 2},
		"batches": {func(db *gorm.DB) error {
			return db.CreateInBatches([]Customer{{TenantID: "acme", Name: "new", OwnerID: at(1)}, {TenantID: "acme", Name: "new", OwnerID: at(1)}}, 1).Error
		}, 2},
		"map": {func(db *gorm.DB) error {
			return db.Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "name": "new", "OwnerID": int64(1)}).Error
		}, 1},
		"save of a new row": {func(db *gorm.DB) error {
			return db.Save(&Customer{TenantID: "acme", Name: "new", OwnerID: at(1)}).Error
		}, 1},
		"first or create": {func(db *gorm.DB) error {
			return db.Where(Customer{Name: "new", TenantID: "acme", OwnerID: at(1)}).FirstOrCreate(&Customer{}).Error
		}, 1},
		"do nothing": {func(db *gorm.DB) error {
			return db.Clauses(clause.OnConflict{DoNothing: true}).Create([]Customer{{ID: 3, TenantID: "acme", Name: "new", OwnerID: at(1)}, {ID: 71, TenantID: "acme", Name: "new", OwnerID: at(1)}}).Error
		}, 1},
		"generic": {func(db *gorm.DB) error {
			return gorm.G[Customer](db).Create(db.Statement.Context, &Customer{TenantID: "acme", Name: "new", OwnerID: at(1)})
		}, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, w *world) {
				require.NoError(t, c.run(w.as("1", "create", "view")))
				assert.Len(t, w.where("name = 'new' AND owner_id = 1 AND tenant_id = 'acme'"), c.want)
			})
		})
	}
}

// TestCreateFields shows what a new row may hold beside the fields that the subject may set.
func TestCreateFields(t *testing.T) {
	type Deal struct {
		ID       int64
		TenantID string
		Status   string         `gorm:"default:new"`
		Meta     map[string]any `gorm:"serializer:json"`
		Seen     sql.NullInt64
		Amount   int64
	}
	cat := access.Catalog{Types: []access.Type{{Name: "deal", Model: Deal{}, Schema: scope.Schema{Tenant: "tenant_id"}}}}
	w := newWorld(t, false)
	require.NoError(t, w.plain.AutoMigrate(&Deal{}))
	w.auth = authorizerOf(t, cat.Types, "p, r:clerk, acme, deal, create, global, allow\np2, r:clerk, acme, deal, amount, always, once\ng, u:1, r:clerk, acme")
	w.db = open(t, pool(t, w.plain), false)
	require.NoError(t, w.db.Use(scopegorm.New(w.auth, scopegorm.Options{})))
	db := scopegorm.Filter(w.db, w.may("1", "create", "deal"))
	require.NoError(t, db.Create(&Deal{TenantID: "acme", Amount: 5}).Error)
	require.NoError(t, db.Create(&Deal{ID: 9, TenantID: "acme"}).Error)
	for _, bad := range []Deal{{Status: "won"}, {Meta: map[string]any{"a": 1}}, {Seen: sql.NullInt64{Int64: 1, Valid: true}}} {
		bad.TenantID = "acme"
		assert.ErrorIs(t, db.Create(&bad).Error, scopegorm.ErrRefused, "%+v", bad)
	}
}

// TestGivenTimes shows that a time GORM fills in needs no right, and one the host gives does.
func TestGivenTimes(t *testing.T) {
	w := newWorld(t, false)
	w.auth = authorizer(t, "p, r:clerk, acme, customer, create, global, allow\np2, r:clerk, acme, customer, name, always, once\ng, u:1, r:clerk, acme", access.Config{Catalog: catalog()})
	db := open(t, pool(t, w.plain), false)
	require.NoError(t, db.Use(scopegorm.New(w.auth, scopegorm.Options{Open: []any{&Note{}, Tag{}, "customer_tags"}})))
	w.db = db
	require.NoError(t, w.as("1", "create").Create(&Customer{TenantID: "acme", Name: "new"}).Error)
	require.NoError(t, w.as("1", "create").Create([]Customer{{TenantID: "acme", Name: "new"}}).Error)
	long := time.Now().AddDate(-1, 0, 0)
	assert.ErrorIs(t, w.as("1", "create").Create(&Customer{TenantID: "acme", Name: "old", CreatedAt: long}).Error, scopegorm.ErrRefused)
	assert.ErrorIs(t, w.as("1", "create").Create([]*Customer{{TenantID: "acme"}, {TenantID: "acme", UpdatedAt: long}}).Error, scopegorm.ErrRefused)
	assert.ErrorIs(t, w.as("1", "create").Model(&Customer{}).Create(map[string]any{"tenant_id": "acme", "created_at": long}).Error, scopegorm.ErrRefused)
	assert.Len(t, w.where("name = 'new'"), 2)
	assert.Empty(t, w.where("created_at < ?", long.AddDate(0, 1, 0)))
}

func TestDeletes(t *testing.T) {
	cases := map[string]func(db *gorm.DB) error{
		"condition": func(db *gorm.DB) error { return db.Where("1=1").Or("2=2").Delete(&Customer{}).Error },
		"inline":    func(db *gorm.DB) error { return db.Delete(&Customer{}, []int{1, 2, 3, 6}).Error },
		"record":    func(db *gorm.DB) error { return db.Delete(&Customer{ID: 1}).Error },
		"records":   func(db *gorm.DB) error { return db.Delete([]Customer{{ID: 1}, {ID: 3}}).Error },
		"generic": func(db *gorm.DB) error {
			_, err := gorm.G[Customer](db).Where("1=1").Delete(db.Statement.Context)
			return err
		},
	}
	for name, del := range cases {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, w *world) {
				require.NoError(t, del(w.as("1", "delete")))
				assert.Equal(t, []int64{1, 5}, w.where("deleted_at IS NOT NULL"))
			})
			if name == "generic" {
				return // has no Unscoped
			}
			eachMode(t, func(t *testing.T, w *world) {
				require.NoError(t, del(w.as("1", "delete").Unscoped()))
				assert.Subset(t, []int64{2, 3, 4, 5, 6}, w.where("1=1"))
				assert.NotContains(t, w.where("1=1"), int64(1))
			})
		})
	}
}

func TestGlobalUpdateStaysInReach(t *testing.T) {
	w := newWorld(t, false)
	db := w.as("1", "edit").Session(&gorm.Session{AllowGlobalUpdate: true})
	require.NoError(t, db.Model(&Customer{}).Update("name", "x").Error)
	assert.Equal(t, []int64{1, 2}, w.where("name = 'x'"))
}
