package scopesql

import (
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Order is one attribute that a list is ordered by. The type's key follows all of them.
type Order struct {
	Attr string
	Desc bool
	// NotNull says that the column is declared NOT NULL. Its order is then one that indexes have. Without it NULLs come
	// last in either direction. A column that is said to be NotNull and is not would lose the rows with NULL.
	NotNull bool
}

// term is an Order whose attribute was found.
type term struct {
	attr    scope.Attr
	desc    bool
	notNull bool
}

// terms finds the attributes of an order and ends it with the key.
func terms(d Decision, s *scope.Schema, by []Order) ([]term, error) {
	if len(by) > MaxOrder {
		return nil, refused("the list is ordered by too many attributes", fmt.Sprintf("order by at most %d", MaxOrder), nil)
	}
	var names []string
	var out []term
	for _, o := range by {
		if slices.Contains(names, o.Attr) {
			return nil, refused("the list is ordered by an attribute twice", "name it once", nil)
		}
		names = append(names, o.Attr)
	}
	if err := d.Queryable(slices.Concat(names, s.Key)...); err != nil { // the key too: a cursor tells it
		return nil, refused("the list may not be ordered so", "order by attributes that are shown in clear, and show the key", err)
	}
	for _, o := range by {
		a, ok := s.Attr(o.Attr)
		if !ok {
			return nil, refused("the list is ordered by what is no attribute", "use a name from the Schema", nil)
		}
		out = append(out, term{a, o.Desc, o.NotNull || slices.Contains(s.Key, o.Attr)})
	}
	last := len(by) > 0 && by[len(by)-1].Desc
	for _, name := range s.Key {
		if !slices.Contains(names, name) {
			a, _ := s.Attr(name)
			out = append(out, term{a, last, true})
		}
	}
	return out, nil
}

// order writes ORDER BY for the rows of the alias, or for the opposite direction.
func (t *text) order(by []term, back bool) {
	t.Raw(" ORDER BY ")
	for i, o := range by {
		if i > 0 {
			t.Raw(", ")
		}
		t.term(o, back)
	}
}

func (t *text) term(o term, back bool) {
	column := o.attr.Column
	if column == "" {
		column = o.attr.Name
	}
	direction := map[bool]string{false: " ASC", true: " DESC"}[o.desc != back]
	if t.dialect == scope.MySQL && !o.notNull {
		t.Column(t.alias, column)
		t.Raw(map[bool]string{false: " IS NULL ASC, ", true: " IS NULL DESC, "}[back])
	}
	byBytes := o.attr.Kind == scope.KindText || o.attr.Kind == scope.KindUUID && t.dialect != scope.Postgres
	if byBytes && t.dialect == scope.MySQL {
		t.Raw("BINARY ")
	}
	t.Column(t.alias, column)
	if byBytes {
		t.Raw(map[scope.Dialect]string{scope.SQLite: " COLLATE BINARY", scope.Postgres: ` COLLATE "C"`}[t.dialect])
	}
	t.Raw(direction)
	if t.dialect != scope.MySQL && !o.notNull {
		t.Raw(map[bool]string{false: " NULLS LAST", true: " NULLS FIRST"}[back])
	}
}
