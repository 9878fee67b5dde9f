package access

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutSecretsLeavesWhatHelps(t *testing.T) {
	for _, text := range []string{
		`access: invalid rule "p, r:rep, acme, deal, view, own, Deny": the effect "Deny" is neither allow nor deny`,
		`access: invalid assignment "g, u:ann@example.com, r:rep, acme": the role is blank`,
		`accessgorm: load "acme": no such table: crmaccess_role`,
		`the store answered with revision 1 of "acme" after revision 2 was seen: is it a replica that lags, or a restored backup?`,
		"dial tcp 10.0.0.7:5432: connect: connection refused",
		"database is locked (5) (SQLITE_BUSY)",
	} {
		assert.Equal(t, text, withoutSecrets(text))
	}
	assert.Len(t, withoutSecrets(strings.Repeat("x", 5000)), maxErrorText+len("…"))
}

// Whatever stands around it, a password in one of the usual shapes is not shown, and the text stays a line of UTF-8.
func FuzzWithoutSecrets(f *testing.F) {
	f.Add("dial ", ": refused")
	f.Add("`", "`")
	f.Add("u:", ",")
	f.Add("\x00\xff", "\n")
	f.Add("'", "\"")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "hunter2"
		if strings.Contains(before+after, "hunter") || strings.Contains(before+after, "ter2") {
			return
		}
		for _, dsn := range []string{"postgres://app:hunter2@db/crm", "app:hunter2@tcp(db:3306)/crm", " password=hunter2 ", " password='hunter2' "} {
			out := withoutSecrets(before + dsn + after)
			require.NotContains(t, out, secret)
			require.True(t, utf8.ValidString(out))
			require.NotContains(t, out, "\n")
			require.LessOrEqual(t, len(out), maxErrorText+len("…"))
		}
	})
}
