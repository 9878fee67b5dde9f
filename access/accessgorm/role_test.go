package accessgorm

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// Tables made before roles were described hold everything but the role table; Migrate adds it and changes nothing else.
func TestMigrate_addsTheRoleTableToAnOlderDatabase(t *testing.T) {
	db := open(t, file(t), quiet())
	now, err := SQL("sqlite")
	require.NoError(t, err)
	older := regexp.MustCompile(`(?s)CREATE TABLE IF NOT EXISTS crmaccess_role .*?\);\n`).ReplaceAllString(now, "")
	require.NotEqual(t, now, older)
	require.NoError(t, db.Exec(older).Error)
	s, err := New(db)
	require.NoError(t, err)
	rows := everything("acme")
	rows.Roles = nil
	rev := must(t, s, "acme", rows, access.Rows{})
	_, err = s.Load(ctx, "acme")
	require.ErrorContains(t, err, "crmaccess_role", "whoever forgets Migrate is told which table is missing")

	for range 2 {
		require.NoError(t, Migrate(ctx, db))
		p, err := s.Load(ctx, "acme")
		require.NoError(t, err, "count and digest of what was there still hold")
		assert.Equal(t, rev, p.Revision)
		assertRows(t, rows, p.Rows)
	}
	must(t, s, "acme", access.Rows{Roles: everything("acme").Roles}, access.Rows{})
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assertRows(t, everything("acme"), p.Rows)
}

func TestRole_everyValueIsPartOfTheDigest(t *testing.T) {
	base := access.RoleInfo{Name: "rep", Tenant: "acme", Purpose: "sells", Owner: "sales"}
	seen := map[string]access.RoleInfo{encodeRole(base).Hash: base}
	for _, edit := range []func(*access.RoleInfo){
		func(r *access.RoleInfo) { r.Name = "mgr" }, func(r *access.RoleInfo) { r.Tenant = access.Shared },
		func(r *access.RoleInfo) { r.Purpose = "" }, func(r *access.RoleInfo) { r.Owner = "" },
		func(r *access.RoleInfo) { r.Purpose, r.Owner = r.Owner, r.Purpose }, func(r *access.RoleInfo) { r.Group = true },
	} {
		r := base
		edit(&r)
		row := encodeRole(r)
		assert.Zero(t, seen[row.Hash], "%+v", r)
		seen[row.Hash] = r
		back, err := row.decode()
		require.NoError(t, err)
		assert.Equal(t, r, back)
	}
}

func TestRole_ofNoKindIsRefused(t *testing.T) {
	row := roleRow{Tenant: "acme", Name: "rep", Kind: "Group"}
	row.Hash = hexed(row.digest())
	_, err := stored{roles: []roleRow{row}}.decode()
	assert.ErrorIs(t, err, access.ErrInvalid)
	assert.ErrorContains(t, err, `"Group"`)
}
