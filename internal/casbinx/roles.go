package casbinx

import (
	"errors"
	"fmt"
	"slices"

	defaultrolemanager "github.com/casbin/casbin/v2/rbac/default-role-manager"
)

// Roles is the inheritance among one tenant's roles, as Casbin's role manager follows it. It does not change and may be
// read concurrently.
type Roles struct {
	manager *defaultrolemanager.RoleManager
	linked  map[string]bool
}

// NewRoles builds Roles from pairs of a role and one it inherits. Circles, chains of more than MaxDepth-1 links and
// blank names are errors; a pair that is there twice counts once.
func NewRoles(links [][2]string) (*Roles, error) {
	r := &Roles{manager: defaultrolemanager.NewRoleManager(MaxDepth), linked: map[string]bool{}}
	for _, l := range links {
		if l[0] == "" || l[1] == "" {
			return nil, fmt.Errorf("casbinx: role link %q: a role is blank", l)
		}
	}
	if err := checkLinks(links); err != nil {
		return nil, err
	}
	for _, l := range links {
		if err := r.manager.AddLink(l[0], l[1]); err != nil {
			return nil, fmt.Errorf("casbinx: role link %q: %w", l, err)
		}
		r.linked[l[0]], r.linked[l[1]] = true, true
	}
	return r, nil
}

// Closure returns the role itself and then, sorted, every role it inherits. A role without links has itself alone.
func (r *Roles) Closure(role string) ([]string, error) {
	if role == "" {
		return nil, errors.New("casbinx: the role is blank")
	}
	if !r.linked[role] {
		return []string{role}, nil
	}
	inherited, err := r.manager.GetImplicitRoles(role)
	if err != nil {
		return nil, fmt.Errorf("casbinx: roles of %q: %w", role, err)
	}
	slices.Sort(inherited)
	return append([]string{role}, inherited...), nil
}
