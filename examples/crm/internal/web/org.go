package web

import "github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"

// Organisation is who and what the ids in owner, team and region columns stand for.
type Organisation struct {
	People  []model.Person
	Teams   []model.Team
	Regions []model.Region
}

func (o Organisation) person(tenant, id string) model.Person {
	for _, p := range o.People {
		if p.TenantID == tenant && p.ID == id {
			return p
		}
	}
	return model.Person{}
}

// choice is a value of a column and what it is called.
type choice struct{ Value, Name string }

// choices are the values that a column about people, places or partners may have in a tenant; nil for other columns.
func (o Organisation) choices(tenant, column string) []choice {
	var list []choice
	switch column {
	case "owner_id":
		for _, p := range o.People {
			if p.TenantID == tenant {
				list = append(list, choice{p.ID, p.Name})
			}
		}
	case "team_id":
		for _, t := range o.Teams {
			if t.TenantID == tenant {
				list = append(list, choice{t.ID, t.Name})
			}
		}
	case "partner_id":
		for _, id := range model.Partners {
			list = append(list, choice{id, id})
		}
	case "region_id":
		for _, r := range o.Regions {
			if r.TenantID == tenant {
				list = append(list, choice{r.ID, r.Name})
			}
		}
	}
	return list
}

// name is what an id in one of these columns is called, or the id.
func (o Organisation) name(tenant, column, id string) string {
	for _, c := range o.choices(tenant, column) {
		if c.Value == id {
			return c.Name
		}
	}
	return id
}

// home is where a record that a person makes belongs.
func (o Organisation) home(tenant, id string) model.Identity {
	p := o.person(tenant, id)
	home := model.Identity{TenantID: tenant, OwnerID: &id, TeamID: p.TeamID, RegionID: p.RegionID}
	for _, t := range o.Teams {
		if t.TenantID == tenant && t.ID == p.TeamID {
			home.RegionID = t.RegionID
		}
	}
	return home
}
