package when_test

import (
	"testing"

	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanonicalSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"own":                           "own",
		" own&&office_hours ":           "own && office_hours",
		"((own))||team":                 "own || team",
		"(a || b) && !c":                "(a || b) && !c",
		"a && (b && c)":                 "a && b && c",
		"(a && b) || (c && d)":          "a && b || c && d",
		"!(a && b)":                     "!(a && b)",
		"!!a":                           "!!a",
		"old . unowned && new.own":      "old.unowned && new.own",
		"action.export && !(a || b&&c)": "action.export && !(a || b && c)",
	} {
		e, err := when.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, e.String(), text)
		again, err := when.Parse(e.String())
		require.NoError(t, err)
		assert.Equal(t, e, again)
	}
}

func TestWhatIsNoExpression(t *testing.T) {
	for _, text := range []string{
		"", " ", "own // c", "own /* c */", "own\n|| team", "f()", "own.x", "x.own", "old.new.own", "1", "own == team", "own & team",
		"-own", "&own", "*own", "own || ", "import", "action.import", "true", "nil", "old", "\"own\"", "own;team", "Own", "_own",
		"own team", "[]own", "own.(x)", "所有", "own\x00", "a.b.c", "func(){}",
	} {
		_, err := when.Parse(text)
		assert.Error(t, err, "%q", text)
	}
}

// What is accepted is spelled in one way, and that spelling means the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"own", "a && (b || !c)", "old.a && new.b || action.c", "!!((a))", "own // c", "((((("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := when.Parse(text)
		if err != nil {
			return
		}
		again, err := when.Parse(e.String())
		require.NoError(t, err)
		require.Equal(t, e, again)
	})
}
