package access

import (
	"fmt"
	"slices"
	"sort"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// MaxRoles is the largest number of roles one subject may have, inherited ones included.
const MaxRoles = 1000

// snapshot is one tenant's compiled policy. It never changes once it is built; role sets and programs are added when
// they are first asked for. The snapshot after a change shares with the one before what did not change.
type snapshot struct {
	tenant   string
	revision uint64
	cat      *catalog
	maskers  *field.Maskers
	defs     []Definition
	infos    []RoleInfo
	names    vocabulary
	texts    texts
	rows     table[*roleRows] // by role
	users    table[*user]     // all that a row names
	links    []Inheritance
	roles    *casbinx.Roles
	sets     *roleSets
	mine     []*reach // that a record is the tenant's, by the number of its type
	own      int      // how many rows belong to the tenant itself and not to all
}

// compile checks every row of the policy and builds its snapshot.
func (e *engine) compile(p Policy) (*snapshot, error) {
	s, err := e.begin(p)
	if err != nil {
		return nil, err
	}
	if err := s.validator().check(p.Tenant, p.Rows); err != nil {
		return nil, err
	}
	if s.roles, err = graph(p.Tenant, s.links); err != nil {
		return nil, err
	}
	for _, t := range p.Rows.tenants() {
		if *t == p.Tenant {
			s.own++
		}
	}
	s.fill(p.Rows)
	s.sets = newRoleSets(len(s.texts.all))
	for _, name := range e.cat.names {
		mine, err := scope.All().Within(&e.cat.types[name].Schema, p.Tenant)
		if err != nil {
			return nil, err
		}
		s.mine = append(s.mine, &reach{pred: mine})
	}
	return s, s.checkUsers()
}

// begin makes a snapshot that knows the names of the policy.
func (e *engine) begin(p Policy) (*snapshot, error) {
	if p.Tenant != Shared {
		if err := CheckID(p.Tenant); err != nil {
			return nil, invalid("tenant", p.Tenant, err)
		}
	}
	for _, d := range p.Rows.Definitions {
		if d.Tenant != p.Tenant && d.Tenant != Shared {
			return nil, invalid("definition", d.Name, fmt.Errorf("belongs to the tenant %q", d.Tenant))
		}
	}
	names, err := define(e.stock, p.Rows.Definitions)
	if err != nil {
		return nil, err
	}
	return &snapshot{
		tenant: p.Tenant, revision: p.Revision, cat: e.cat, maskers: e.maskers, names: names,
		defs: p.Rows.Definitions, infos: p.Rows.Roles, links: p.Rows.Inherits,
	}, nil
}

func (s *snapshot) validator() validator {
	return validator{s.cat, s.names, s.maskers, newFindings()}
}

func graph(tenant string, links []Inheritance) (*casbinx.Roles, error) {
	pairs := make([][2]string, len(links))
	for i, l := range links {
		pairs[i] = [2]string{l.Role, l.Inherits}
	}
	roles, err := casbinx.NewRoles(pairs)
	if err != nil {
		return nil, invalid("inheritance", tenant, err)
	}
	return roles, nil
}

// fill packs the rows, which have been checked.
func (s *snapshot) fill(rows Rows) {
	byRole := map[string]*roleRows{}
	of := func(role string) *roleRows {
		if byRole[role] == nil {
			byRole[role] = &roleRows{}
		}
		return byRole[role]
	}
	for _, r := range rows.Rules {
		of(r.Role).rules = append(of(r.Role).rules, s.packRule(r, s.texts.add(r.When)))
	}
	for _, r := range rows.Fields {
		of(r.Role).fields = append(of(r.Role).fields, s.packField(r, s.texts.add(r.When), s.texts.add(r.Level)))
	}
	for role, r := range byRole {
		s.rows.put(role, &roleRows{slices.Clip(r.rules), slices.Clip(r.fields)})
	}
	users := map[string]*user{}
	user := func(id string) *user {
		if users[id] == nil {
			users[id] = newUser(id)
			s.users.put(id, users[id])
		}
		return users[id]
	}
	for _, a := range rows.Assignments {
		u := user(a.Subject)
		u.direct = append(u.direct, a.Role)
	}
	for _, g := range rows.Grants {
		u := user(g.Subject)
		u.grants = append(u.grants, g)
	}
	for _, x := range rows.Suspensions {
		u := user(x.Subject)
		u.suspended = append(u.suspended, x.Reason)
	}
	for _, u := range users {
		sort.Strings(u.direct)
	}
}

// closure returns the roles and all they inherit, sorted, each once.
func (s *snapshot) closure(direct []string) ([]string, error) {
	seen := map[string]bool{}
	for _, r := range direct {
		all, err := s.roles.Closure(r)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			seen[x] = true
		}
	}
	if len(seen) > MaxRoles {
		return nil, fmt.Errorf("has %d roles with those inherited, at most %d are allowed", len(seen), MaxRoles)
	}
	return sortedKeys(seen), nil
}
