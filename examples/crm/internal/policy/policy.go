package policy

import (
	_ "embed"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

//go:embed acme.csv
var acme string

//go:embed globex.csv
var globex string

// First returns the first change of each tenant's policy: its rules, the names they use, and everybody's job.
func First(people []model.Person) ([]access.Change, error) {
	var changes []access.Change
	for _, tenant := range []struct{ name, text string }{{"acme", acme}, {"globex", globex}} {
		rows, err := access.ParseRows(tenant.text)
		if err != nil {
			return nil, fmt.Errorf("policy of %s: %w", tenant.name, err)
		}
		if tenant.name == "acme" {
			rows.Definitions = definitions(tenant.name)
		}
		for _, p := range people {
			if p.TenantID == tenant.name {
				rows.Assignments = append(rows.Assignments, assignments(p)...)
			}
		}
		changes = append(changes, access.Change{Tenant: tenant.name, Add: rows, Reason: "first policy"})
	}
	return changes, nil
}

// definitions give the names in acme.csv a meaning.
func definitions(tenant string) []access.Definition {
	return []access.Definition{
		{Tenant: tenant, Name: "has_ticket", Scope: &scope.Criterion{Has: "tickets"}},
		{Tenant: tenant, Name: "partner", Scope: &scope.Criterion{Attr: "partner_id", Op: "eq", Subject: "partner"}},
		{Tenant: tenant, Name: "med_hours", Condition: &condition.Spec{
			Daily: &condition.Daily{Zone: "Asia/Shanghai", From: "08:00", To: "18:00"},
		}},
		{Tenant: tenant, Name: "shanghai_area", Condition: &condition.Spec{
			Circle: &condition.Circle{Lat: 31.2304, Lon: 121.4737, RadiusM: 30_000},
		}},
		{Tenant: tenant, Name: "mfa", Condition: &condition.Spec{Assurance: &condition.Assurance{Level: 2}}},
	}
}

// assignments give a person the role of his job beside the one that everybody has; the manager of acme's East leads the region too.
func assignments(p model.Person) []access.Assignment {
	list := []access.Assignment{
		{Subject: p.ID, Role: "member", Tenant: p.TenantID},
		{Subject: p.ID, Role: p.Job, Tenant: p.TenantID},
	}
	if p.TenantID == "acme" && p.Job == "region_mgr" && p.RegionID == "east" {
		list = append(list, access.Assignment{Subject: p.ID, Role: "east_head", Tenant: p.TenantID})
	}
	return list
}
