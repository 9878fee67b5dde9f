package access

import (
	"regexp"
	"strings"
)

// maxErrorText is the largest length, in bytes, of an error's text that Health shows.
const maxErrorText = 1000

const blanked = "[…]"

var (
	// postgres://app:secret@db/crm, app:secret@tcp(db:3306)/crm, app@unix(/run/db.sock)/crm, app/secret@db: the whole word
	connection = regexp.MustCompile(`\S*(?:://|[:/]\S*@|@\w*\()\S*`)
	// u:ann@example.com, as a subject stands in a policy row
	subjectInRow = regexp.MustCompile(`^["']?u:[^:/@()]+@[^:/@()]+$`)
	// host=db user=app password='it''s secret', Password = secret; token: secret
	pair = regexp.MustCompile(`(?i)([a-z0-9_\-]*(?:host|hostaddr|server|user|user id|uid|dbname|database|data source)\s*=|` +
		`[a-z0-9_\-]*(?:password|passwd|passphrase|pwd|secret|token|api[_\-]?key)\s*[=:])` +
		`\s*(?:'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.|"")*"?|[^\s;,&)]+)`)
)

// withoutSecrets is an error's text on one line, without what looks like a connection string, a password or a token.
func withoutSecrets(text string) string {
	text = strings.ToValidUTF8(text, "�")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }), " ")
	text = pair.ReplaceAllString(text, "$1"+blanked)
	text = connection.ReplaceAllStringFunc(text, func(word string) string {
		if subjectInRow.MatchString(word) {
			return word
		}
		return blanked
	})
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}
