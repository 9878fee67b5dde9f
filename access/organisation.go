package access

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// organisation is an Organisation made ready for look-ups.
type organisation struct {
	Organisation
	revision uint64
	people   map[string]*Person
	trees    *scope.Trees
}

func compileOrganisation(o Organisation) (*organisation, error) {
	out := &organisation{Organisation: o, revision: o.Revision, people: make(map[string]*Person, len(o.People)), trees: &scope.Trees{Teams: o.Teams, Regions: o.Regions}}
	for i := range o.People {
		p := &o.People[i]
		if err := CheckID(p.ID); err != nil {
			return nil, invalid("person", p.ID, err)
		}
		if out.people[p.ID] != nil {
			return nil, invalid("person", p.ID, fmt.Errorf("is in the directory twice"))
		}
		for _, team := range p.Teams {
			if !o.Teams.Has(team) {
				return nil, invalid("person", p.ID, fmt.Errorf("is in the team %q, which the directory does not know", team))
			}
		}
		for _, region := range p.Regions {
			if !o.Regions.Has(region) {
				return nil, invalid("person", p.ID, fmt.Errorf("is in the region %q, which the directory does not know", region))
			}
		}
		out.people[p.ID] = p
	}
	return out, nil
}
