package access

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// Tables is a Directory of what orgtree.Source reads from the host's own tables. Rows that are no organisation are an
// error, on which an Authorizer keeps the last good one until MaxStale. A nil Source is refused with the first question.
func Tables(s *orgtree.Source) Directory { return tables{s} }

type tables struct{ source *orgtree.Source }

// Load implements Directory.
func (t tables) Load(ctx context.Context, tenant string) (Organisation, error) {
	o, err := t.source.Load(ctx, tenant)
	if err != nil {
		return Organisation{}, ofTables(err)
	}
	out := Organisation{Revision: o.Revision, People: make([]Person, len(o.People)), Teams: o.Teams, Regions: o.Regions}
	for i, p := range o.People {
		out.People[i] = Person{ID: p.ID, Teams: p.Teams, Regions: p.Regions, Superior: p.Superior, Attrs: p.Attrs, Inactive: p.Inactive}
	}
	return out, nil
}

// Revision implements Directory.
func (t tables) Revision(ctx context.Context, tenant string) (uint64, error) {
	n, err := t.source.Revision(ctx, tenant)
	return n, ofTables(err)
}

func ofTables(err error) error {
	if errors.Is(err, orgtree.ErrUnknownTenant) {
		return fmt.Errorf("%w: %w", ErrUnknownTenant, err)
	}
	return err
}
