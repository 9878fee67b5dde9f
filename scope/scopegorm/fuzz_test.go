package scopegorm_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

var hostile = []string{
	"id = 1 OR 1=1", "1=1) OR (1=1", "id\nOR\n1", "1 -- ", "id /*", "x'", "`id` = `id", "[a]) or (1", "\"id\" is not null",
	"id UNION SELECT * FROM customers", "(select 1 from customers)", "id in customers", "* FROM customers WHERE 1 GROUP BY 1",
	"? = ?", "@x", ":a", "$b", "?7", "LEFT JOIN customers c ON 1", ", customers", "JOIN notes USING (id)", "id; drop table customers",
	"id) or 1 or (id", "\x00", "é", "customers.*", "NATURAL JOIN notes AS customers", "AS c", "c", "c, customers d", "id` OR `id",
	"id) FROM customers GROUP BY (id", "1 WINDOW w AS (ORDER BY id)", "name FILTER (WHERE 1)", "RIGHT JOIN notes ON 1", "id LIMIT 5 OFFSET 1",
}

// places are where a host can put a text of its own.
var places = []func(tx *gorm.DB, s string) *gorm.DB{
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Where(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Where("id = 1").Or(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Not(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Where(map[string]any{s: 1}) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Joins(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Group(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Order(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Select("name", s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Group("id").Having(s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Table("customers " + s) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Where("id = @"+s, map[string]any{s: 1}) },
	func(tx *gorm.DB, s string) *gorm.DB { return tx.Clauses(gorm.Expr(s)) },
}

// FuzzHostTexts puts any text wherever a host may put one: the statement may fail, but shows and changes nothing out of
// reach.
func FuzzHostTexts(f *testing.F) {
	for _, s := range hostile {
		for place := range places {
			f.Add(s, byte(place))
		}
	}
	w := newWorld(f, false)
	db := w.as("1", "view", "edit")
	f.Fuzz(func(t *testing.T, s string, place byte) {
		put := places[int(place)%len(places)]
		var out []Customer
		if put(db, s).Limit(1000).Find(&out).Error == nil {
			for _, c := range out {
				for _, hidden := range []string{"Cid", "Dan", "Eve", "Fay"} {
					require.NotEqual(t, hidden, c.Name, "%q", s)
				}
			}
		}
		undo := errors.New("undo")
		err := db.Transaction(func(tx *gorm.DB) error {
			if put(tx.Model(&Customer{}), s).Update("name", "changed").Error != nil {
				return undo
			}
			var n int64
			beyond := scopegorm.Unguarded(tx.Session(&gorm.Session{NewDB: true}), "test").Table("customers")
			require.NoError(t, beyond.Where("name = 'changed' AND id NOT IN (1, 2)").Count(&n).Error)
			require.Zero(t, n, "%q", s)
			return undo
		})
		require.ErrorIs(t, err, undo)
	})
}
