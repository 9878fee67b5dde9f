package field_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/field"
)

func TestStockMaskers(t *testing.T) {
	m := field.NewMaskers()
	for _, c := range []struct{ masker, in, want, reason string }{
		{"phone", "13212345917", "132****5917", "a mobile number of eleven digits"},
		{"phone", "+86 132-1234-5917", "132****5917", "country code and separators are not part of it"},
		{"phone", "008613212345917", "132****5917", "dialled with 00"},
		{"phone", "12012345917", "*********17", "no mobile number begins with 12"},
		{"phone", "+1 (415) 555-2671", "*********71", "abroad: the last two digits"},
		{"phone", "010-6552-9988", "*********88", "a landline"},
		{"phone", "110", "****", "too short for a number"},
		{"phone", "123456", "****", "six digits"},
		{"phone", "1234567", "*****67", "seven digits"},
		{"phone", "12345678901234567", "***************67", "seventeen digits"},
		{"phone", "123456789012345678", "****", "eighteen digits"},
		{"phone", "13212345917 ext", "****", "letters"},
		{"phone", "132+12345917", "****", "a plus inside"},
		{"phone", "１３２１２３４５９１７", "****", "full-width digits"},
		{"phone", "1321234591\u20e3", "****", "a digit with a mark"},

		{"email", "12345@email.com", "1****@email.com", "first of the local part, and the domain"},
		{"email", "张三@例子.公司", "张*@例子.公司", "any script"},
		{"email", "👩‍🚀moon@space.org", "👩‍🚀****@space.org", "an emoji of several code points is one"},
		{"email", "a@b.com", "****", "one letter would be the whole local part"},
		{"email", "@b.com", "****", "nothing before @"},
		{"email", "ada@", "****", "nothing behind @"},
		{"email", "ada", "****", "no @"},
		{"email", `ad@a@b.com`, "****", "two @"},
		{"email", "ada love@b.com", "****", "a blank"},
		{"email", "ada@b.com (private: 555)", "****", "text behind the domain"},
		{"email", "ada@\u0301b.com", "****", "@ with an accent is not @"},

		{"name", "张三", "张*", "family name"},
		{"name", "芋道源码", "芋***", "one star a character"},
		{"name", "张 三", "张**", "a blank inside is covered too"},
		{"name", "Ада Lovelace", "А** L*******", "first letter of each word"},
		{"name", "  Ada   Lovelace ", "A** L*******", "white space is one blank"},
		{"name", "J Smith", "* S****", "an initial would be a whole word"},
		{"name", "J S", "****", "initials only"},
		{"name", "张", "****", "one character"},
		{"name", "A", "****", "one letter"},
		{"name", "e\u0301lan", "e\u0301***", "a letter with its accent"},
		{"name", "  ", "****", "blank"},
		{"name", "산타", "산*", "Hangul"},

		{"first3", "abcd", "abc*", "three kept"},
		{"first3", "abc", "****", "nothing would be hidden"},
		{"first3", "🇨🇳🇩🇪🇫🇷🇺🇸", "🇨🇳🇩🇪🇫🇷*", "a flag is two code points"},
		{"last4", "6222021234", "******1234", "four kept"},
		{"last4", "1234", "****", "nothing would be hidden"},
		{"last4", "a\r\nbcd", "*\r\nbcd", "CR LF is one"},

		{"full", "a", "****", "the length is not told"},
		{"full", strings.Repeat("a", 99), "****", "the length is not told"},
		{"nosuch", "13212345917", "****", "an unknown masker shows nothing"},
		{"", "13212345917", "****", "no masker shows nothing"},
	} {
		assert.Equal(t, c.want, m.Apply(c.masker, c.in), "%s of %q: %s", c.masker, c.in, c.reason)
	}
}

func TestApplyIsSafeForAnyMasker(t *testing.T) {
	m := field.NewMaskers()
	require.NoError(t, m.Register("panics", func([]byte, string) []byte { panic("no") }))
	require.NoError(t, m.Register("broken", func(dst []byte, _ string) []byte { return append(dst, 0xff) }))
	for _, name := range append(m.Names(), "nosuch") {
		assert.Equal(t, "", m.Apply(name, ""), "%s: empty stays empty", name)
		assert.Equal(t, "****", m.Apply(name, "132\xff2345917"), "%s: not UTF-8", name)
	}
	assert.Equal(t, "****", m.Apply("panics", "secret"))
	assert.Equal(t, "****", m.Apply("broken", "secret"))
	var none *field.Maskers
	assert.Equal(t, "****", none.Apply("phone", "13212345917"))
	assert.Empty(t, none.Names())
}

func TestRegisterRefuses(t *testing.T) {
	m := field.NewMaskers()
	f := func(dst []byte, _ string) []byte { return dst }
	for _, name := range []string{"", "phone", "Phone", "a,b", "a:b", "9", strings.Repeat("a", 65)} {
		assert.Error(t, m.Register(name, f), "%q", name)
	}
	assert.Error(t, m.Register("mine", nil))
	require.NoError(t, m.Register("mine", f))
	assert.Error(t, m.Register("mine", f), "twice")

	_, err := field.NewMask([]string{"phone"}, nil, m)
	require.NoError(t, err)
	assert.ErrorContains(t, m.Register("late", f), "before")
	assert.ErrorContains(t, m.Order("full", "phone"), "before")
}

