package access_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAGrantThatIsOverIsNoGround(t *testing.T) {
	rows, err := access.ParseRows(repPolicy)
	require.NoError(t, err)
	rows.Grants = []access.Grant{
		{Subject: "ann", Role: "rep", From: noon.Add(-2 * time.Hour), Until: noon},
		{Subject: "ann", Role: "rep", From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)},
		{Subject: "ann", Role: "rep", From: noon, Until: noon.Add(time.Hour)},
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	x, err := over(t, store).Explain(context.Background(), request("ann", "view", of(annsDeal)))
	require.NoError(t, err)
	require.Len(t, x.Grounds, 2, "the assignment and the live grant")
	assert.NotNil(t, x.Grounds[0].Path[0].Assignment)
	assert.Equal(t, noon.Add(time.Hour), x.Grounds[1].Path[0].Grant.Until)
}

// Explaining leaves no trace: what was tried as a remedy is not in force, nor taken for what a change says.
func TestExplainingChangesNothing(t *testing.T) {
	a := acme(t, adminPolicy)
	export := request("ann", "export", of(annsDeal))
	require.False(t, decide(t, a, "ann", "export", of(annsDeal)).Allowed())
	x, err := a.Explain(context.Background(), export)
	require.NoError(t, err)
	require.NotEmpty(t, x.Remedies)
	require.False(t, decide(t, a, "ann", "export", of(annsDeal)).Allowed())
	_, err = a.Apply(context.Background(), by("root"), add(access.Rows{Rules: []access.Rule{
		{Role: "rep", Type: "deal", Action: "export", When: "unowned", Effect: access.Allow},
	}}))
	require.NoError(t, err)
	assert.False(t, decide(t, a, "ann", "export", of(annsDeal)).Allowed(), "it is ann's")
}

// A tenant with many roles and ways is explained in bounded size, and it is said that there is more.
func TestAnExplanationIsBounded(t *testing.T) {
	var rows access.Rows
	for i := range 300 {
		role := fmt.Sprintf("r%03d", i)
		rows.Rules = append(rows.Rules, access.Rule{Role: role, Type: "deal", Action: "view", When: "own || team || region", Effect: access.Allow})
		rows.Inherits = append(rows.Inherits, access.Inheritance{Role: "top", Inherits: role})
		rows.Assignments = append(rows.Assignments, access.Assignment{Subject: "ann", Role: role})
	}
	rows.Assignments = append(rows.Assignments, access.Assignment{Subject: "ann", Role: "top"})
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.CrossCheck = 0 })
	x, err := a.Explain(context.Background(), request("ann", "view", of(annsDeal)))
	require.NoError(t, err)
	assert.Len(t, x.Grounds, access.MaxGrounds)
	assert.True(t, x.MoreGrounds)
	assert.Contains(t, x.Text("en"), "There is more")
	began := time.Now()
	x, err = a.Explain(context.Background(), request("bob", "view", of(annsDeal)))
	require.NoError(t, err)
	assert.Len(t, x.Misses, access.MaxMisses)
	assert.True(t, x.MoreMisses && x.MoreRemedies)
	assert.Less(t, time.Since(began), 10*time.Second)
}

func TestExplainOfWhatCannotBeDecidedIsAnError(t *testing.T) {
	a := acme(t, repPolicy)
	for name, r := range map[string]access.Request{
		"zero":         {},
		"hostile":      request("ann'; DROP TABLE deal --", "view", access.Resource{}),
		"comma":        request("a,b", "view", access.Resource{}),
		"no such type": {Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "x"}},
		"projection":   request("ann", "view", access.Resource{Record: scope.FromMap(map[string]any{"id": int64(1), "tenant_id": "acme"})}),
	} {
		x, err := a.Explain(context.Background(), r)
		if name == "hostile" {
			require.NoError(t, err, "nobody of that name is known")
			assert.Equal(t, access.MissUnknownSubject, x.Misses[0].Code)
			continue
		}
		assert.Error(t, err, name)
		assert.Equal(t, access.Explanation{}, x, name)
	}
	assert.Equal(t, "denied:   /\n", access.Explanation{}.Text("en"), "the zero Explanation is a denial")
}

// What other roles' rules ask of related rows, and the record at hand does not answer, is unknown and no error.
func TestRulesOfOtherRolesThatLookAtRelatedRowsAreToldOf(t *testing.T) {
	rows := access.Rows{
		Rules: []access.Rule{
			{Role: "rep", Type: "customer", Action: "view", When: "own", Effect: access.Allow},
			{Role: "desk", Type: "customer", Action: "view", When: "has_ticket", Effect: access.Allow},
		},
		Assignments: []access.Assignment{{Subject: "ann", Role: "rep"}},
		Definitions: definitions("acme"),
	}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store, func(c *access.Config) { c.Catalog = access.Catalog{Types: []access.Type{customerType("customer")}} })
	bob := "bob"
	r := access.Request{Subject: access.Subject{ID: "ann", Tenant: "acme"}, Action: "view",
		Resource: access.Resource{Type: "customer", Record: scope.Of(&customer{ID: 1, TenantID: "acme", OwnerID: &bob})}}
	x, err := a.Explain(context.Background(), r)
	require.NoError(t, err)
	require.Len(t, x.Misses, 2)
	assert.Equal(t, "desk", x.Misses[1].Rule.Role)
	assert.Equal(t, scope.Unknown, x.Misses[1].Names[0].Value)
	for _, remedy := range x.Remedies {
		assert.NotEqual(t, access.RemedyAssign, remedy.Code, "whether it would do is not known")
	}
	assert.False(t, strings.Contains(x.Text("en"), "\x00"))
}

// Of somebody barred the record is loaded once, for the remedies; a foreign one and none are alike, and without a Loader
// there are no remedies.
func TestWhoIsBarredIsExplainedOnARecordByItsID(t *testing.T) {
	rows, err := access.ParseRows(repPolicy)
	require.NoError(t, err)
	rows.Suspensions = []access.Suspension{{Subject: "ann"}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	s := newShelf()
	a := over(t, store, func(c *access.Config) { c.Loader = s })
	for id, want := range map[string][]access.RemedyCode{"own": {access.RemedyUnsuspend}, "foreign": nil, "absent": nil} {
		s.loads = 0
		x, err := a.Explain(context.Background(), request("ann", "view", access.Resource{ID: id}))
		require.NoError(t, err)
		var got []access.RemedyCode
		for _, r := range x.Remedies {
			got = append(got, r.Code)
		}
		assert.Equal(t, want, got, id)
		assert.Equal(t, []access.Miss{{Code: access.MissSuspended, Subject: "ann", Links: 1}}, x.Misses, id)
		assert.Equal(t, 1, s.loads, id)
	}
	x, err := over(t, store).Explain(context.Background(), request("ann", "view", access.Resource{ID: "own"}))
	require.NoError(t, err)
	assert.Empty(t, x.Remedies)
}
