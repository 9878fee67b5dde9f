package scopegorm_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// TestTraps shows what GORM does with a filter written by hand, and the guard standing in the same place.
func TestTraps(t *testing.T) {
	byHand := func(w *world) *gorm.DB { return w.plain.Where("owner_id = ?", 1) }
	reads := map[string]func(db *gorm.DB) *gorm.DB{
		"or":                func(db *gorm.DB) *gorm.DB { return db.Where("id = 2").Or("id = 3") },
		"or without blanks": func(db *gorm.DB) *gorm.DB { return db.Where("id=3\n\tOR id=3") },
		"clause": func(db *gorm.DB) *gorm.DB {
			return db.Clauses(clause.Where{Exprs: []clause.Expression{clause.Or(clause.Eq{Column: "id", Value: 3})}})
		},
		"inverted parentheses": func(db *gorm.DB) *gorm.DB { return db.Where("1=1) OR (id=3") },
		"union":                func(db *gorm.DB) *gorm.DB { return db.Group("id UNION SELECT * FROM customers") },
		"comment":              func(db *gorm.DB) *gorm.DB { return db.Select("* FROM customers -- ") },
		"new session":          func(db *gorm.DB) *gorm.DB { return db.Session(&gorm.Session{NewDB: true}) },
		"raw":                  func(db *gorm.DB) *gorm.DB { return db.Raw("SELECT * FROM customers") },
	}
	eachMode(t, func(t *testing.T, w *world) {
		for name, read := range reads {
			t.Run(name, func(t *testing.T) {
				leaked, err := found(read(byHand(w)))
				require.NoError(t, err)
				assert.Contains(t, leaked, int64(3), "GORM shows another's customer")
				got, err := found(read(w.as("1", "view")))
				if err != nil {
					assert.ErrorIs(t, err, scopegorm.ErrRefused)
				}
				assert.NotContains(t, got, int64(3))
			})
		}
	})
	t.Run("or beside Scopes", func(t *testing.T) {
		w := newWorld(t, false)
		leaked, err := found(w.plain.Scopes(byOwner).Where("id = 3").Or("id = 9"))
		require.NoError(t, err)
		assert.Contains(t, leaked, int64(3))
		got, err := found(w.as("1", "view").Scopes(byOwner).Where("id = 3").Or("id = 9"))
		require.NoError(t, err)
		assert.Empty(t, got)
	})
	t.Run("soft delete", func(t *testing.T) {
		w := newWorld(t, false)
		text := "id = 5\nOR id = 1"
		leaked, err := found(w.plain.Where(text))
		require.NoError(t, err)
		assert.Contains(t, leaked, int64(5), "GORM shows a deleted one")
		got, err := found(w.as("1", "view").Where(text))
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, got)
	})
	t.Run("refused subquery", func(t *testing.T) {
		w := newWorld(t, false)
		broken := w.plain.Model(&Customer{}).Select("id")
		_ = broken.AddError(assert.AnError)
		leaked, err := found(w.plain.Where("id NOT IN (?)", broken))
		require.NoError(t, err, "GORM drops the error")
		assert.Len(t, leaked, 5, "and NOT IN () is every row")
		broken = w.as("1", "view").Model(&Customer{}).Select("id")
		_ = broken.AddError(assert.AnError)
		_, err = found(w.as("1", "view").Where("id NOT IN (?)", broken))
		assert.ErrorIs(t, err, assert.AnError)
	})
	t.Run("preload", func(t *testing.T) {
		w := newWorld(t, false)
		var out []Customer
		require.NoError(t, byHand(w).Preload("Contacts").Find(&out).Error)
		require.NotEmpty(t, out)
		assert.Len(t, out[0].Contacts, 2, "the filter does not reach a colleague's contact")
	})
	writes := map[string]struct {
		run    func(db *gorm.DB) error
		damage string
	}{
		"save takes a row over": {func(db *gorm.DB) error {
			return db.Save(&Customer{ID: 3, TenantID: "acme", Name: "x", OwnerID: at(1)}).Error
		}, "id = 3 AND owner_id = 1"},
		"upsert": {func(db *gorm.DB) error {
			return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&Customer{ID: 3, TenantID: "acme", OwnerID: at(1)}).Error
		}, "id = 3 AND owner_id = 1"},
		"into another tenant": {func(db *gorm.DB) error {
			return db.Model(&Customer{}).Where("id = 1").Update("tenant_id", "globex").Error
		}, "id = 1 AND tenant_id = 'globex'"},
		"bare delete": {func(db *gorm.DB) error { return db.Delete(&Customer{}).Error }, "id = 1 AND deleted_at IS NOT NULL"},
		"nested create": {func(db *gorm.DB) error {
			return db.Create(&Customer{ID: 80, TenantID: "acme", OwnerID: at(1), Contacts: []Contact{{ID: 13, TenantID: "acme"}}}).Error
		}, "id IN (SELECT customer_id FROM contacts WHERE id = 13) AND id = 80"},
	}
	for name, c := range writes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false)
			require.NoError(t, c.run(byHand(w)))
			assert.NotEmpty(t, w.where(c.damage), "GORM does it")
			w = newWorld(t, false)
			assert.Error(t, c.run(w.as("1", "view", "create", "edit", "delete")))
			assert.Empty(t, w.where(c.damage))
		})
	}
	t.Run("association of another's record", func(t *testing.T) {
		w := newWorld(t, false)
		require.NoError(t, w.plain.Model(&Customer{ID: 3}).Association("Tags").Clear())
		require.NoError(t, w.plain.Model(&Customer{ID: 1}).Association("Contacts").Append(&Contact{ID: 13, TenantID: "acme"}))
		var stolen Contact
		require.NoError(t, w.plain.First(&stolen, 13).Error)
		assert.EqualValues(t, 1, stolen.CustomerID)
	})
}

func byOwner(db *gorm.DB) *gorm.DB { return db.Where("owner_id = ?", 1) }
