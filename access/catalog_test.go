package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func withType(types ...access.Type) option {
	return func(c *access.Config) { c.Catalog.Types = append(c.Catalog.Types, types...) }
}

func schemaOf(t *testing.T, a *access.Authorizer, name string) scope.Schema {
	t.Helper()
	for _, typ := range a.Types() {
		if typ.Name == name {
			return typ.Schema
		}
	}
	require.Fail(t, "no such type: "+name)
	return scope.Schema{}
}

func TestTypesMayBeginWithTheSameAttributes(t *testing.T) {
	type contract struct {
		ID                      int64
		TenantID, OwnerID, Body string
	}
	type memo struct {
		ID               string
		TenantID, Writer string
		Level            int64
	}
	common := make([]scope.Attr, 0, 16) // with room behind it: appending twice writes to the same place
	common = append(common, scope.Attr{Name: "tenant_id", Kind: scope.KindText})
	a := acme(t, "", withType(
		access.Type{Name: "contract", Model: contract{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}, Attrs: common}},
		access.Type{Name: "memo", Model: memo{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"writer"}, Attrs: common}},
	))
	for typ, want := range map[string][]string{"contract": {"tenant_id", "id", "owner_id", "body"}, "memo": {"tenant_id", "id", "writer", "level"}} {
		var got []string
		for _, attr := range schemaOf(t, a, typ).Attrs {
			got = append(got, attr.Name)
		}
		assert.Equal(t, want, got, typ)
	}
}

type vault struct {
	ID               int64
	TenantID, Secret string
}

var vaultType = access.Type{Name: "vault", Model: vault{}, Sensitive: true, Schema: scope.Schema{Tenant: "tenant_id"}}

var acmesVault = vault{1, "acme", "s3cret"}

func viewVault(t *testing.T, policy string) access.Decision {
	t.Helper()
	d, err := acme(t, policy, withType(vaultType)).Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "vault", Record: scope.Of(&acmesVault)},
	})
	require.NoError(t, err)
	return d
}

func TestADenyOfEverythingReachesASensitiveType(t *testing.T) {
	view := "p, r:rep, acme, vault, view, always, allow\ng, u:ann, r:rep, acme\n"
	require.True(t, viewVault(t, view).Allowed())
	d := viewVault(t, view+"p, r:rep, acme, *, *, own, deny")
	assert.False(t, d.Allowed(), "the type has no owner, so own is unknown there, and an unknown deny stands")
}

func TestStarOpensNoFieldOfASensitiveType(t *testing.T) {
	view := "p, r:rep, acme, vault, view, always, allow\ng, u:ann, r:rep, acme\n"
	for rule, want := range map[string]string{
		"p2, r:rep, acme, *, *, always, read":     "",
		"p2, r:rep, acme, vault, *, always, read": "s3cret",
	} {
		out, err := field.Redact(context.Background(), viewVault(t, view+rule).Fields(), acmesVault)
		require.NoError(t, err)
		assert.Equal(t, want, out.Secret, rule)
	}
}

func TestASensitiveActionCanBeDeniedOnEveryType(t *testing.T) {
	a, err := access.MemoryAuthorizer(context.Background(), "acme", "p, r:rep, acme, *, administer, always, deny", nil, access.Config{
		Catalog: access.Catalog{Types: []access.Type{dealType()}},
	})
	require.NoError(t, err, "only the type policy has the action")
	assert.NoError(t, a.Close())
}

func TestATenantThatIsNoTenantOfTheTypeSelectsNothing(t *testing.T) {
	type doc struct {
		ID, TenantID int64
		OwnerID      string
	}
	a := acme(t, "p, r:rep, acme, doc, view, own, allow\ng, u:ann, r:rep, acme", withType(
		access.Type{Name: "doc", Model: doc{}, Schema: scope.Schema{Tenant: "tenant_id", Owner: []string{"owner_id"}}},
	))
	d, err := a.Authorize(context.Background(), access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "doc"}})
	require.NoError(t, err)
	assert.True(t, d.Scope().IsNone(), "acme is no number")
	assert.False(t, d.Allowed(), "an allow that selects nothing is a denial")
}

// misfit is a host's scope that says it fits every type and asks for an attribute that none has.
type misfit struct{}

func (misfit) Check(*scope.Schema) error { return nil }
func (misfit) Resolve(scope.Subject, *scope.Schema) scope.Predicate {
	return scope.Eq("colour", scope.Text("red"))
}

func TestAScopeThatMisfitsTheTypeIsAnError(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, view, misfit, allow\ng, u:ann, r:rep, acme", func(c *access.Config) {
		c.Scopes = map[string]scope.Resolver{"misfit": misfit{}}
	})
	for name, about := range map[string]access.Resource{"a record": of(annsDeal), "a list, which would be quietly empty": {}} {
		_, err := a.Authorize(context.Background(), request("ann", "view", about))
		assert.ErrorContains(t, err, `"colour"`, name)
	}
}

type tabled struct{ ID int64 }

func (tabled) TableName() string { return "crm_tabled" }

type pointerTabled struct{ ID int64 }

func (*pointerTabled) TableName() string { return "crm_tabled" }

func TestTheTableIsWhatTheModelSays(t *testing.T) {
	for name, model := range map[string]any{
		"a value": tabled{}, "a pointer": &tabled{}, "a nil pointer": (*tabled)(nil),
		"a value whose pointer has the method": pointerTabled{}, "that pointer": &pointerTabled{}, "that pointer, nil": (*pointerTabled)(nil),
	} {
		a := acme(t, "", withType(access.Type{Name: "tabled", Model: model, Schema: scope.Schema{SingleTenant: true}}))
		assert.Equal(t, "crm_tabled", schemaOf(t, a, "tabled").Table, name)
	}
}
