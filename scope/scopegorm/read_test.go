package scopegorm_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// found runs a query for customers.
func found(tx *gorm.DB) ([]int64, error) {
	var out []Customer
	err := tx.Find(&out).Error
	return ids(out), err
}

// TestReads holds what a host may write, whatever it means: subject 1 gets customers 1 and 2 at most.
func TestReads(t *testing.T) {
	cases := []struct {
		name string
		run  func(db *gorm.DB) ([]int64, error)
		want []int64
	}{
		{"all", found, []int64{1, 2}},
		{"or", func(db *gorm.DB) ([]int64, error) { return found(db.Where("id = 1").Or("1 = 1")) }, []int64{1, 2}},
		{"or first", func(db *gorm.DB) ([]int64, error) { return found(db.Or("id > 0")) }, []int64{1, 2}},
		{"or without blanks", func(db *gorm.DB) ([]int64, error) { return found(db.Where("id = 1\n\tOR 1=1")) }, []int64{1, 2}},
		{"or evades no soft delete", func(db *gorm.DB) ([]int64, error) { return found(db.Where("id=1\nOR\n1=1")) }, []int64{1, 2}},
		{"scopes", func(db *gorm.DB) ([]int64, error) {
			return found(db.Scopes(func(db *gorm.DB) *gorm.DB { return db.Where("id = 2").Or("id = 3") }))
		}, []int64{2}},
		{"groups", func(db *gorm.DB) ([]int64, error) {
			plain := db.Session(&gorm.Session{NewDB: true})
			return found(db.Where(plain.Where("id = 1").Or("id = 3")).Or(plain.Where("id = 6")))
		}, []int64{1}},
		{"not", func(db *gorm.DB) ([]int64, error) { return found(db.Not("id = 1")) }, []int64{2}},
		{"not of a map", func(db *gorm.DB) ([]int64, error) { return found(db.Not(map[string]any{"id": 1, "name": "Bob"})) }, []int64{}},
		{"map", func(db *gorm.DB) ([]int64, error) { return found(db.Where(map[string]any{"id": []int64{1, 3}})) }, []int64{1}},
		{"struct", func(db *gorm.DB) ([]int64, error) { return found(db.Where(&Customer{Name: "Cid"})) }, []int64{}},
		{"clause", func(db *gorm.DB) ([]int64, error) {
			return found(db.Clauses(clause.Where{Exprs: []clause.Expression{clause.Or(clause.Eq{Column: "id", Value: 1}, clause.Expr{SQL: "1=1"})}}))
		}, []int64{1, 2}},
		{"named", func(db *gorm.DB) ([]int64, error) { return found(db.Where("id = @id OR 1=1", map[string]any{"id": 3})) }, []int64{1, 2}},
		{"quoted text", func(db *gorm.DB) ([]int64, error) { return found(db.Where("name <> '--;)(' AND id IN ?", []int{1, 3})) }, []int64{1}},
		{"unscoped", func(db *gorm.DB) ([]int64, error) { return found(db.Unscoped()) }, []int64{1, 2, 5}},
		{"first of another's", func(db *gorm.DB) ([]int64, error) {
			var c Customer
			if err := db.First(&c, 3).Error; err != nil {
				return []int64{}, nil
			}
			return []int64{c.ID}, nil
		}, []int64{}},
		{"take by key in the model", func(db *gorm.DB) ([]int64, error) {
			c := Customer{ID: 3}
			return []int64{}, assertNotFound(db.Take(&c).Error)
		}, []int64{}},
		{"pluck", func(db *gorm.DB) ([]int64, error) {
			out := []int64{}
			return out, db.Model(&Customer{}).Order("id").Pluck("id", &out).Error
		}, nil},
		{"alias", func(db *gorm.DB) ([]int64, error) { return found(db.Table("customers AS c").Where("c.id > ?", 0)) }, []int64{1, 2}},
		{"bare alias", func(db *gorm.DB) ([]int64, error) { return found(db.Table("customers c")) }, []int64{1, 2}},
		{"upper case table", func(db *gorm.DB) ([]int64, error) { return found(db.Table("CUSTOMERS")) }, []int64{1, 2}},
		{"subquery table", func(db *gorm.DB) ([]int64, error) {
			return found(db.Table("(?) AS c", db.Session(&gorm.Session{NewDB: true}).Model(&Customer{})))
		}, []int64{1, 2}},
		{"subquery", func(db *gorm.DB) ([]int64, error) {
			sub := db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("id").Where("1=1\nOR 2=2")
			return found(db.Where("id IN (?)", sub))
		}, []int64{1, 2}},
		{"negated subquery", func(db *gorm.DB) ([]int64, error) {
			sub := db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("id").Where("id = 1")
			return found(db.Where("id NOT IN (?)", sub))
		}, []int64{2}},
		{"exists subquery", func(db *gorm.DB) ([]int64, error) {
			sub := db.Session(&gorm.Session{NewDB: true}).Table("customers AS other").Select("1").Where("other.id = customers.id")
			return found(db.Where("EXISTS (?)", sub))
		}, []int64{1, 2}},
		{"select of a subquery", func(db *gorm.DB) ([]int64, error) {
			n := db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("count(*)")
			var out []struct{ ID, N int64 }
			err := db.Model(&Customer{}).Select("id, (?) AS n", n).Order("id").Scan(&out).Error
			if err != nil || len(out) == 0 {
				return nil, err
			}
			return []int64{out[0].N}, nil
		}, []int64{2}},
		{"group and having", func(db *gorm.DB) ([]int64, error) {
			out := []int64{}
			err := db.Model(&Customer{}).Select("count(*)").Group("team_id").Having("count(*) > ?", 0).Pluck("count(*)", &out).Error
			return out, err
		}, nil},
		{"distinct and order", func(db *gorm.DB) ([]int64, error) {
			return found(db.Distinct("id").Order("id DESC").Limit(5).Offset(0))
		}, []int64{1, 2}},
		{"locking", func(db *gorm.DB) ([]int64, error) { return found(db.Clauses(clause.Locking{Strength: "UPDATE"})) }, []int64{1, 2}},
		{"text join of an open table", func(db *gorm.DB) ([]int64, error) {
			return found(db.Joins("JOIN notes ON notes.customer_id = customers.id AND notes.text = ?", "n"))
		}, []int64{1}},
		{"batches", func(db *gorm.DB) ([]int64, error) {
			var some []Customer
			out := []int64{}
			err := db.Where("id > ?", 0).FindInBatches(&some, 1, func(*gorm.DB, int) error { out = append(out, ids(some)...); return nil }).Error
			return out, err
		}, []int64{1, 2}},
		{"smaller struct", func(db *gorm.DB) ([]int64, error) {
			var out []struct{ ID int64 }
			err := db.Model(&Customer{}).Order("id").Find(&out).Error
			return []int64{int64(len(out))}, err
		}, []int64{2}},
		{"map by table name", func(db *gorm.DB) ([]int64, error) {
			var out []map[string]any
			err := db.Table("customers").Where("deleted_at IS NULL").Find(&out).Error
			return []int64{int64(len(out))}, err
		}, []int64{2}},
		{"reused statement", func(db *gorm.DB) ([]int64, error) {
			tx := db.Model(&Customer{}).Where("id > 0").Or("id < 0")
			var n int64
			if err := tx.Count(&n).Error; err != nil || n != 2 {
				return []int64{n}, err
			}
			return found(tx)
		}, []int64{1, 2}},
		{"new session keeps the decisions", func(db *gorm.DB) ([]int64, error) { return found(db.Session(&gorm.Session{NewDB: true})) }, []int64{1, 2}},
		{"query fields", func(db *gorm.DB) ([]int64, error) { return found(db.Session(&gorm.Session{QueryFields: true})) }, []int64{1, 2}},
		{"omit", func(db *gorm.DB) ([]int64, error) { return found(db.Omit("phone")) }, []int64{1, 2}},
		{"first or init", func(db *gorm.DB) ([]int64, error) {
			var c Customer
			err := db.Where(Customer{Name: "Cid"}).FirstOrInit(&c).Error
			return []int64{c.ID}, err
		}, []int64{0}},
	}
	eachMode(t, func(t *testing.T, w *world) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				got, err := c.run(w.as("1", "view"))
				require.NoError(t, err)
				if c.want != nil {
					assert.Equal(t, c.want, got)
				}
			})
		}
	})
}

