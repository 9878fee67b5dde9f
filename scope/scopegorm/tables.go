package scopegorm

import "slices"

// reference is a table that SQL reads from, and what it is called there.
type reference struct{ table, alias string }

// tablesIn lists the names that stand where SQL expects a table: after FROM and JOIN, and after a comma between tables.
func tablesIn(tokens []token) []reference {
	var out []reference
	var sections []int // depths at which a list of tables is open
	expect := false
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		for len(sections) > 0 && t.depth < sections[len(sections)-1] {
			sections = sections[:len(sections)-1]
		}
		open := len(sections) > 0 && t.depth == sections[len(sections)-1]
		switch {
		case t.class == word && (t.text == "from" || t.text == "join"):
			if !open {
				sections = append(sections, t.depth)
			}
			expect = true
		case t.class == mark && t.text == "," && open:
			expect = true
		case t.class == mark && t.text == "(" && expect:
			sections = append(sections, t.depth+1)
		case open && t.class == word && slices.Contains(endsTables, t.text):
			sections = sections[:len(sections)-1]
			expect = false
		case expect && t.class == word && (t.text == "only" || t.text == "lateral"):
		case expect && (t.class == word || t.class == name):
			for i+2 < len(tokens) && tokens[i+1].class == mark && tokens[i+1].text == "." {
				i += 2
			}
			out = append(out, reference{tokens[i].text, aliasAfter(tokens, i)})
			expect = false
		default:
			expect = false
		}
	}
	return out
}

var endsTables = []string{"where", "group", "having", "order", "limit", "set", "returning", "window", "for", "values"}

// aliasAfter is the name by which the table at i is called. A word that is no alias (JOIN, ON) calls no table of ours.
func aliasAfter(tokens []token, i int) string {
	next := func(n int) token {
		if i+n < len(tokens) {
			return tokens[i+n]
		}
		return token{}
	}
	n := 1
	if t := next(1); t.class == word && t.text == "as" {
		n = 2
	}
	switch t := next(n); {
	case t.class == name, t.class == word && !slices.Contains(followTable, t.text):
		return t.text
	}
	return tokens[i].text
}

var followTable = append([]string{"on", "using", "join", "left", "right", "inner", "outer", "cross", "full", "natural", "partition", "indexed", "not"}, endsTables...)
