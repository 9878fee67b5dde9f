package accesscasbin

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// ErrReadOnly is what changing policy through this package answers: nothing was written. It is an access.ErrInvalid.
var ErrReadOnly = fmt.Errorf("%w: accesscasbin reads only: change the policy where the host's Casbin adapter keeps it", access.ErrInvalid)

// Options is everything [NewStore] may be told. The zero value is good for one process.
type Options struct {
	// Version returns a number that grows with every change of any row, best raised in the transaction of the change.
	// It is asked often and may be called concurrently. With it rows are read only after a change, and the Revision
	// of a decision means the same on every node.
	//
	// Without it every look reads all rows and compares their digest with that of the look before. The number is then
	// the time at which this process first saw the rows, in microseconds since 1970: Request.AtLeast is good on the
	// node that made the Revision, and may be refused as stale on another.
	Version func(ctx context.Context) (uint64, error)

	// Definitions are the names that rules may use beside the stock scopes; Casbin rows cannot hold them. One that
	// names no tenant is for all. Whoever changes them in a new release raises Version too.
	Definitions []access.Definition
}

// definitions returns copies of those that a tenant has.
func definitions(all []access.Definition, tenant string) []access.Definition {
	var out []access.Definition
	for _, d := range all {
		if d.Tenant == "" {
			d.Tenant = access.Shared
		}
		if d.Tenant == tenant || d.Tenant == access.Shared {
			out = append(out, clone(d))
		}
	}
	return slices.Clip(out)
}

func clone(d access.Definition) access.Definition {
	if d.Scope != nil {
		c := d.Scope.Clone()
		d.Scope = &c
	}
	if d.Condition != nil {
		c := d.Condition.Clone()
		d.Condition = &c
	}
	return d
}
