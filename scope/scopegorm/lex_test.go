package scopegorm

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

func TestLex(t *testing.T) {
	all := []scope.Dialect{scope.SQLite, scope.Postgres, scope.MySQL}
	ok := map[string][]scope.Dialect{
		"name <> '--;)(/*' AND (id = ?)": all,
		"a = 'it''s'":                    all,
		`"a""b" = 1`:                     all,
		"a - 1 > -1":                     all,
		"[a;b] = 1":                      {scope.SQLite},
		"`a``b` = 1":                     {scope.SQLite, scope.MySQL},
		"a::text = $1":                   {scope.Postgres},
		`a LIKE 'x\_' ESCAPE '\'`:        {scope.SQLite},
		"a # 1":                          {scope.Postgres},
		"":                               all,
		"1e5 + 0x1F":                     all,
	}
	for sql, dialects := range ok {
		for _, d := range all {
			_, err := lex(sql, d)
			if assert.ObjectsAreEqual(true, has(dialects, d)) {
				assert.NoError(t, err, "%s on %s", sql, d)
			}
		}
	}
	refused := map[string][]scope.Dialect{
		"a -- b": all, "a /* b": all, "a; b": all, "(a": all, "a)": all, "a) OR (b": all, "'a": all, `"a`: all, "a\x00": all, "'a\x00'": all,
		"a # b": {scope.MySQL}, `'a\'`: {scope.Postgres, scope.MySQL}, "$$a$$": all, "$t$a$t$": all, "?1": all, ":a": {scope.SQLite}, "@a": {scope.SQLite},
		"[a": {scope.SQLite}, "`a": {scope.SQLite, scope.MySQL}, "`a`": {scope.Postgres}, `a \ b`: all,
	}
	for sql, dialects := range refused {
		for _, d := range dialects {
			_, err := lex(sql, d)
			assert.Error(t, err, "%q on %s", sql, d)
		}
	}
}

func has(all []scope.Dialect, d scope.Dialect) bool {
	for _, x := range all {
		if x == d {
			return true
		}
	}
	return false
}

func TestTablesIn(t *testing.T) {
	cases := map[string][]reference{
		"SELECT * FROM a WHERE b, c":                                          {{"a", "a"}},
		"SELECT * FROM a x, s.b AS y JOIN `c` z ON f(x, y) JOIN d ON (1) , e": {{"a", "x"}, {"b", "y"}, {"c", "z"}, {"d", "d"}, {"e", "e"}},
		"SELECT * FROM (a, (b JOIN c ON 1)) LEFT JOIN d USING (x, y)":         {{"a", "a"}, {"b", "b"}, {"c", "c"}, {"d", "d"}},
		"SELECT extract(year FROM t), b FROM a, c":                            {{"t", "t"}, {"a", "a"}, {"c", "c"}},
		"SELECT * FROM ONLY a, LATERAL b ORDER BY c, d":                       {{"a", "a"}, {"b", "b"}},
		"DELETE FROM a WHERE x IN (1, 2)":                                     {{"a", "a"}},
	}
	for sql, want := range cases {
		tokens, err := lex(sql, scope.SQLite)
		require.NoError(t, err)
		assert.Equal(t, want, tablesIn(tokens), sql)
	}
}

// FuzzLex checks what the guard relies on: tokens lie in order and nothing but blanks and quotes between them, and a
// text that passes stays balanced wherever it is put in parentheses.
func FuzzLex(f *testing.F) {
	for _, s := range []string{"a = ?", "'x''y'", "[a]", "(a)(b)", "a--b", "`x`.`y`", "$1", "é ü"} {
		f.Add(s, byte(1))
	}
	f.Fuzz(func(t *testing.T, s string, dialect byte) {
		d := scope.Dialect(dialect%3 + 1)
		tokens, err := lex(s, d)
		if err != nil {
			return
		}
		last := -1
		for _, token := range tokens {
			require.Greater(t, token.pos, last)
			require.GreaterOrEqual(t, token.depth, 0)
			last = token.pos
		}
		enclosed, err := lex("("+s+")", d)
		require.NoError(t, err)
		require.Len(t, enclosed, len(tokens)+2)
		for _, inside := range enclosed[1 : len(enclosed)-1] {
			require.Positive(t, inside.depth, "nothing gets out of the parentheses put around it")
		}
		if !strings.ContainsAny(s, "'\"`[") {
			require.NotContains(t, s, ";")
			require.NotContains(t, s, "--")
			require.NotContains(t, s, "/*")
		}
	})
}
