package policy

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// Directory tells the access library who is in which team, answers for which region and works for which partner.
func Directory(people []model.Person, teams []model.Team, regions []model.Region) (*access.MemoryDirectory, error) {
	d := access.NewMemoryDirectory()
	for _, tenant := range []string{"acme", "globex"} {
		var teamNodes, regionNodes []orgtree.Node
		for _, t := range teams {
			if t.TenantID == tenant {
				teamNodes = append(teamNodes, orgtree.Node{ID: t.ID, Parent: t.ParentID, Name: t.Name})
			}
		}
		for _, r := range regions {
			if r.TenantID == tenant {
				regionNodes = append(regionNodes, orgtree.Node{ID: r.ID, Parent: r.ParentID, Name: r.Name})
			}
		}
		teamTree, err := orgtree.New(teamNodes...)
		if err != nil {
			return nil, fmt.Errorf("teams of %s: %w", tenant, err)
		}
		regionTree, err := orgtree.New(regionNodes...)
		if err != nil {
			return nil, fmt.Errorf("regions of %s: %w", tenant, err)
		}
		o := access.Organisation{Teams: teamTree, Regions: regionTree}
		for _, p := range people {
			if p.TenantID == tenant {
				o.People = append(o.People, member(p))
			}
		}
		d.Set(tenant, o)
	}
	return d, nil
}

func member(p model.Person) access.Person {
	m := access.Person{ID: p.ID}
	if p.TeamID != "" {
		m.Teams = []string{p.TeamID}
	}
	if p.RegionID != "" {
		m.Regions = []string{p.RegionID}
	}
	if p.Partner != "" {
		m.Attrs = map[string][]string{"partner": {p.Partner}}
	}
	return m
}
