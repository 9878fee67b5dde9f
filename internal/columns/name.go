package columns

import "strings"

// initialisms are read as one word: HTTPServer is http_server. The order decides where one begins
// like another.
var initialisms = strings.NewReplacer(pairs(
	"API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "LHS",
	"QPS", "RAM", "RHS", "RPC", "SLA", "SMTP", "SSH", "TLS", "TTL", "UID", "UI", "UUID", "URI", "URL", "UTF8",
	"VM", "XML", "XSRF", "XSS")...)

func pairs(words ...string) []string {
	var out []string
	for _, w := range words {
		out = append(out, w, w[:1]+strings.ToLower(w[1:]))
	}
	return out
}

// Snake returns the column name that GORM's default naming gives a field: ID is id, TeamID is
// team_id, HTTPServer is http_server.
func Snake(goName string) string {
	s := initialisms.Replace(goName)
	var b strings.Builder
	for i, r := range s {
		if r < 'A' || r > 'Z' {
			b.WriteRune(r)
			continue
		}
		if startsWord(s, i) {
			b.WriteByte('_')
		}
		b.WriteRune(r + 'a' - 'A')
	}
	return b.String()
}

// startsWord reports whether the capital at i, not the first character, opens a new word.
func startsWord(s string, i int) bool {
	if i == 0 {
		return false
	}
	last := i == len(s)-1
	if upper(s[i-1]) {
		return !last && !upper(s[i+1]) && !digit(s[i+1]) && s[i+1] != '_'
	}
	return last || s[i-1] != '_' && s[i+1] != '_'
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }

// tag holds the settings of a gorm struct tag under upper-case keys.
type tag map[string]string

func gormTag(text string) tag {
	t := tag{}
	for _, setting := range strings.Split(text, ";") {
		key, value, _ := strings.Cut(setting, ":")
		if key = strings.ToUpper(strings.TrimSpace(key)); key != "" {
			t[key] = value
		}
	}
	return t
}

func (t tag) has(key string) bool { _, ok := t[key]; return ok }

// ignored reports whether GORM gives the field no column.
func (t tag) ignored() bool { return t.has("-") && t["-"] != "migration" }
