package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Deciding about a record allocates nothing, whichever way the record is passed and however it ends.
func TestPointDecisionsAllocateNothing(t *testing.T) {
	a := acme(t, repPolicy+"p, r:rep, acme, deal, view, team && office_hours, allow\n", func(c *access.Config) { c.CrossCheck = 0 })
	mine, his := annsDeal, annsDeal
	his.OwnerID, his.TeamID = "bob", "t9"
	asMap := map[string]any{"id": int64(7), "tenant_id": "acme", "owner_id": "ann", "team_id": "t1", "region_id": "east", "stage": "", "phone": "", "amount": int64(1)}
	for name, r := range map[string]access.Request{
		"a struct":          request("ann", "view", access.Resource{Record: scope.Of(&mine)}),
		"somebody else's":   request("ann", "view", access.Resource{Record: scope.Of(&his)}),
		"a map":             request("ann", "view", access.Resource{Record: scope.FromMap(asMap)}),
		"the collection":    request("ann", "view", access.Resource{}),
		"no right at all":   request("ann", "export", access.Resource{Record: scope.Of(&mine)}),
		"the clock is read": request("ann", "view", access.Resource{Record: scope.Of(&mine)}),
	} {
		if name != "the clock is read" {
			r.Env.Time = noon
		}
		ctx := context.Background()
		_, err := a.Authorize(ctx, r)
		require.NoError(t, err, name)
		assert.Zero(t, testing.AllocsPerRun(200, func() {
			if _, err := a.Authorize(ctx, r); err != nil {
				panic(err)
			}
		}), name)
	}
}
