package scopesql

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Page is one page of a list.
type Page[T any] struct {
	Rows []T    // never nil
	Next string // cursor for List.After; "" if no row follows
	Prev string // cursor for List.Before; "" if no row comes before
}

// PageOf makes a page of the rows that the query selected, all of them and in their order, whichever way they were read.
// T is a struct, a pointer to one, or a map by attribute, as for [scope.OfAny]; it must hold the attributes of the order
// and the key.
//
// A page that begins or ends with a cursor can be empty, if the rows beyond it are gone since; it has no cursors then.
func PageOf[T any](q Query, rows []T) (Page[T], error) {
	if q.seal == nil {
		return Page[T]{}, errors.New("scopesql: the query is none of Pager.List's")
	}
	if len(rows) > q.size+1 {
		return Page[T]{}, fmt.Errorf("scopesql: %d rows cannot be of this query, which selects at most %d", len(rows), q.size+1)
	}
	more := len(rows) > q.size
	p := Page[T]{Rows: append([]T{}, rows[:min(len(rows), q.size)]...)}
	if q.back {
		slices.Reverse(p.Rows)
	}
	if len(p.Rows) == 0 {
		return p, nil
	}
	var err error
	if more || q.back {
		if p.Next, err = q.cursor(p.Rows[len(p.Rows)-1]); err != nil {
			return Page[T]{}, err
		}
	}
	if more && q.back || q.from && !q.back {
		if p.Prev, err = q.cursor(p.Rows[0]); err != nil {
			return Page[T]{}, err
		}
	}
	return p, nil
}

// cursor is the position of a row.
func (q Query) cursor(row any) (string, error) {
	r, at := scope.OfAny(row), make([]scope.Value, len(q.by))
	for i, o := range q.by {
		v, err := r.Value(o.attr.Name, o.attr.Kind)
		if err != nil {
			return "", fmt.Errorf("scopesql: a row has no cursor: %w", err)
		}
		if v.IsNull() && o.notNull {
			return "", fmt.Errorf("scopesql: attribute %q is NULL in a row: do not order by it as NotNull", o.attr.Name)
		}
		at[i] = v
	}
	return q.seal(at), nil
}
