package access

import (
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// organisation is an Organisation made ready for look-ups.
type organisation struct {
	Organisation
	revision uint64
	people   map[string]*Person
	reports  *orgtree.Tree // people by their superiors, empty if nobody has one
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
	var err error
	out.reports, err = reportingLines(o.People)
	return out, err
}

// reportingLines is the tree of people by their superiors. A superior who is not among them and people who report to each
// other in a circle are refused.
func reportingLines(people []Person) (*orgtree.Tree, error) {
	if !slices.ContainsFunc(people, func(p Person) bool { return p.Superior != "" }) {
		return &orgtree.Tree{}, nil
	}
	nodes := make([]orgtree.Node, len(people))
	for i, p := range people {
		nodes[i] = orgtree.Node{ID: p.ID, Parent: p.Superior}
	}
	tree, err := orgtree.New(nodes...)
	if err != nil {
		return nil, invalid("person", "", fmt.Errorf("by their superiors: %w", err))
	}
	return tree, nil
}
