package scopegorm

import (
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// delete guards Delete, soft or not.
func (g *guard) delete(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		r := g.begin(db, access.DeleteRows)
		if r == nil {
			next(db)
			return
		}
		if r.prepare(func() { r.dry(next) }) {
			r.finish(next)
		}
	}
}
