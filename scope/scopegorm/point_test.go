package scopegorm_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// TestPointDecision writes one record under a decision about it.
func TestPointDecision(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		decide := func(id string) *gorm.DB {
			d, err := w.auth.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "1", Tenant: "acme"},
				Action: "edit", Resource: access.Resource{Type: "customer", ID: id}})
			require.NoError(t, err)
			require.True(t, d.Allowed())
			return scopegorm.Filter(w.db, d)
		}
		own, teams := decide("1"), decide("2")
		require.NoError(t, own.Model(&Customer{}).Where("1=1").Update("phone", "999").Error, "one's own phone is at edit")
		assert.Equal(t, []int64{1}, w.where("phone = '999'"), "the decision is about one record")
		assert.ErrorIs(t, teams.Model(&Customer{}).Where("1=1").Update("phone", "999").Error, scopegorm.ErrRefused, "a colleague's is at read")
		assert.ErrorIs(t, own.Model(&Customer{}).Where("1=1").Updates(map[string]any{"phone": "1", "owner_id": 2}).Error, scopegorm.ErrRefused,
			"after the change it would be at read")
		assert.ErrorIs(t, teams.Model(&Customer{ID: 1}).Update("name", "x").Error, access.ErrChanged)

		require.NoError(t, w.plain.Model(&Customer{ID: 1}).Update("owner_id", 2).Error)
		assert.ErrorIs(t, own.Model(&Customer{}).Where("1=1").Update("phone", "1").Error, access.ErrChanged, "it is another's by now")
		require.NoError(t, w.plain.Model(&Customer{ID: 2}).Update("team_id", 8).Error)
		assert.ErrorIs(t, teams.Model(&Customer{}).Where("1=1").Update("name", "x").Error, access.ErrChanged, "it left the team")
	})
}

// TestSoftDeleteColumn shows that the right to edit is none to delete, or to bring back.
func TestSoftDeleteColumn(t *testing.T) {
	w := newWorld(t, false)
	del := func(db *gorm.DB) error {
		return db.Model(&Customer{}).Where("id > 0").Update("deleted_at", time.Now()).Error
	}
	assert.ErrorIs(t, del(w.as("1", "edit")), scopegorm.ErrNoDecision)
	assert.ErrorIs(t, w.as("1", "edit").Unscoped().Model(&Customer{ID: 5}).Update("deleted_at", nil).Error, scopegorm.ErrNoDecision)
	assert.Equal(t, []int64{5}, w.where("deleted_at IS NOT NULL"))
	require.NoError(t, del(w.as("1", "edit", "delete")))
	assert.Equal(t, []int64{1, 5}, w.where("deleted_at IS NOT NULL"), "2 may be edited, not deleted")
}

func TestClaimByValues(t *testing.T) {
	w := newWorld(t, false)
	d, err := w.auth.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "1", Tenant: "acme"}, Action: "claim",
		Resource: access.Resource{Type: "customer", Set: map[string]scope.Value{"owner_id": scope.Int(1)}}})
	require.NoError(t, err)
	require.True(t, d.Allowed())
	db := scopegorm.Filter(w.db, d)
	assert.ErrorIs(t, db.Model(&Customer{}).Where("1=1").Update("owner_id", 2).Error, scopegorm.ErrRefused, "only for oneself")
	require.NoError(t, db.Model(&Customer{}).Where("1=1").Update("owner_id", 1).Error)
	assert.Equal(t, []int64{1, 4, 5, 6}, w.where("owner_id = 1"), "of the pool, and of nobody else's")
}
