package access_test

import (
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRows(t *testing.T) {
	rows, err := access.ParseRows("# a comment\n\np, r:rep,acme , deal, view, own || team, allow\np2, r:rep, *, deal, phone, own, mask:phone\ng, u:ann, r:rep, acme\ng, r:mgr, r:rep, *\n")
	require.NoError(t, err)
	assert.Equal(t, access.Rows{
		Rules:       []access.Rule{{Role: "rep", Tenant: "acme", Type: "deal", Action: "view", When: "own || team", Effect: access.Allow}},
		Fields:      []access.FieldRule{{Role: "rep", Tenant: "*", Type: "deal", Field: "phone", When: "own", Level: "mask:phone"}},
		Assignments: []access.Assignment{{Subject: "ann", Role: "rep", Tenant: "acme"}},
		Inherits:    []access.Inheritance{{Role: "mgr", Inherits: "rep", Tenant: "*"}},
	}, rows)
	for _, bad := range []string{
		"p, r:rep, acme, deal, view, own", "p, r:rep, acme, deal, view, own, allow, x", "p, rep, acme, deal, view, own, allow", "p, u:rep, acme, deal, view, own, allow",
		"q, a, b", "g, ann, r:rep, acme", "g, u:ann, rep, acme", "g, u:ann, r:rep", "g, u:ann, r:rep, acme, x", `p, "r:rep`,
	} {
		_, err := access.ParseRows(bad)
		assert.ErrorIs(t, err, access.ErrInvalid, bad)
	}
	_, err = access.ParseRows("g, u:ann, r:rep, acme\n\ng, ann, r:rep, acme")
	assert.ErrorContains(t, err, "line 3")
}

func TestStableID(t *testing.T) {
	assert.Equal(t, "alice@example.com", access.StableID("alice@example.com"))
	dn := "CN=Alice,OU=Sales,DC=example"
	assert.Equal(t, access.StableID(dn), access.StableID(dn))
	seen := map[string]string{}
	for _, s := range []string{dn, strings.ToLower(dn), "a\u0301", "á", "alice ", "alice", "Alice", access.StableID(dn), strings.Repeat("x", 99), strings.Repeat("x", 98), "a\x00", "id-x"} {
		id := access.StableID(s)
		assert.NoError(t, access.CheckID(id), "%q", s)
		assert.Empty(t, seen[id], "%q and %q share an id", s, seen[id])
		seen[id] = s
	}
	assert.Error(t, access.CheckID(access.StableID("")), "nobody stays nobody")
}

// What is accepted is written back as it was read.
func FuzzParseRows(f *testing.F) {
	f.Add("p, r:rep, acme, deal, view, own || team, allow\np2, r:a, *, deal, phone, own, hide")
	f.Add("g, u:ann, r:rep, acme\ng, r:a, r:b, c")
	f.Add("p, \"r:x\"\"\", a, b, c, d, e")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := access.ParseRows(text)
		if err != nil {
			return
		}
		var again access.Rows
		for _, r := range rows.Rules {
			require.NoError(t, again.AddLine(r.Line()...))
		}
		for _, r := range rows.Fields {
			require.NoError(t, again.AddLine(r.Line()...))
		}
		for _, r := range rows.Assignments {
			require.NoError(t, again.AddLine(r.Line()...))
		}
		for _, r := range rows.Inherits {
			require.NoError(t, again.AddLine(r.Line()...))
		}
		require.Equal(t, rows, again)
	})
}

// No two strings share a stable id, and each is one that a row can hold.
func FuzzStableID(f *testing.F) {
	f.Add("alice", "Alice")
	f.Add("a,b", "id-ae")
	f.Add("\xff", "a\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b {
			require.NotEqual(t, access.StableID(a), access.StableID(b))
		}
		if a != "" {
			require.NoError(t, access.CheckID(access.StableID(a)))
		}
	})
}
