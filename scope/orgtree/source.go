package orgtree

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Source reads organisations from the host's own tables. It never writes and may be used concurrently. It should read
// where the host writes: a replica that lags shows people who have left.
type Source struct {
	db  *sql.DB
	now func() time.Time
	*plan

	mu      sync.Mutex
	counter uint64           // the last revision given to any tenant
	at      map[string]stand // by tenant
}

// NewSource checks the mapping, with no look at the database. d is the database behind db.
func NewSource(db *sql.DB, d Dialect, t Tables) (*Source, error) {
	if db == nil {
		return nil, errors.New("orgtree: the database is nil: open one")
	}
	p, err := newPlan(d, t)
	if err != nil {
		return nil, err
	}
	return &Source{db: db, now: time.Now, plan: p, at: map[string]stand{}}, nil
}

// Load reads a tenant's organisation in one transaction, so that it is as the tables were at one instant. A tenant of whom
// there are no people is ErrUnknownTenant, rows that are no organisation are a *RefusedError that names them.
func (s *Source) Load(ctx context.Context, tenant string) (Organisation, error) {
	if err := s.serves(tenant); err != nil {
		return Organisation{}, err
	}
	for {
		begun := s.begin(tenant)
		o, print, err := s.read(ctx, tenant)
		if err != nil {
			if errors.Is(err, ErrUnknownTenant) {
				s.forget(tenant)
			}
			return Organisation{}, err
		}
		if number, ok := s.number(tenant, print, begun); ok {
			o.Revision = number
			return o, nil
		}
	}
}

// Revision returns a number that is another one, and higher, whenever the tenant's rows may have changed. It counts what
// this Source has seen, so the numbers of two Sources have nothing to do with each other. Of a tenant that was not yet
// loaded, it loads the organisation.
func (s *Source) Revision(ctx context.Context, tenant string) (uint64, error) {
	if err := s.serves(tenant); err != nil {
		return 0, err
	}
	for {
		begun := s.begin(tenant)
		if begun.number == 0 {
			o, err := s.Load(ctx, tenant)
			return o.Revision, err
		}
		print, err := s.look(ctx, tenant)
		if err != nil {
			return 0, err
		}
		if number, ok := s.number(tenant, print, begun); ok {
			return number, nil
		}
	}
}

func (s *Source) serves(tenant string) error {
	switch {
	case s == nil:
		return errors.New("orgtree: the Source is nil: make one with NewSource")
	case tenant == "" || s.only != "" && tenant != s.only:
		return fmt.Errorf("%w: %q", ErrUnknownTenant, tenant)
	}
	return nil
}

// read returns the organisation and the print of the rows it was made of.
func (s *Source) read(ctx context.Context, tenant string) (o Organisation, print string, err error) {
	tx, err := s.db.BeginTx(ctx, s.isolation())
	if err != nil {
		return o, "", fmt.Errorf("orgtree: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if !s.exhaustive() {
		if print, err = s.print(ctx, tx, tenant); err != nil {
			return o, "", err
		}
	}
	r := reader{plan: s.plan, ctx: ctx, q: tx, tenant: tenant}
	if o, err = r.organisation(); err != nil {
		return o, "", err
	}
	if s.exhaustive() {
		print = o.digest()
	}
	return o, print, nil
}

// isolation has all statements of a transaction see the same rows. SQLite knows no other way.
func (s *Source) isolation() *sql.TxOptions {
	if s.dialect == SQLite {
		return &sql.TxOptions{ReadOnly: true}
	}
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}
