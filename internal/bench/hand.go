package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// hand is what a careful host would write for these very rules and nothing else: four look-ups, then each rule's test
// in a switch. What can be known beforehand (role sets, the cities below a country) is.
type hand struct {
	tenants map[string]map[string]*handUser
	zone    *time.Location
	network netip.Prefix
}

type handUser struct {
	id        string
	suspended bool
	teams     []string
	regions   map[string]bool // with all below
	types     map[string]map[string]*handCell
}

// handCell are the rules of one role set for one action on one type, as numbers of forms.
type handCell struct{ denies, allows []int }

func newHand(w *world) *hand {
	h := &hand{tenants: map[string]map[string]*handUser{}, zone: must(time.LoadLocation(zone)), network: netip.MustParsePrefix(network)}
	for _, tenant := range w.names {
		users := map[string]*handUser{}
		eachRoleSet(w, tenant, func(who []string, rules []access.Rule) {
			types := map[string]map[string]*handCell{}
			for _, r := range rules {
				types[r.Type] = put(types[r.Type], r)
			}
			for _, id := range who {
				p := w.people[tenant][id]
				u := &handUser{id: p.ID, teams: p.Teams, types: types, regions: map[string]bool{}}
				for _, region := range p.Regions {
					for _, below := range w.regions.Subtree(region) {
						u.regions[below] = true
					}
				}
				users[p.ID] = u
			}
		})
		h.tenants[tenant] = users
	}
	return h
}

func put(actions map[string]*handCell, r access.Rule) map[string]*handCell {
	if actions == nil {
		actions = map[string]*handCell{}
	}
	c := actions[r.Action]
	if c == nil {
		c = &handCell{}
		actions[r.Action] = c
	}
	form, known := formOf[r.When]
	if !known {
		panic(fmt.Sprintf("bench: no form says %q", r.When))
	}
	if r.Effect == access.Deny {
		c.denies = append(c.denies, form)
	} else {
		c.allows = append(c.allows, form)
	}
	return actions
}

// eachRoleSet calls f with the users who share a role set, and the generated rules of its roles.
func eachRoleSet(w *world, tenant string, f func(who []string, rules []access.Rule)) {
	rows := w.policies[tenant].Rows
	who, roles := map[string][]string{}, map[string]map[string]bool{}
	var keys []string
	for i := range w.users {
		set := rolesOf(rows, user(i))
		key := strings.Join(sortedKeys(set), ",")
		if roles[key] == nil {
			roles[key], keys = set, append(keys, key)
		}
		who[key] = append(who[key], user(i))
	}
	for _, key := range keys {
		var rules []access.Rule
		for _, r := range rows.Rules[:w.rules] {
			if roles[key][r.Role] {
				rules = append(rules, r)
			}
		}
		f(who[key], rules)
	}
}

func (h *hand) allowed(q *question) bool {
	u := h.tenants[q.tenant][q.who]
	if u == nil || u.suspended || q.customer.TenantID != q.tenant {
		return false
	}
	cell := u.types[q.typ][q.action]
	if cell == nil {
		return false
	}
	for _, form := range cell.denies {
		if h.holds(form, u, q) {
			return false
		}
	}
	for _, form := range cell.allows {
		if h.holds(form, u, q) {
			return true
		}
	}
	return false
}

// holds tests one form. An address that is not known is in no network, which for these forms is what it must come to.
func (h *hand) holds(form int, u *handUser, q *question) bool {
	c := q.customer
	switch form {
	case 0: // global
		return true
	case 1: // own
		return u.owns(c)
	case 2: // team
		return u.team(c)
	case 3: // region
		return u.region(c)
	case 4: // team && office_hours
		return u.team(c) && h.officeHours(noon)
	case 5: // own || team && head_office
		return u.owns(c) || u.team(c) && h.headOffice(q.addr)
	case 6: // region && head_office
		return u.region(c) && h.headOffice(q.addr)
	case 7, 8: // global && after_hours, after_hours
		return !h.officeHours(noon)
	case 9: // !head_office && !own
		return !h.headOffice(q.addr) && !u.owns(c)
	case 10: // !region
		return !u.region(c)
	}
	panic(fmt.Sprintf("bench: no form has the number %d", form))
}

func (u *handUser) owns(c *customer) bool   { return c.OwnerID == u.id }
func (u *handUser) team(c *customer) bool   { return u.owns(c) || slices.Contains(u.teams, c.TeamID) }
func (u *handUser) region(c *customer) bool { return u.team(c) || u.regions[c.RegionID] }

func (h *hand) officeHours(t time.Time) bool {
	hour, _, _ := t.In(h.zone).Clock()
	return hour >= 8 && hour < 18
}

func (h *hand) headOffice(a netip.Addr) bool { return h.network.Contains(a.Unmap()) }

// bare is the nested map alone: an action is there or not, with denies folded in and conditions left out.
type bare map[string]map[string]map[string]map[string]bool

func newBare(w *world) bare {
	out := bare{}
	for _, tenant := range w.names {
		out[tenant] = map[string]map[string]map[string]bool{}
		eachRoleSet(w, tenant, func(who []string, rules []access.Rule) {
			types := map[string]map[string]bool{}
			for _, r := range rules {
				if types[r.Type] == nil {
					types[r.Type] = map[string]bool{}
				}
				before, there := types[r.Type][r.Action]
				types[r.Type][r.Action] = r.Effect == access.Allow && (before || !there)
			}
			for _, id := range who {
				out[tenant][id] = types
			}
		})
	}
	return out
}

func (b bare) allowed(q *question) bool {
	return b[q.tenant][q.who][q.typ][q.action]
}
