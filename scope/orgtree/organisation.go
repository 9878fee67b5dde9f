package orgtree

import (
	"errors"
	"fmt"
	"strings"
)

// Organisation is a tenant's people and trees, read at one instant.
type Organisation struct {
	Revision       uint64
	People         []Person // sorted by id
	Teams, Regions *Tree    // nil if the host keeps none
}

// Person is one row of the table of people with what other tables say of him.
type Person struct {
	ID       string
	Teams    []string // ids in Organisation.Teams, sorted
	Regions  []string // ids in Organisation.Regions, sorted
	Superior string   // id of another person, "" for none
	Attrs    map[string][]string
	Inactive bool
}

// ErrUnknownTenant is the answer for a tenant of whom the table of people has no row.
var ErrUnknownTenant = errors.New("orgtree: unknown tenant")

// RefusedError names the rows for which an organisation was refused as a whole.
type RefusedError struct {
	Tenant string
	Rows   []string // what is wrong with each
}

func (e *RefusedError) Error() string {
	const shown = 10
	rows, more := e.Rows, ""
	if len(rows) > shown {
		rows, more = rows[:shown], fmt.Sprintf("; and %d more", len(e.Rows)-shown)
	}
	return fmt.Sprintf("orgtree: the organisation of %q is refused, correct these rows: %s%s", e.Tenant, strings.Join(rows, "; "), more)
}

// check collects what makes the organisation no organisation.
func (o *Organisation) check() (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	led := false
	known := make(map[string]bool, len(o.People))
	for _, p := range o.People {
		if known[p.ID] {
			fault("people: the id %q is given twice", p.ID)
		}
		known[p.ID] = true
	}
	for _, p := range o.People {
		for _, team := range p.Teams {
			if !o.Teams.Has(team) {
				fault("people: %q is in the unknown team %q", p.ID, team)
			}
		}
		for _, region := range p.Regions {
			if !o.Regions.Has(region) {
				fault("people: %q is in the unknown region %q", p.ID, region)
			}
		}
		if p.Superior != "" && !known[p.Superior] {
			fault("people: the superior %q of %q is not among them", p.Superior, p.ID)
		}
		led = led || p.Superior != ""
	}
	if len(faults) == 0 && led {
		faults = o.cycle()
	}
	return faults
}

// cycle describes a circle of superiors.
func (o *Organisation) cycle() []string {
	nodes := make([]Node, len(o.People))
	for i, p := range o.People {
		nodes[i] = Node{ID: p.ID, Parent: p.Superior}
	}
	if _, err := New(nodes...); err != nil {
		return []string{"people, by their superiors: " + detail(err)}
	}
	return nil
}

// detail is the text of an error of this package without its prefix.
func detail(err error) string { return strings.TrimPrefix(err.Error(), "orgtree: ") }
