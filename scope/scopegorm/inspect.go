package scopegorm

import (
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// inspect looks at the finished SQL as the database will read it, and is the last word: whatever way a text found into
// it, the scope must stand where it has effect and no protected table may be read beside it.
func (r *run) inspect() error {
	sql := r.st.SQL.String()
	if sql == "" {
		return nil
	}
	tokens, err := lex(sql, r.dialect)
	if err != nil {
		return r.refuseText(err)
	}
	if err := r.checkWhere(tokens); err != nil {
		return err
	}
	if err := r.checkBound(tokens); err != nil {
		return err
	}
	own := slices.DeleteFunc(slices.Clone(tokens), func(t token) bool {
		return slices.ContainsFunc(r.trusted, func(s span) bool { return s.from <= t.pos && t.pos < s.to })
	})
	if err := r.checkWords(own); err != nil {
		return err
	}
	return r.checkTables(own)
}

// checkWhere makes sure that WHERE was built, at the top level, and that what follows cannot be a part of it.
func (r *run) checkWhere(tokens []token) error {
	if r.after == 0 {
		if r.target.model != nil && r.kind != access.CreateRows {
			return r.refuse("its SQL was built without WHERE", "leave BuildClauses as they are")
		}
		return nil
	}
	follows := []string{"group", "having", "order", "limit", "offset", "fetch", "for", "lock", "returning", "window"}
	for i, t := range tokens {
		switch {
		case t.pos == r.before && t.depth > 0:
			return r.refuse("a parenthesis before WHERE is left open", "leave it to conditions to say which rows")
		case t.pos >= r.after:
			if t.class != word || !slices.Contains(follows, tokens[i].text) {
				return r.refuse("something follows WHERE that could change it", "use Where, Group, Order and Limit")
			}
			return nil
		}
	}
	return nil
}

// checkBound makes sure that each placeholder gets the value that was bound for it: one too many in a host's text
// would move the values of the scope. Numbered placeholders cannot move.
func (r *run) checkBound(tokens []token) error {
	if r.dialect == scope.Postgres {
		return nil
	}
	holders, before := r.base, r.base
	for _, t := range tokens {
		if t.class == holder {
			holders++
			if t.pos < r.before {
				before++
			}
		}
	}
	if holders != len(r.st.Vars) || r.after > 0 && before != r.bound {
		return r.refuse("placeholders and values do not match", "give each ? one value, and no value without a ?")
	}
	return nil
}

// checkWords refuses SQL that reads rows without the guard having built it.
func (r *run) checkWords(tokens []token) error {
	for i, t := range tokens {
		if t.class != word || i == 0 {
			continue
		}
		switch t.text {
		case "select", "table", "union", "intersect", "except":
			return r.refusef("pass a *gorm.DB made with Model in place of the text", "a text opens rows of its own (%s)", t.text)
		case "into":
			if tokens[0].text != "insert" {
				return r.refuse("a text writes elsewhere (into)", "leave it away")
			}
		case "in":
			if i+1 < len(tokens) && (tokens[i+1].class == word || tokens[i+1].class == name) {
				return r.refuse("a text reads a table by IN", "pass a *gorm.DB made with Model, or values")
			}
		}
	}
	return nil
}

// checkTables counts the protected tables that the SQL reads from: the target once, and the joins that were armed. The
// name by which the scope calls its table must mean no other.
func (r *run) checkTables(tokens []token) error {
	expected := map[string]int{}
	for table, n := range r.joined {
		expected[table] = n
	}
	calls := 0
	if m := r.target.model; m != nil && tokens[0].text != "update" {
		expected[tableKey(m.gorm.Table)]++
		calls++
	}
	for _, t := range tablesIn(tokens) {
		if r.target.model != nil && strings.EqualFold(t.alias, r.target.table) {
			if calls--; calls < 0 {
				return r.refusef("choose another alias", "a text calls another table %s", t.alias)
			}
		}
		key := tableKey(t.table)
		if r.models.byTable[key] == nil {
			continue
		}
		if expected[key]--; expected[key] < 0 {
			return r.refusef("join by the name of an association, or pass a *gorm.DB made with Model", "a text reads the table %s beside the guard", t.table)
		}
	}
	return nil
}
