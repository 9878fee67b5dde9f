package seed

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// place is the identity of a record that belongs to a team and to nobody in it.
func (o *org) place(w *words, id int) model.Identity {
	team := pick(w, o.teams)
	return model.Identity{ID: int64(id), TenantID: o.tenant, TeamID: team.ID, RegionID: team.RegionID}
}

func (o *org) campaigns(w *words, n int) []model.Campaign {
	list := make([]model.Campaign, n)
	for i := range list {
		channel, at := pick(w, model.Channels), w.moment()
		list[i] = model.Campaign{
			Identity: o.place(w, i+1), Stamps: model.Stamps{CreatedAt: at, UpdatedAt: at},
			Name: fmt.Sprintf("%s活动 Campaign %d", model.Label(channel)["zh"], i+1), Channel: channel, Budget: w.amount(200_000),
			Status: pick(w, []string{"planned", "running", "ended"}), StartsOn: w.day(at, 30), EndsOn: w.day(at.AddDate(0, 1, 0), 60),
		}
	}
	return list
}

func (o *org) leads(w *words, n, campaigns int) []model.Lead {
	list := make([]model.Lead, n)
	for i := range list {
		at := w.moment()
		list[i] = model.Lead{
			Identity: o.place(w, i+1), Stamps: model.Stamps{CreatedAt: at, UpdatedAt: at},
			Name: w.company(pick(w, model.Industries), 10_000+i), ContactName: w.person(), Phone: w.phone(),
			Email: fmt.Sprintf("lead%d@mail.example", i+1), Source: pick(w, model.Channels),
			Status: pick(w, []string{"new", "new", "qualified", "passed_on", "dropped"}), CampaignID: int64(w.IntN(campaigns + 1)),
		}
	}
	return list
}
