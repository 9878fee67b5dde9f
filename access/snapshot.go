package access

import (
	"fmt"
	"slices"
	"sort"
	"strings"

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
	mine     []scope.Predicate // that a record is the tenant's, by the number of its type
	own      int               // how many rows belong to the tenant itself and not to all
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
	if err := s.separate(); err != nil {
		return nil, err
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
		defs: p.Rows.Definitions, infos: p.Rows.Roles, links: p.Rows.Inherits, sets: newRoleSets(),
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

// separate finds out how the tenant's records are told from others', once for types that do it alike.
func (s *snapshot) separate() error {
	type way struct {
		single bool
		attr   scope.Attr
	}
	alike := map[way]scope.Predicate{}
	for _, name := range s.cat.names {
		schema := &s.cat.types[name].Schema
		attr, _ := schema.Attr(schema.Tenant)
		is := way{schema.SingleTenant, attr}
		mine, ok := alike[is]
		if !ok {
			var err error
			if mine, err = scope.All().Within(schema, s.tenant); err != nil {
				return err
			}
			alike[is] = mine
		}
		s.mine = append(s.mine, mine)
	}
	return nil
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
	numbers := map[string]uint32{}
	number := func(text string) uint32 {
		n, ok := numbers[text]
		if !ok {
			n = uint32(len(s.texts.all))
			numbers[text], s.texts.all = n, append(s.texts.all, text)
		}
		return n
	}
	for _, r := range rows.Rules {
		of(r.Role).rules = append(of(r.Role).rules, s.packRule(r, number(r.When)))
	}
	for _, r := range rows.Fields {
		of(r.Role).fields = append(of(r.Role).fields, s.packField(r, number(r.When), number(r.Level)))
	}
	for _, r := range byRole {
		r.rules, r.fields = slices.Clone(r.rules), slices.Clone(r.fields)
	}
	s.rows, s.texts.index = newTable(byRole), newTable(numbers)
	s.users = users(rows)
}

// users are the subjects that the rows name. Those with the same roles share one list of them.
func users(rows Rows) table[*user] {
	users := map[string]*user{}
	user := func(id string) *user {
		if users[id] == nil {
			users[id] = newUser(id)
		}
		return users[id]
	}
	for _, a := range rows.Assignments {
		u := user(a.Subject)
		u.direct = append(u.direct, a.Role)
	}
	for _, g := range rows.Grants {
		user(g.Subject).granted(g)
	}
	for _, x := range rows.Suspensions {
		user(x.Subject).suspend(x.Reason)
	}
	lists := map[string][]string{}
	for _, u := range users {
		sort.Strings(u.direct)
		key := strings.Join(u.direct, ",")
		if lists[key] == nil {
			lists[key] = slices.Clone(u.direct)
		}
		u.direct = lists[key]
	}
	return newTable(users)
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
