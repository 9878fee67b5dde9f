package access

import "context"

// ExplainTo is Explain for somebody: by's subject must hold the action explain on the type policy in the tenant that r is
// about, else the error is ErrDenied, the same whatever r asks about, before anything is looked up. The decision about by
// is recorded as any other of a sensitive action is; of by only Subject, Env, Purpose and AtLeast count.
//
// Who holds no explain is told why he himself was refused by what Decision.Err has public, and no more.
func (a *Authorizer) ExplainTo(ctx context.Context, by, r Request) (Explanation, error) {
	if err := a.mayExplain(ctx, by, r.Subject.Tenant); err != nil {
		return Explanation{}, err
	}
	return a.Explain(ctx, r)
}

// mayExplain reports as an error why by may not be shown the rules of the tenant.
func (a *Authorizer) mayExplain(ctx context.Context, by Request, tenant string) error {
	by.Action, by.Resource, by.Advisory = "explain", Resource{Type: PolicyType}, false
	d, err := a.Authorize(ctx, by)
	if err != nil {
		return err
	}
	if d.Allowed() && tenant != by.Subject.Tenant {
		return &DeniedError{Action: "explain", Type: PolicyType}
	}
	return d.Err()
}
