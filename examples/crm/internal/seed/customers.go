package seed

import (
	"fmt"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// odd are names that a page, a query or a spreadsheet must not take for more than text.
var odd = []string{
	"=HYPERLINK(\"http://example.com\",\"open\") 贸易", "+86 Trading", "-1+1 Consulting", "@home 家居",
	"<b>Bold</b> & Söhne", "Robert'); DROP TABLE customers;--", "100% 纯净水", "under_score \"quoted\" Ltd",
}

// customers deals n customers out to the people of all teams in turn; one in forty has no owner.
func (o *org) customers(w *words, n int) []model.Customer {
	list := make([]model.Customer, n)
	for i := range list {
		id := i + 1
		team := o.teams[i%len(o.teams)]
		members := o.members(team.ID)
		owner := &members[(i/len(o.teams))%len(members)].ID
		if w.IntN(40) == 0 {
			owner = nil
		}
		var partner *string
		if w.IntN(10) == 0 {
			partner = &model.Partners[w.IntN(len(model.Partners))]
		}
		industry := pick(w, model.Industries)
		if owner != nil && *owner == "mia" {
			industry = "healthcare"
		}
		name := w.company(industry, id)
		if n := id / 11; id%11 == 7 && n < len(odd) {
			name = odd[n]
		}
		if o.tenant != "acme" {
			name += " · " + o.tenant
		}
		phone := w.phone()
		created := w.moment()
		list[i] = model.Customer{
			Identity: model.Identity{
				ID: int64(id), TenantID: o.tenant, OwnerID: owner, TeamID: team.ID, RegionID: team.RegionID, PartnerID: partner,
			},
			Name: name, ContactName: w.person(), Phone: phone,
			Email:    fmt.Sprintf("%s%d@%s.example", pick(w, []string{"sales", "info", "contact", "office"}), id, strings.ToLower(pick(w, english))),
			IDNumber: w.identity(), Address: fmt.Sprintf("%s %s %d", w.city(o, team.RegionID), pick(w, streets), 1+w.IntN(999)),
			Industry: industry, Level: pick(w, []string{"A", "B", "B", "C", "C", "C", "D"}), Tags: model.Tags(w.tags()),
			Stage:       pick(w, []string{"prospect", "contacted", "negotiation", "contract", "active", "active", "dormant"}),
			CreditLimit: w.amount(2_000_000), Stamps: model.Stamps{CreatedAt: created, UpdatedAt: created},
		}
	}
	return list
}

// city is the name of a region.
func (w *words) city(o *org, id string) string {
	for _, r := range o.regions {
		if r.ID == id {
			return r.Name
		}
	}
	return id
}
