package access_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

// An id that can be stored comes back from policy text as it was, whether it is a subject's, a role's or a tenant's, and
// rows that differ in it alone are told apart.
func FuzzCheckID(f *testing.F) {
	for _, s := range []string{"alice", "Alice", "a\"b", "#1", "u:r:x", "é", "e\u0301", " a", "a,b", "a\u200bb", "\ufeffa", "\x00", strings.Repeat("x", 98), "所有"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if access.CheckID(id) != nil {
			return
		}
		require.NoError(t, access.CheckID(access.StableID(id)))
		want := access.Rows{
			Assignments: []access.Assignment{{Subject: id, Role: "a", Tenant: "acme"}, {Subject: "x", Role: id, Tenant: id}},
			Inherits:    []access.Inheritance{{Role: id, Inherits: "a", Tenant: access.Shared}},
		}
		var text strings.Builder
		w := csv.NewWriter(&text)
		for _, a := range want.Assignments {
			require.NoError(t, w.Write(a.Line()))
		}
		require.NoError(t, w.Write(want.Inherits[0].Line()))
		w.Flush()
		got, err := access.ParseRows(text.String())
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// A token that is accepted is written back as it was read.
func FuzzParseRevision(f *testing.F) {
	for _, s := range []string{"0.0", "1.2", "01.2", "1", "1.2.3", "-1.0", "18446744073709551615.18446744073709551616", "+1.1", " 1.1", "1_0.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		r, err := access.ParseRevision(token)
		if err != nil {
			require.ErrorIs(t, err, access.ErrInvalid)
			require.Zero(t, r)
			return
		}
		require.Equal(t, token, r.String())
	})
}