func assertNotFound(err error) error {
	if err == gorm.ErrRecordNotFound {
		return nil
	}
	return err
}

func TestRows(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		db := w.as("1", "view")
		rows, err := db.Model(&Customer{}).Where("1=1").Rows()
		require.NoError(t, err)
		n := 0
		for rows.Next() {
			n++
		}
		require.NoError(t, rows.Close())
		assert.Equal(t, 2, n)
		require.NoError(t, db.Model(&Customer{}).Select("count(*)").Row().Scan(&n))
		assert.Equal(t, 2, n)
		var names []string
		require.NoError(t, db.Model(&Customer{}).Order("id").Pluck("name", &names).Error)
		assert.Equal(t, []string{"Ada", "Bob"}, names)
		var count int64
		require.NoError(t, db.Model(&Customer{}).Count(&count).Error)
		assert.EqualValues(t, 2, count)
	})
}

// TestReadsRefused holds what cannot be made safe. Each has its reason in the error, and none returns a row.
func TestReadsRefused(t *testing.T) {
	sub := func(db *gorm.DB) *gorm.DB { return db.Session(&gorm.Session{NewDB: true}) }
	cases := map[string]func(db *gorm.DB) *gorm.DB{
		"raw":                       func(db *gorm.DB) *gorm.DB { return db.Raw("SELECT * FROM customers") },
		"comment":                   func(db *gorm.DB) *gorm.DB { return db.Where("1=1) -- ") },
		"block comment":             func(db *gorm.DB) *gorm.DB { return db.Where("1=1 /*") },
		"inverted parentheses":      func(db *gorm.DB) *gorm.DB { return db.Where("1=1) OR (1=1") },
		"inverted in a group":       func(db *gorm.DB) *gorm.DB { return db.Where("id = 1").Where(sub(db).Where("1=1) OR (1=1").Or("2=2")) },
		"semicolon":                 func(db *gorm.DB) *gorm.DB { return db.Where("1=1; DROP TABLE customers") },
		"open quote":                func(db *gorm.DB) *gorm.DB { return db.Where("name = 'x") },
		"select hides from":         func(db *gorm.DB) *gorm.DB { return db.Select("* FROM customers -- ") },
		"select with a second from": func(db *gorm.DB) *gorm.DB { return db.Select("* FROM customers WHERE 1=1 OR 2=2 GROUP BY id, name") },
		"union in group":            func(db *gorm.DB) *gorm.DB { return db.Group("id UNION SELECT * FROM customers") },
		"text subquery":             func(db *gorm.DB) *gorm.DB { return db.Where("id IN (SELECT id FROM customers)") },
		"text subquery in order":    func(db *gorm.DB) *gorm.DB { return db.Order("(SELECT max(phone) FROM customers)") },
		"text subquery in having":   func(db *gorm.DB) *gorm.DB { return db.Group("id").Having("id IN (SELECT id FROM customers)") },
		"text subquery in select": func(db *gorm.DB) *gorm.DB {
			return db.Select("(SELECT max(phone) FROM customers WHERE id = ?) AS name", 3)
		},
		"table-valued in":          func(db *gorm.DB) *gorm.DB { return db.Where("id IN customers") },
		"values":                   func(db *gorm.DB) *gorm.DB { return db.Where("1=1 UNION VALUES (1)") },
		"text join":                func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN customers c2 ON c2.id > 0") },
		"text join quoted":         func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN main.\"Customers\" c2 ON 1=1") },
		"text join in brackets":    func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN [customers] c2 ON 1=1") },
		"alias of the target":      func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN notes AS customers ON 1=1") },
		"bare alias of the target": func(db *gorm.DB) *gorm.DB { return db.Table("customers c").Joins("LEFT JOIN notes C ON 1=1") },
		"text cross join":          func(db *gorm.DB) *gorm.DB { return db.Joins(", customers c2") },
		"text join in parentheses": func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN (notes, customers c2) ON 1=1") },
		"join with comment":        func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN notes ON 1=1 -- ") },
		"open parenthesis in join": func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN notes ON (1=1").Group("customers.id, 1)") },
		"derived table":            func(db *gorm.DB) *gorm.DB { return db.Table("(SELECT *, 1 AS owner_id FROM customers) c") },
		"other table":              func(db *gorm.DB) *gorm.DB { return db.Table("notes") },
		"two tables":               func(db *gorm.DB) *gorm.DB { return db.Table("customers, notes") },
		"from clause": func(db *gorm.DB) *gorm.DB {
			return db.Clauses(clause.From{Tables: []clause.Table{{Name: "customers"}}})
		},
		"join clause": func(db *gorm.DB) *gorm.DB {
			return db.Clauses(clause.From{Joins: []clause.Join{{Type: "LEFT", Table: clause.Table{Name: "customers", Alias: "c2"}, ON: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "1=1"}}}}}})
		},
		"raw subquery":                func(db *gorm.DB) *gorm.DB { return db.Where("id IN (?)", sub(db).Raw("SELECT id FROM customers")) },
		"raw subquery as table":       func(db *gorm.DB) *gorm.DB { return db.Table("(?) AS c", sub(db).Raw("SELECT * FROM customers")) },
		"subquery without a decision": func(db *gorm.DB) *gorm.DB { return db.Where("id NOT IN (?)", sub(db).Model(&Contact{}).Select("id")) },
		"subquery of another context": func(db *gorm.DB) *gorm.DB {
			return db.Where("id NOT IN (?)", sub(db).WithContext(context.Background()).Model(&Customer{}).Select("id"))
		},
		"generic subquery":          func(db *gorm.DB) *gorm.DB { return db.Where("id NOT IN (?)", gorm.G[Customer](sub(db)).Select("id")) },
		"placeholder without value": func(db *gorm.DB) *gorm.DB { return db.Select("*, ?").Where("1 = 1", 99) },
		"numbered placeholder":      func(db *gorm.DB) *gorm.DB { return db.Where("?1 = 1") },
		"named parameter":           func(db *gorm.DB) *gorm.DB { return db.Where(":x = 1") },
		"decorated where": func(db *gorm.DB) *gorm.DB {
			return db.Clauses(decorated{}).Where("id = 1")
		},
		"builder of its own": func(db *gorm.DB) *gorm.DB {
			return db.Scopes(func(tx *gorm.DB) *gorm.DB { tx.Statement.BuildClauses = []string{"SELECT", "FROM"}; return tx })
		},
		"what follows where": func(db *gorm.DB) *gorm.DB { return db.Clauses(trailing{}) },
		"endless batches": func(db *gorm.DB) *gorm.DB {
			var some []Customer
			return db.Where("id = 1").Or("id = 2").FindInBatches(&some, 1, func(_ *gorm.DB, n int) error {
				if n > 9 {
					return errors.New("it goes on and on")
				}
				return nil
			})
		},
		"expression with a failed query": func(db *gorm.DB) *gorm.DB {
			broken := db.Session(&gorm.Session{NewDB: true}).Model(&Customer{}).Select("id")
			_ = broken.AddError(errors.New("failed before"))
			return db.Where(opaque{broken})
		},
		"expression with a query inside": func(db *gorm.DB) *gorm.DB { return db.Where(opaque{sub(db).Model(&Contact{}).Select("id")}) },
	}
	eachMode(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				var out []Customer
				tx := c(w.as("1", "view"))
				if tx.Error == nil {
					tx = tx.Find(&out)
				}
				assert.ErrorIs(t, tx.Error, scopegorm.ErrRefused)
				assert.Empty(t, out)
			})
		}
	})
}

