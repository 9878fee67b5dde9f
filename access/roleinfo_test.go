package access_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func infos(r ...access.RoleInfo) access.Rows { return access.Rows{Roles: r} }

func TestRolesAreRowsLikeAnyOther(t *testing.T) {
	a := acme(t, adminPolicy)
	ctx := context.Background()
	decide(t, a, "ann", "view", of(annsDeal)) // the policy is loaded, and changed as it stands here
	sells := access.RoleInfo{Name: "rep", Purpose: "sells", Owner: "head of sales"}
	rev, err := a.Apply(ctx, by("root"), add(infos(sells)))
	require.NoError(t, err)
	p, err := a.Policy(ctx, "acme")
	require.NoError(t, err)
	sells.Tenant = "acme"
	assert.Equal(t, []access.RoleInfo{sells}, p.Rows.Roles, "the tenant is filled in")

	_, err = a.Apply(ctx, by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Add: infos(sells)})
	assert.ErrorIs(t, err, access.ErrConflict, "is there already")
	other := sells
	other.Group = true
	_, err = a.Apply(ctx, by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Remove: infos(other)})
	assert.ErrorIs(t, err, access.ErrConflict, "is not there")
	_, err = a.Apply(ctx, by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Add: infos(other)})
	assert.ErrorIs(t, err, access.ErrInvalid, "two words about one role: the next load would be refused")
	rev, err = a.Apply(ctx, by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Remove: infos(sells), Add: infos(other)})
	require.NoError(t, err, "described anew")
	_, err = a.Apply(ctx, by("root"), access.Change{Tenant: "acme", Base: rev.Policy(), Add: infos(access.RoleInfo{Name: "rep", Tenant: "globex"})})
	assert.ErrorIs(t, err, access.ErrInvalid, "another tenant's")

	text, err := json.Marshal(p.Rows.Roles[0])
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"rep","tenant":"acme","purpose":"sells","owner":"head of sales"}`, string(text))
	assert.Equal(t, 1, infos(sells).Len())
}

func TestADescriptionDecidesNothing(t *testing.T) {
	a := acme(t, adminPolicy)
	_, err := a.Apply(context.Background(), by("root"), add(infos(access.RoleInfo{Name: "admin", Purpose: "keeps the policy", Owner: "root", Group: true})))
	require.NoError(t, err, "a word about one's own role changes nothing that one holds")
	assert.True(t, decide(t, a, "ann", "view", of(annsDeal)).Allowed())
	assert.False(t, decide(t, a, "bob", "view", of(annsDeal)).Allowed())
}

func TestDescriptionsThatAreRefused(t *testing.T) {
	for name, r := range map[string]access.RoleInfo{
		"no name":           {Purpose: "sells"},
		"a name with comma": {Name: "a,b"},
		"a long name":       {Name: strings.Repeat("x", 99)},
		"no UTF-8":          {Name: "rep", Purpose: "\xff"},
		"NUL":               {Name: "rep", Owner: "a\x00b"},
		"two lines":         {Name: "rep", Purpose: "a\nb"},
		"a line separator":  {Name: "rep", Purpose: "a\u2028b"},
		"a long purpose":    {Name: "rep", Purpose: strings.Repeat("x", access.MaxText+1)},
		"a long owner":      {Name: "rep", Owner: strings.Repeat("x", access.MaxText+1)},
	} {
		_, err := acme(t, adminPolicy).Apply(context.Background(), by("root"), add(infos(r)))
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
	for name, rows := range map[string]access.Rows{
		"as long as may be": infos(access.RoleInfo{Name: "rep", Purpose: strings.Repeat("x", access.MaxText), Owner: "销售总监, 上海"}),
		"nothing said":      infos(access.RoleInfo{Name: "rep"}),
	} {
		_, err := acme(t, adminPolicy).Apply(context.Background(), by("root"), add(rows))
		assert.NoError(t, err, name)
	}
}

// What the shared rows say of a role fills what the tenant leaves open, and not the other way round.
func TestATenantsWordAboutASharedRole(t *testing.T) {
	store, err := access.NewMemoryStore(
		access.Policy{Tenant: access.Shared, Rows: infos(access.RoleInfo{Name: "rep", Purpose: "sells", Owner: "vendor"})},
		access.Policy{Tenant: "acme", Rows: infos(access.RoleInfo{Name: "rep", Owner: "head of sales"})},
		access.Policy{Tenant: "globex", Rows: infos(access.RoleInfo{Name: "mgr", Owner: "head of sales"})})
	require.NoError(t, err)
	a := over(t, store)
	found, err := a.Lint(context.Background(), "acme")
	require.NoError(t, err)
	assert.Empty(t, byCode(found, access.FindingUndescribed))
	found, err = a.Lint(context.Background(), "globex")
	require.NoError(t, err)
	assert.Equal(t, []string{"The role or group lacks a purpose or an owner. role mgr (purpose)"}, byCode(found, access.FindingUndescribed))
}
