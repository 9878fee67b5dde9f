package seed

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// org is a tenant's people and places.
type org struct {
	tenant  string
	regions []model.Region
	teams   []model.Team
	people  []model.Person
}

func (o *org) region(id, parent, name string) {
	o.regions = append(o.regions, model.Region{TenantID: o.tenant, ID: id, ParentID: parent, Name: name})
}

func (o *org) team(id, city, name string) {
	o.teams = append(o.teams, model.Team{TenantID: o.tenant, ID: id, RegionID: city, Name: name})
}

func (o *org) person(p model.Person) {
	p.TenantID = o.tenant
	o.people = append(o.people, p)
}

// acme is the large tenant: 60 people in 12 teams of three regions.
func acme(w *words) *org {
	o := &org{tenant: "acme"}
	o.region("china", "", "China 中国")
	for _, r := range [][2]string{{"east", "East 华东"}, {"south", "South 华南"}, {"north", "North 华北"}} {
		o.region(r[0], "china", r[1])
	}
	for _, c := range []struct{ id, region, name string }{
		{"shanghai", "east", "Shanghai 上海"}, {"hangzhou", "east", "Hangzhou 杭州"}, {"nanjing", "east", "Nanjing 南京"},
		{"guangzhou", "south", "Guangzhou 广州"}, {"shenzhen", "south", "Shenzhen 深圳"}, {"xiamen", "south", "Xiamen 厦门"},
		{"beijing", "north", "Beijing 北京"}, {"tianjin", "north", "Tianjin 天津"}, {"qingdao", "north", "Qingdao 青岛"},
	} {
		o.region(c.id, c.region, c.name)
	}
	for _, t := range []struct{ id, city, name string }{
		{"shanghai-1", "shanghai", "Shanghai 1 上海一组"}, {"shanghai-2", "shanghai", "Shanghai 2 上海二组"},
		{"hangzhou-1", "hangzhou", "Hangzhou 杭州组"}, {"nanjing-1", "nanjing", "Nanjing 南京组"},
		{"guangzhou-1", "guangzhou", "Guangzhou 广州组"}, {"shenzhen-1", "shenzhen", "Shenzhen 1 深圳一组"},
		{"shenzhen-2", "shenzhen", "Shenzhen 2 深圳二组"}, {"xiamen-1", "xiamen", "Xiamen 厦门组"},
		{"beijing-1", "beijing", "Beijing 1 北京一组"}, {"beijing-2", "beijing", "Beijing 2 北京二组"},
		{"tianjin-1", "tianjin", "Tianjin 天津组"}, {"qingdao-1", "qingdao", "Qingdao 青岛组"},
	} {
		o.team(t.id, t.city, t.name)
	}

	o.person(model.Person{ID: "ann", Name: "Ann Li 李安", Job: "sales_rep", TeamID: "shanghai-1"})
	o.person(model.Person{ID: "bob", Name: "Bob Wang 王博", Job: "sales_rep", TeamID: "shanghai-1"})
	o.person(model.Person{ID: "max", Name: "Max Chen 陈明", Job: "sales_mgr", TeamID: "shanghai-1"})
	o.person(model.Person{ID: "finn", Name: "Finn Zhou 周帆", Job: "field_rep", TeamID: "shanghai-2"})
	o.person(model.Person{ID: "tina", Name: "Tina Wu 吴婷", Job: "trainee", TeamID: "shanghai-2"})
	o.person(model.Person{ID: "mia", Name: "Mia Xu 徐敏", Job: "med_rep", TeamID: "nanjing-1"})
	o.person(model.Person{ID: "rita", Name: "Rita Sun 孙丽", Job: "region_mgr", RegionID: "east"})
	o.person(model.Person{ID: "dora", Name: "Dora Zhao 赵朵", Job: "director"})
	o.person(model.Person{ID: "sam", Name: "Sam Qian 钱山", Job: "support"})
	o.person(model.Person{ID: "mark", Name: "Mark Feng 冯马", Job: "marketing"})
	o.person(model.Person{ID: "adam", Name: "Adam He 何达", Job: "access_admin"})
	o.person(model.Person{ID: "pat", Name: "Pat Shi 施白", Job: "partner", Partner: "bluesea"})

	for i, t := range o.teams {
		for n := len(o.members(t.ID)); n < 4; n++ {
			job := "sales_rep"
			if n == 3 && t.ID != "shanghai-1" {
				job = "sales_mgr"
			}
			o.person(model.Person{ID: fmt.Sprintf("emp%d%d", i+1, n), Name: w.person(), Job: job, TeamID: t.ID})
		}
	}
	for _, region := range []string{"south", "north"} {
		o.person(model.Person{ID: "mgr-" + region, Name: w.person(), Job: "region_mgr", RegionID: region})
	}
	for n := len(o.people); n < 60; n++ {
		o.person(model.Person{ID: fmt.Sprintf("desk%d", n), Name: w.person(), Job: "support"})
	}
	return o
}

// globex is the small tenant whose names collide with acme's.
func globex(w *words) *org {
	o := &org{tenant: "globex"}
	o.region("china", "", "China 中国")
	o.region("east", "china", "East 华东")
	o.region("shanghai", "east", "Shanghai 上海")
	o.team("shanghai-1", "shanghai", "Shanghai 1 上海一组")
	o.team("shanghai-2", "shanghai", "Shanghai 2 上海二组")
	o.person(model.Person{ID: "gus", Name: "Gus Han 韩古", Job: "owner", RegionID: "china"})
	o.person(model.Person{ID: "ann", Name: "Ann Gu 顾安", Job: "sales_rep", TeamID: "shanghai-1"})
	o.person(model.Person{ID: "bob", Name: "Bob Tao 陶博", Job: "sales_rep", TeamID: "shanghai-2"})
	for n := 1; n <= 5; n++ {
		team := o.teams[n%2].ID
		o.person(model.Person{ID: fmt.Sprintf("emp%d", n), Name: w.person(), Job: "sales_rep", TeamID: team})
	}
	return o
}

// members are a team's people who own customers.
func (o *org) members(team string) []model.Person {
	var list []model.Person
	for _, p := range o.people {
		if p.TeamID == team && team != "" {
			list = append(list, p)
		}
	}
	return list
}