// decorated puts something before the conditions of WHERE.
type decorated struct{}

func (decorated) Name() string         { return "WHERE" }
func (decorated) Build(clause.Builder) {}
func (decorated) MergeClause(c *clause.Clause) {
	c.AfterNameExpression = clause.Expr{SQL: "1=1 OR"}
}

// trailing continues WHERE under the name of another clause.
type trailing struct{}

func (trailing) Name() string         { return "GROUP BY" }
func (trailing) Build(clause.Builder) {}
func (trailing) MergeClause(c *clause.Clause) {
	c.Name, c.Expression = "", clause.Expr{SQL: "OR 1=1"}
}

// opaque is an expression of a type that the guard does not know, with a query inside that GORM builds empty.
type opaque struct{ query *gorm.DB }

func (o opaque) Build(b clause.Builder) {
	_, _ = b.WriteString("id NOT IN (")
	b.AddVar(b, o.query)
	_, _ = b.WriteString(")")
}

func TestRefusedRowDoesNotPanic(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		var n int
		assert.ErrorIs(t, w.db.Model(&Customer{}).Select("count(*)").Row().Scan(&n), scopegorm.ErrNoDecision)
		assert.ErrorIs(t, scopegorm.Unguarded(w.db, " ").Model(&Customer{}).Row().Scan(&n), scopegorm.ErrRefused)
		_, err := w.db.Model(&Customer{}).Rows()
		assert.ErrorIs(t, err, scopegorm.ErrNoDecision)
		assert.ErrorIs(t, w.db.Raw("SELECT 1").Scan(&n).Error, scopegorm.ErrRefused)
		require.NoError(t, w.db.Transaction(func(tx *gorm.DB) error {
			assert.ErrorIs(t, tx.Model(&Customer{}).Row().Scan(&n), scopegorm.ErrNoDecision)
			return nil
		}))
	})
}

func TestToSQLAndDryRun(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		db := w.as("1", "view")
		sql := db.ToSQL(func(tx *gorm.DB) *gorm.DB { return tx.Where("id = ? OR 1=1", 3).Find(&[]Customer{}) })
		assert.Contains(t, sql, "WHERE (")
		assert.Contains(t, sql, "AND ((id = 3 OR 1=1)")
		assert.NotContains(t, w.db.ToSQL(func(tx *gorm.DB) *gorm.DB { return tx.Find(&[]Customer{}) }), "customers", "refused")
		before := len(w.audit.Events())
		require.NoError(t, db.Session(&gorm.Session{DryRun: true}).Find(&[]Customer{}).Error)
		assert.Len(t, w.audit.Events(), before, "what did not run is not committed")
	})
}
