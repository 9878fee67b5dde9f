package scopegorm_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// with adds decisions on contacts and teams.
func (w *world) with(db *gorm.DB, subject string, types ...string) *gorm.DB {
	for _, typ := range types {
		db = scopegorm.Filter(db, w.may(subject, "view", typ))
	}
	return db
}

func TestPreload(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		db := w.as("1", "view")
		var out []Customer
		err := db.Preload("Contacts").Order("id").Find(&out).Error
		assert.ErrorIs(t, err, scopegorm.ErrNoDecision, "for contacts there is none")

		out = nil
		err = w.with(db, "1", "contact", "team").Preload("Contacts", "1=1\nOR 2=2").Preload("Team").Preload("Notes").Preload("Tags").Order("id").Find(&out).Error
		require.NoError(t, err)
		require.Len(t, out, 2)
		require.Len(t, out[0].Contacts, 1)
		assert.EqualValues(t, 11, out[0].Contacts[0].ID, "12 is a colleague's")
		assert.Equal(t, "north", out[0].Team.Name)
		assert.Len(t, out[0].Notes, 1)
		assert.Len(t, out[0].Tags, 1)
		out = nil
		require.NoError(t, w.with(db, "1", "contact", "team").Preload(clause.Associations).Find(&out).Error)
	})
}

func TestJoins(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		contacts := scopegorm.Filter(w.db, w.may("1", "view", "contact"))
		var out []Contact
		assert.ErrorIs(t, contacts.Joins("Customer").Find(&out).Error, scopegorm.ErrNoDecision)

		both := w.with(w.as("1", "view"), "1", "contact", "team")
		find := func(tx *gorm.DB) map[int64]*Customer {
			var out []Contact
			require.NoError(t, tx.Find(&out).Error)
			got := map[int64]*Customer{}
			for _, c := range out {
				got[c.ID] = c.Customer
			}
			return got
		}
		got := find(both.Joins("Customer"))
		require.Len(t, got, 2)
		assert.Equal(t, "Ada", got[11].Name)
		assert.Nil(t, got[13], "customer 3 is out of reach: the contact is there without it")
		assert.Len(t, find(both.InnerJoins("Customer")), 1)

		host := both.Session(&gorm.Session{NewDB: true})
		assert.Nil(t, find(both.Joins("Customer", host.Where("1=1\nOR 2=2")))[13])
		assert.Nil(t, find(both.Joins("Customer", host.Where("1=0").Or("1=1")))[13])
		assert.Nil(t, find(both.Joins("Customer.Team"))[13])
		assert.Equal(t, "north", find(both.Joins("Customer").Joins("Customer.Team"))[11].Team.Name)
		assert.Len(t, find(both.InnerJoins("Customer.Team")), 1)

		tx := both.Model(&Contact{}).InnerJoins("Customer", host.Where("1=1 OR 2=2"))
		var n int64
		require.NoError(t, tx.Count(&n).Error)
		assert.EqualValues(t, 1, n)
		require.NoError(t, tx.Find(&out).Error, "a statement that is used again")
		assert.Len(t, out, 1)

		for name, tx := range map[string]*gorm.DB{
			"comment":      both.Joins("Customer", host.Where("1=1) -- ")),
			"inverted":     both.Joins("Customer", host.Where("1=1) OR (1=1")),
			"query in on":  both.Joins("Customer", host.Where("1 IN (?)", host.Model(&Contact{}).Select("1"))),
			"text in on":   both.Joins("Customer", host.Where("1 IN (SELECT 1 FROM customers)")),
			"beside":       both.Joins("Customer").Joins("JOIN customers c2 ON 1=1"),
			"beside, text": both.Joins("JOIN customers ON customers.id = contacts.customer_id"),
		} {
			assert.ErrorIs(t, tx.Find(&out).Error, scopegorm.ErrRefused, name)
		}
		var notes []Note
		assert.ErrorIs(t, both.Joins("JOIN customers ON customers.id = notes.customer_id").Find(&notes).Error, scopegorm.ErrRefused, "from an open model")
		assert.ErrorIs(t, both.Joins("RIGHT JOIN (customers) ON 1=1").Find(&notes).Error, scopegorm.ErrRefused)
		assert.ErrorIs(t, both.Where("text IN (SELECT phone FROM customers)").Find(&notes).Error, scopegorm.ErrRefused)
		require.NoError(t, both.Where("customer_id IN (?)", host.Model(&Customer{}).Select("id")).Find(&notes).Error)
		assert.Len(t, notes, 1, "a guarded subquery of an open model")
	})
}

