package scope

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithinKeepsOtherTenantsOut(t *testing.T) {
	p, err := All().Within(leads, "acme")
	require.NoError(t, err)
	for tenant, want := range map[any]Truth{"acme": True, "ACME": False, "acme ": False, "globex": False, "": False, nil: False} {
		answer, err := p.Eval(FromMap(map[string]any{"tenant": tenant}))
		require.NoError(t, err)
		assert.Equal(t, want, answer, "%v", tenant)
	}
}

func TestWithinOfEveryVariant(t *testing.T) {
	for _, v := range variants() {
		p, err := v.p.Within(leads, "acme")
		require.NoError(t, err, v.text)
		again, err := p.Within(leads, "acme")
		require.NoError(t, err)
		assert.True(t, same(p, again), "completing twice changes nothing: %s", v.text)
		assert.NoError(t, p.Check(leads))
	}
}

func TestNoTenantHasNoRecords(t *testing.T) {
	numbered := *leads
	numbered.Tenant = "team"
	for _, tenant := range []string{"", " ", "042", "0", "acme"} {
		p, err := All().Within(&numbered, tenant)
		require.NoError(t, err)
		assert.Equal(t, None(), p, "%q", tenant)
	}
	p, err := All().Within(leads, "")
	require.NoError(t, err)
	assert.Equal(t, None(), p)

	related := must(Not(Exists("tickets", All())).Within(singleLeads(), ""))
	assert.Equal(t, Predicate{}, related, "related rows of no tenant: not even a negation knows")
}

func TestWithinRefuses(t *testing.T) {
	bound := must(Exists("tickets", All()).Within(leads, "acme"))
	unsaid := *leads
	unsaid.Tenant = ""
	for name, try := range map[string]func() (Predicate, error){
		"another tenant":    func() (Predicate, error) { return bound.Within(leads, "globex") },
		"no schema":         func() (Predicate, error) { return All().Within(nil, "acme") },
		"tenant not said":   func() (Predicate, error) { return All().Within(&unsaid, "acme") },
		"unknown attribute": func() (Predicate, error) { return IsNull("gone").Within(leads, "acme") },
		"unknown relation":  func() (Predicate, error) { return Exists("gone", All()).Within(leads, "acme") },
	} {
		p, err := try()
		assert.Error(t, err, name)
		assert.Equal(t, Predicate{}, p, name)
	}
}

func TestASingleTenantTypeIsNotTested(t *testing.T) {
	p := must(IsNull("owner").Within(singleLeads(), "acme"))
	assert.Equal(t, "owner is null", p.String())
}

func TestCheckNamesWhatDoesNotFit(t *testing.T) {
	for _, v := range variants() {
		assert.NoError(t, v.p.Check(leads), v.text)
		_, constant := v.p.Truth()
		assert.Equal(t, constant, v.p.Check(&Schema{Type: "bare"}) == nil, v.text)
	}
	for _, row := range []struct {
		p    Predicate
		says string
	}{
		{Eq("gone", Int(1)), `"gone"`}, {Eq("owner", Text("7")), "int64"}, {Compare("stage", Lt, Int(1)), "text"}, {In("owner", Int(1), Text("1")), "several kinds"},
		{Under("closed", places, "1"), "holds no ids"}, {Exists("gone", All()), `no relation "gone"`}, {Exists("tickets", Eq("stage", Text("a"))), "lead.tickets"},
		{Exists("tickets", Exists("tickets", All())), `no relation "tickets"`}, {Not(Or(IsNull("owner"), IsNull("gone"))), `"gone"`},
	} {
		assert.ErrorContains(t, row.p.Check(leads), row.says)
	}
	assert.Error(t, All().Check(nil))
}

func TestSchemaValidate(t *testing.T) {
	require.NoError(t, leads.Validate())
	require.NoError(t, singleLeads().Validate())
	for says, spoil := range map[string]func(*Schema){
		"Key is empty":                    func(s *Schema) { s.Key = nil },
		`Key "gone" is not among`:         func(s *Schema) { s.Key = []string{"gone"} },
		"neither Tenant nor SingleTenant": func(s *Schema) { s.Tenant = "" },
		"both Tenant and SingleTenant":    func(s *Schema) { s.SingleTenant = true },
		`Tenant "gone"`:                   func(s *Schema) { s.Tenant = "gone" },
		`Owner "due" is of kind time`:     func(s *Schema) { s.Owner = []string{"owner", "due"} },
		`Owner "" is not among`:           func(s *Schema) { s.Owner = []string{""} },
		`Team "gone"`:                     func(s *Schema) { s.Team = "gone" },
		`Region "closed" is of kind bool`: func(s *Schema) { s.Region = "closed" },
		`Creator "gone"`:                  func(s *Schema) { s.Creator = "gone" },
		"declared twice":                  func(s *Schema) { s.Attrs = append(s.Attrs, Attr{Name: "id", Kind: KindInt}) },
		"has no kind":                     func(s *Schema) { s.Attrs = append(s.Attrs, Attr{Name: "x"}) },
		"attribute name":                  func(s *Schema) { s.Attrs = append(s.Attrs, Attr{Name: "a b", Kind: KindInt}) },
		"column name":                     func(s *Schema) { s.Attrs = append(s.Attrs, Attr{Name: "x", Kind: KindInt, Column: `x" OR "1`}) },
		`table ""`:                        func(s *Schema) { s.Table = "" },
		"table \"leads; DROP":             func(s *Schema) { s.Table = "leads; DROP TABLE leads" },
		`table "a.b.c"`:                   func(s *Schema) { s.Table = "a.b.c" },
		`type name ""`:                    func(s *Schema) { s.Type = "" },
		`relation "tickets" is declared`:  func(s *Schema) { s.Relations = append(s.Relations, s.Relations[0]) },
		`Local "gone"`:                    func(s *Schema) { s.Relations[0].Local = "gone" },
		`Foreign name ""`:                 func(s *Schema) { s.Relations[0].Foreign = "" },
		`relation "twins" of type "lead": neither Tenant`:             func(s *Schema) { s.Relations[1].Tenant = "" },
		`relation "twins" of type "lead": both Tenant`:                func(s *Schema) { s.Relations[1].SingleTenant = true },
		`relation "twins" of type "lead": Tenant "gone" is not among`: func(s *Schema) { s.Relations[1].Tenant = "gone" },
	} {
		s := *leads
		s.Attrs = append([]Attr{}, leads.Attrs...)
		s.Relations = append([]Relation{}, leads.Relations...)
		spoil(&s)
		assert.ErrorContains(t, s.Validate(), says)
	}
	var none *Schema
	assert.Error(t, none.Validate())
	assert.Error(t, (&Schema{}).Validate())
	_, ok := none.Attr("x")
	assert.False(t, ok)
	_, ok = none.Relation("x")
	assert.False(t, ok)
}