func TestLessFollowsFromTheChains(t *testing.T) {
	m := field.NewMaskers()
	assert.Equal(t, "full", m.Less("full", "phone"))
	assert.Equal(t, "full", m.Less("phone", "full"))
	assert.Equal(t, "full", m.Less("phone", "last4"), "not ordered")
	assert.Equal(t, "phone", m.Less("phone", "phone"))
	assert.Equal(t, "full", m.Less("phone", "nosuch"))
	assert.Equal(t, "full", m.Less("nosuch", "nosuch"))

	require.NoError(t, m.Order("last4", "phone"))
	require.NoError(t, m.Order("first3", "last4"))
	for _, swap := range []bool{false, true} {
		a, b := "first3", "phone"
		if swap {
			a, b = b, a
		}
		assert.Equal(t, "first3", m.Less(a, b), "first3 < last4 < phone")
	}
	assert.Error(t, m.Order("phone", "first3"), "a cycle over two chains")
	assert.Error(t, m.Order("email", "email"))
	assert.Error(t, m.Order("email", "full"), "nothing shows less than full")
	assert.Error(t, m.Order("email", "nosuch"))
	assert.Error(t, m.Order("email", "name", "email"))
	assert.Equal(t, "full", m.Less("email", "name"), "a refused chain leaves nothing behind")
}

func TestParseForm(t *testing.T) {
	m := field.NewMaskers()
	for _, text := range []string{"hide", "read", "once", "edit", "mask:phone", "mask:full"} {
		f, err := field.ParseForm(text, m)
		require.NoError(t, err, text)
		assert.Equal(t, text, f.String())
	}
	for _, text := range []string{"", "mask", "mask:", "mask:nosuch", "Edit", " read", "read ", "edit:phone", "write", "level(9)"} {
		f, err := field.ParseForm(text, m)
		assert.Error(t, err, "%q", text)
		assert.Zero(t, f, "%q: with an error the form hides", text)
	}
	_, err := field.ParseForm("mask:phone", nil)
	assert.Error(t, err)
	assert.Equal(t, "hide", field.Form{}.String())
	assert.Equal(t, "level(9)", field.Level(9).String())
	assert.True(t, field.Hide < field.Masked && field.Masked < field.Read && field.Read < field.Once && field.Once < field.Edit)
}

func FuzzParseForm(f *testing.F) {
	for _, s := range []string{"hide", "mask:phone", "mask:", "mask:mask:phone", "edit "} {
		f.Add(s)
	}
	m := field.NewMaskers()
	f.Fuzz(func(t *testing.T, text string) {
		form, err := field.ParseForm(text, m)
		if err != nil {
			require.Zero(t, form)
			return
		}
		require.Equal(t, text, form.String(), "one spelling each")
	})
}

func graphemes(s string) (out []string) {
	for g := uniseg.NewGraphemes(s); g.Next(); {
		out = append(out, g.Str())
	}
	return out
}

// FuzzMaskers holds each stock masker against what it may keep, counted by another cutting of the text.
func FuzzMaskers(f *testing.F) {
	for _, s := range []string{"13212345917", "+86 132 1234 5917", "ada@email.com", "张三", "Ada Lovelace", "🇨🇳🇩🇪🇫",
		"e\u0301e\u0301e\u0301e\u0301", "\r\n\r\n\r\n\r\n\r", "\xff", "a@\u0301", "👩‍👩‍👧‍👦@b", "ᄀᄀ각", "\u0600@a.b", "*****"} {
		f.Add(s)
	}
	m := field.NewMaskers()
	f.Fuzz(func(t *testing.T, s string) {
		all := graphemes(s)
		for _, name := range m.Names() {
			out := m.Apply(name, s)
			require.True(t, utf8.ValidString(out), "%s of %q gives %q", name, s, out)
			if s == "" {
				require.Empty(t, out)
				continue
			}
			if out == "****" {
				continue
			}
			require.True(t, utf8.ValidString(s))
			require.True(t, keepsOnly(name, all, out), "%s of %q gives %q", name, s, out)
		}
	})
}

// keepsOnly says whether out is what the named masker's documentation promises for the clusters of its input.
func keepsOnly(name string, in []string, out string) bool {
	n := len(in)
	s := strings.Join(in, "")
	covered := func(from, to int) string { return strings.Repeat("*", to-from) }
	switch name {
	case "first3":
		return n > 3 && out == strings.Join(in[:3], "")+covered(3, n)
	case "last4":
		return n > 4 && out == covered(4, n)+strings.Join(in[n-4:], "")
	case "email":
		at := strings.LastIndex(s, "@")
		local := graphemes(s[:at])
		return len(local) > 1 && in[len(local)] == "@" && out == local[0]+covered(1, len(local))+s[at:]
	case "phone":
		shown := strings.ReplaceAll(out, "*", "")
		digits := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }), "")
		return strings.HasSuffix(digits, shown) && len(shown) == 2 && len(out) == len(digits) ||
			len(shown) == 7 && len(out) == 11 && strings.HasSuffix(digits, shown[3:]) && strings.Contains(digits, shown[:3])
	case "name":
		if out == in[0]+covered(1, n) {
			return true
		}
		var words []string
		for len(in) > 0 {
			end := slices.IndexFunc(in, func(c string) bool { return strings.TrimSpace(c) == "" })
			if end < 0 {
				end = len(in)
			}
			if word := in[:end]; len(word) == 1 {
				words = append(words, "*")
			} else if len(word) > 1 {
				words = append(words, word[0]+covered(1, len(word)))
			}
			in = in[min(end+1, len(in)):]
		}
		return out == strings.Join(words, " ")
	}
	return false
}