func TestJoinsThatKeepExcludedRows(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		both := w.with(w.as("1", "view"), "1", "contact")
		_, err := gorm.G[Contact](both).Joins(clause.RightJoin.Association("Customer"), nil).Find(both.Statement.Context)
		assert.ErrorIs(t, err, scopegorm.ErrRefused)
		_, err = gorm.G[Contact](both).Joins(clause.LeftJoin.AssociationFrom("Customer", gorm.G[Customer](both)).As("c"), nil).Find(both.Statement.Context)
		assert.ErrorIs(t, err, scopegorm.ErrRefused)
		got, err := gorm.G[Contact](both).Joins(clause.Has("Customer"), nil).Find(both.Statement.Context)
		require.NoError(t, err)
		assert.Len(t, got, 1)
		got, err = gorm.G[Contact](both).Joins(clause.LeftJoin.Association("Customer").As("c"), func(db gorm.JoinBuilder, join, cur clause.Table) error {
			db.Where("1=1\nOR 2=2")
			return nil
		}).Find(both.Statement.Context)
		require.NoError(t, err)
		assert.Len(t, got, 2)
	})
}

// TestScopeOfRelatedRows reads by a scope that asks for open tickets, of the same tenant only.
func TestScopeOfRelatedRows(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		got, err := found(w.as("3", "support").Where("1=1\nOR 2=2"))
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, got, "1 has a closed ticket, 2 one of another tenant")
		got, err = found(w.as("3", "support").Table("customers c").Where("id IN (?)", w.as("3", "support").Model(&Customer{}).Select("id")))
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, got)
		require.NoError(t, w.as("3", "support").Model(&Customer{}).Where("1=1").Update("name", "x").Error)
		assert.Equal(t, []int64{3}, w.where("name = 'x'"))
		assert.ErrorIs(t, w.as("3", "support").Model(&Customer{}).Where("1=1").Update("id", 1).Error, scopegorm.ErrRefused)
		require.NoError(t, w.as("3", "support").Where("1=1").Delete(&Customer{}).Error)
		assert.Equal(t, []int64{3, 5}, w.where("deleted_at IS NOT NULL"))

		var out []Contact
		both := scopegorm.Filter(w.as("3", "support"), w.may("1", "view", "contact"))
		var refused *scopegorm.RefusedError
		require.ErrorAs(t, both.Joins("Customer").Find(&out).Error, &refused, "ON cannot hold it")
		assert.Equal(t, "use Preload", refused.Instead)
	})
}

func TestGenericPreload(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		both := w.with(w.as("1", "view"), "1", "contact")
		ctx := both.Statement.Context
		got, err := gorm.G[Customer](both).Preload("Contacts", func(db gorm.PreloadBuilder) error { db.LimitPerRecord(5); return nil }).Order("id").Find(ctx)
		require.NoError(t, err)
		require.Len(t, got, 2)
		assert.Len(t, got[0].Contacts, 1)
		n, err := gorm.G[Customer](w.db).Count(ctx, "*")
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		_, err = gorm.G[Customer](both).Find(context.Background())
		assert.ErrorIs(t, err, scopegorm.ErrNoDecision, "the call's context replaces that of the handle")
		_, err = gorm.G[Customer](both).Raw("SELECT * FROM customers").Find(ctx)
		assert.ErrorIs(t, err, scopegorm.ErrRefused)
		assert.ErrorIs(t, gorm.G[Customer](both).Exec(ctx, "DELETE FROM customers"), scopegorm.ErrRefused)
	})
}
