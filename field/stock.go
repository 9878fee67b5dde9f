package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// whole stands for a value of which nothing is shown, not even its length.
const whole = "****"

// maskFull shows nothing.
func maskFull(dst []byte, _ string) []byte { return append(dst, whole...) }

// maskFirst3 keeps the first three grapheme clusters; each other one becomes a star.
func maskFirst3(dst []byte, s string) []byte { return keepFirst(dst, s, 3) }

// maskLast4 keeps the last four grapheme clusters; each other one becomes a star.
func maskLast4(dst []byte, s string) []byte {
	hidden := clusters(s) - 4
	if hidden <= 0 {
		return maskFull(dst, s)
	}
	return append(stars(dst, hidden), skip(s, hidden)...)
}

// maskPhone reads 7 to 17 digits, a plus in front, and blanks, dots, dashes, slashes and parentheses anywhere. Of a
// mainland Chinese mobile number, with or without 86, +86 or 0086, it keeps the first three and the last four of the
// eleven digits: 132****5917. Of any other number it keeps the last two digits: *********71. Only digits are counted
// and written.
func maskPhone(dst []byte, s string) []byte {
	var buf [17]byte
	digits := buf[:0]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			if len(digits) == cap(digits) {
				return maskFull(dst, s)
			}
			digits = append(digits, c)
		case c == '+' && i == 0, strings.IndexByte(" .-/()", c) >= 0:
		default:
			return maskFull(dst, s)
		}
	}
	if mobile := chineseMobile(string(digits), s[0] == '+'); mobile != "" {
		dst = stars(append(dst, mobile[:3]...), 4)
		return append(dst, mobile[7:]...)
	}
	n := len(digits)
	if n < 7 {
		return maskFull(dst, s)
	}
	return append(stars(dst, n-2), digits[n-2:]...)
}

// chineseMobile returns the eleven digits without the country code, or "". Behind a plus there is a country code.
func chineseMobile(digits string, plus bool) string {
	for _, code := range []string{"86", "0086", ""} {
		d, ok := strings.CutPrefix(digits, code)
		if ok && len(d) == 11 && d[0] == '1' && d[1] >= '3' && (code == "86" || !plus) {
			return d
		}
	}
	return ""
}

// maskEmail keeps the first grapheme cluster of the local part, and the domain: 1****@email.com. It reads one @,
// before it two clusters or more without blanks, behind it a domain of letters, digits, dots and dashes.
func maskEmail(dst []byte, s string) []byte {
	local, domain, ok := strings.Cut(s, "@")
	first, rest := cluster(local)
	if !ok || rest == "" || strings.ContainsFunc(local, blank) || !isDomain(domain) || !standsAlone(local, domain) {
		return maskFull(dst, s)
	}
	dst = stars(append(dst, first...), clusters(rest))
	dst = append(dst, '@')
	return append(dst, domain...)
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func isDomain(s string) bool {
	for _, r := range s {
		switch {
		case r == '.', r == '-', unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		default:
			return false
		}
	}
	return s != ""
}

// standsAlone reports whether the @ between local and domain is a grapheme cluster of its own.
func standsAlone(local, domain string) bool {
	if local[len(local)-1] < utf8.RuneSelf && domain[0] < utf8.RuneSelf {
		return true
	}
	for s := local + "@" + domain; ; {
		var c string
		if c, s = cluster(s); strings.Contains(c, "@") {
			return c == "@"
		}
	}
}

// maskName keeps the first grapheme cluster of a name that holds Han, kana or Hangul: 张*, 芋***. Of any other name it
// keeps the first cluster of each word of two clusters or more: A** L*******. White space between words becomes one
// blank.
func maskName(dst []byte, s string) []byte {
	if strings.ContainsFunc(s, isCJK) {
		return keepFirst(dst, s, 1)
	}
	start, kept := len(dst), false
	for rest := s; rest != ""; {
		var word string
		word, rest = nextWord(rest)
		first, tail := cluster(word)
		switch {
		case word == "":
			continue
		case len(dst) > start:
			dst = append(dst, ' ')
		}
		if tail == "" {
			dst = stars(dst, 1)
			continue
		}
		dst, kept = stars(append(dst, first...), clusters(tail)), true
	}
	if !kept {
		return maskFull(dst[:start], s)
	}
	return dst
}

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// nextWord returns the clusters before the first white space, and what follows that white space.
func nextWord(s string) (word, rest string) {
	for rest = s; rest != ""; {
		c, after := cluster(rest)
		if strings.TrimSpace(c) == "" {
			return s[:len(s)-len(rest)], after
		}
		rest = after
	}
	return s, ""
}

func keepFirst(dst []byte, s string, n int) []byte {
	rest := skip(s, n)
	if rest == "" {
		return maskFull(dst, s)
	}
	return stars(append(dst, s[:len(s)-len(rest)]...), clusters(rest))
}

func stars(dst []byte, n int) []byte {
	const some = "****************"
	for ; n > len(some); n -= len(some) {
		dst = append(dst, some...)
	}
	return append(dst, some[:n]...)
}

func skip(s string, n int) string {
	for range n {
		_, s = cluster(s)
	}
	return s
}

func clusters(s string) (n int) {
	for n < len(s) && s[n] < utf8.RuneSelf && s[n] != '\r' {
		n++
	}
	if n == len(s) {
		return n
	}
	n = 0
	for ; s != ""; n++ {
		_, s = cluster(s)
	}
	return n
}

// cluster cuts the first grapheme cluster off s. Two ASCII bytes never share one, except CR LF.
func cluster(s string) (first, rest string) {
	if len(s) > 1 && s[0] < utf8.RuneSelf && s[1] < utf8.RuneSelf && s[0] != '\r' {
		return s[:1], s[1:]
	}
	first, rest, _, _ = uniseg.FirstGraphemeClusterInString(s, -1)
	return first, rest
}
