package accesscasbin

import (
	"context"
	"errors"
	"time"

	"github.com/casbin/casbin/v2"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// Enforcer returns a fresh Casbin enforcer of the policy in force for a tenant at one instant: its rows, the shared
// rows written out under its name, and one g row for each grant live then. The Revision is that of the rows; a
// decision of the same Revision and time agrees with the enforcer.
//
// The zero time is now, by the Authorizer's clock, and then a grant that has ended stays ended if that clock is set
// back. Any other instant, past or future, is taken as it is given.
//
// The enforcer is the caller's own copy: what he adds or removes changes no decision, nothing it is asked or told
// reaches the store, and it learns of no later change of the policy. Its LoadPolicy returns to the rows it came with
// and its SavePolicy is [ErrReadOnly].
func Enforcer(ctx context.Context, a *access.Authorizer, tenant string, at time.Time) (*casbin.Enforcer, access.Revision, error) {
	if a == nil {
		return nil, access.Revision{}, errors.New("accesscasbin: Enforcer takes an Authorizer, got nil")
	}
	p, err := a.CasbinPolicy(ctx, tenant, at)
	if err != nil {
		return nil, access.Revision{}, err
	}
	e, err := casbinx.New(p.Lines, casbinx.Functions{CoversType: p.CoversType, CoversAction: p.CoversAction})
	if err != nil {
		return nil, access.Revision{}, err
	}
	e.EnableAutoSave(false)
	e.SetAdapter(origin(p.Lines))
	return e, p.Revision, nil
}
