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
	// closures are those of the roles that have links. The manager is not kept: it holds a kilobyte a link.
	closures map[string][]string
}

// NewRoles builds Roles from pairs of a role and one it inherits. Circles, chains of more than MaxDepth-1 links and
// blank names are errors; a pair that is there twice counts once.
func NewRoles(links [][2]string) (*Roles, error) {
	for _, l := range links {
		if l[0] == "" || l[1] == "" {
			return nil, fmt.Errorf("casbinx: role link %q: a role is blank", l)
		}
	}
	if err := checkLinks(links); err != nil {
		return nil, err
	}
	manager := defaultrolemanager.NewRoleManager(MaxDepth)
	for _, l := range links {
		if err := manager.AddLink(l[0], l[1]); err != nil {
			return nil, fmt.Errorf("casbinx: role link %q: %w", l, err)
		}
	}
	r := &Roles{closures: map[string][]string{}}
	for _, l := range links {
		if r.closures[l[0]] != nil {
			continue
		}
		inherited, err := manager.GetImplicitRoles(l[0])
		if err != nil {
			return nil, fmt.Errorf("casbinx: roles of %q: %w", l[0], err)
		}
		slices.Sort(inherited)
		r.closures[l[0]] = slices.Concat([]string{l[0]}, inherited)
	}
	return r, nil
}

// Closure returns the role itself and then, sorted, every role it inherits. A role without links has itself alone.
func (r *Roles) Closure(role string) ([]string, error) {
	if role == "" {
		return nil, errors.New("casbinx: the role is blank")
	}
	if all := r.closures[role]; all != nil {
		return slices.Clone(all), nil
	}
	return []string{role}, nil
}
