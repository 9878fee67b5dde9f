package access

import (
	"context"
	"maps"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// Directory knows who exists, in which teams and regions, under whom and with which attributes. Tables makes one of the
// host's own tables, MemoryDirectory is filled by the host.
type Directory interface {
	// Load returns a tenant's whole organisation at one revision. An unknown tenant is an error that is ErrUnknownTenant.
	Load(ctx context.Context, tenant string) (Organisation, error)
	// Revision returns the number Load would report, cheaply.
	Revision(ctx context.Context, tenant string) (uint64, error)
}

// Organisation is a tenant's people and trees. It is not changed after it was handed over.
type Organisation struct {
	Revision uint64
	People   []Person
	Teams    *orgtree.Tree
	Regions  *orgtree.Tree
}

// Person is one member of an organisation.
type Person struct {
	ID       string
	Teams    []string            // ids in Organisation.Teams
	Regions  []string            // ids in Organisation.Regions
	Superior string              // id of the Person he reports to, "" for nobody; read by the scope reports
	Attrs    map[string][]string // read by criteria as subject.<name>
	Inactive bool                // refused everything
}

func (p Person) clone() Person {
	p.Teams, p.Regions, p.Attrs = slices.Clone(p.Teams), slices.Clone(p.Regions), maps.Clone(p.Attrs)
	for k, v := range p.Attrs {
		p.Attrs[k] = slices.Clone(v)
	}
	return p
}
