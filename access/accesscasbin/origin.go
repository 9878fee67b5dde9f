package accesscasbin

import (
	"slices"

	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

// origin is the adapter of an enforcer handed out: the rows it came with. Without one Casbin's LoadPolicy and
// SavePolicy dereference nil.
type origin [][]string

func (o origin) LoadPolicy(m model.Model) error {
	for _, line := range o {
		if err := persist.LoadPolicyArray(slices.Clone(line), m); err != nil {
			return err
		}
	}
	return nil
}

func (origin) SavePolicy(model.Model) error               { return ErrReadOnly }
func (origin) AddPolicy(_, _ string, _ []string) error    { return ErrReadOnly }
func (origin) RemovePolicy(_, _ string, _ []string) error { return ErrReadOnly }
func (origin) RemoveFilteredPolicy(_, _ string, _ int, _ ...string) error {
	return ErrReadOnly
}
