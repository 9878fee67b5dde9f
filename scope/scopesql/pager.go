package scopesql

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Config is what a [Pager] needs.
type Config struct {
	Dialect scope.Dialect
	// Keys sign cursors: the first signs, all are accepted, so that a key can be replaced. Each has at least 32 bytes of
	// a random source, and all nodes of a service have the same.
	Keys [][]byte
	// Lifetime is how long a cursor is accepted; 0 means an hour.
	Lifetime time.Duration
	Now      func() time.Time // nil: time.Now
}

// Pager writes the statements of lists, for one database. It may be used concurrently.
type Pager struct{ c Config }

// NewPager returns a Pager, or an error for a Config that it could not sign or write with.
func NewPager(c Config) (*Pager, error) {
	var errs []error
	if c.Dialect < scope.SQLite || c.Dialect > scope.MySQL {
		errs = append(errs, fmt.Errorf("scopesql: dialect %d is not known: use scope.SQLite, scope.Postgres or scope.MySQL", c.Dialect))
	}
	if len(c.Keys) == 0 {
		errs = append(errs, errors.New("scopesql: there is no key to sign cursors with: give one of 32 random bytes"))
	}
	keys := make([][]byte, len(c.Keys))
	for i, key := range c.Keys {
		if keys[i] = slices.Clone(key); len(key) < 32 {
			errs = append(errs, fmt.Errorf("scopesql: key %d has %d bytes: use at least 32 random ones", i, len(key)))
		}
	}
	if c.Lifetime < 0 {
		errs = append(errs, errors.New("scopesql: Lifetime is negative: 0 means an hour"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c.Keys = keys
	if c.Lifetime == 0 {
		c.Lifetime = time.Hour
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Pager{c}, nil
}

// rowsAlias is what the statements of a Pager call their rows.
const rowsAlias = "listed"

// filtered returns what a decision and a filter select: the rows of the decision, and of these the filter's.
func filtered(d Decision, filter scope.Predicate) (of, wanted scope.Predicate, s *scope.Schema, err error) {
	if of, s, err = reads(d); err != nil {
		return of, wanted, s, err
	}
	if !apart(rowsAlias, s) {
		return of, wanted, s, refused("a related table is called listed, as the rows of a list are", "use Where", nil)
	}
	if len(filter.Facts()) > 0 {
		return of, wanted, s, refused("the filter asks for related rows, whose fields nothing is decided about", "filter by attributes of the type", nil)
	}
	if err = d.Queryable(filter.Attrs()...); err != nil {
		return of, wanted, s, refused("the list may not be filtered so", "filter by attributes that are shown in clear", err)
	}
	wanted, err = filter, filter.Check(s)
	if err != nil {
		err = refused("the filter does not fit the type", "use attributes and kinds of its Schema", err)
	}
	return of, wanted, s, err
}
