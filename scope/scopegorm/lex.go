package scopegorm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// class is what a token is.
type class byte

const (
	word   class = iota + 1 // a keyword or a bare name, in lower case
	name                    // a quoted name, without its quotes
	text                    // a quoted string, or a number
	holder                  // a placeholder
	mark                    // one character of punctuation
)

// token is a piece of SQL: where it stands, and in how many parentheses. These stand outside of themselves.
type token struct {
	class class
	text  string
	pos   int
	depth int
}

// lex splits SQL into tokens as the database would. It is an error if a quote or parenthesis is left open or closed
// before it was opened, and if there is anything that could end the statement or hide a part of it: a comment, a
// semicolon, a NUL, a quoted backslash where it escapes.
func lex(sql string, d scope.Dialect) ([]token, error) {
	l := lexer{sql: sql, dialect: d}
	for l.pos < len(sql) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	if l.depth > 0 {
		return nil, errors.New("a parenthesis is not closed")
	}
	return l.tokens, nil
}

type lexer struct {
	sql     string
	dialect scope.Dialect
	pos     int
	depth   int
	tokens  []token
}

func (l *lexer) next() error {
	switch c := l.sql[l.pos]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
		l.pos++
	case c == '\'':
		return l.quoted(text, '\'')
	case c == '"' && l.dialect == scope.MySQL:
		return l.quoted(text, '"')
	case c == '"' || c == '`' && l.dialect != scope.Postgres:
		return l.quoted(name, c)
	case c == '[' && l.dialect == scope.SQLite:
		return l.quoted(name, ']')
	case isLetter(c):
		l.take(word, l.span(isWord))
	case isDigit(c):
		l.take(text, l.span(func(c byte) bool { return isWord(c) || c == '.' }))
	case c == '?' || c == '$' && l.dialect == scope.Postgres && isDigit(l.at(1)):
		n := 1
		for isDigit(l.at(n)) {
			n++
		}
		if c == '?' && n > 1 {
			return errors.New("a placeholder is numbered: write ?")
		}
		l.take(holder, n)
	default:
		return l.punctuation(c)
	}
	return nil
}

func (l *lexer) punctuation(c byte) error {
	next := l.at(1)
	switch {
	case c == '-' && next == '-' || c == '/' && next == '*' || c == '#' && l.dialect == scope.MySQL:
		return errors.New("a comment could hide a part of the statement")
	case c == ';' || c == 0:
		return fmt.Errorf("%q could end the statement", c)
	case c == '$' || l.dialect == scope.SQLite && (c == '@' || c == ':'):
		return fmt.Errorf("%q names a parameter or opens a quote that the statement has no value for", c)
	case c == '`' || c == '\\':
		return fmt.Errorf("%q has no meaning outside quotes", c)
	case c == ')' && l.depth == 0:
		return errors.New("a parenthesis is closed that was not opened")
	case c == ')':
		l.depth--
	}
	l.take(mark, 1)
	if c == '(' {
		l.depth++
	}
	return nil
}

// quoted takes what stands between the quote here and its end, where a doubled end stands for itself.
func (l *lexer) quoted(c class, end byte) error {
	var inside strings.Builder
	for i := l.pos + 1; i < len(l.sql); i++ {
		switch b := l.sql[i]; {
		case b == end && end != ']' && i+1 < len(l.sql) && l.sql[i+1] == end:
			inside.WriteByte(b)
			i++
		case b == end:
			l.tokens = append(l.tokens, token{c, inside.String(), l.pos, l.depth})
			l.pos = i + 1
			return nil
		case b == 0:
			return errors.New("a quoted text holds a NUL")
		case b == '\\' && l.dialect != scope.SQLite:
			return errors.New("a quoted text holds a backslash: bind it as a value")
		default:
			inside.WriteByte(b)
		}
	}
	return errors.New("a quote is not closed")
}

func (l *lexer) take(c class, n int) {
	l.tokens = append(l.tokens, token{c, strings.ToLower(l.sql[l.pos : l.pos+n]), l.pos, l.depth})
	l.pos += n
}

func (l *lexer) at(i int) byte {
	if l.pos+i < len(l.sql) {
		return l.sql[l.pos+i]
	}
	return ' '
}

func (l *lexer) span(in func(byte) bool) int {
	n := 1
	for l.pos+n < len(l.sql) && in(l.sql[l.pos+n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '$' }
