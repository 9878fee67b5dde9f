package access

import "context"

// Store keeps policy. Implementations pass the suite of access/accesstest. All methods may be called concurrently and
// honour ctx.
type Store interface {
	// Load returns the complete policy of a tenant, the shared rows included, all read at one revision. If any row
	// cannot be read it returns an error, never a part of the policy. A tenant without rows is an empty Policy.
	Load(ctx context.Context, tenant string) (Policy, error)

	// Revision returns the number Load would report for the tenant now, without reading its rows.
	Revision(ctx context.Context, tenant string) (uint64, error)

	// Apply writes the change and its log entry in one transaction if e.Tenant (Shared for the shared rows) still
	// stands at e.Base, and returns the new revision; when it returns nil the change is durable. Else it returns an
	// error that is ErrConflict and nothing is written. A row to add that is there already, or one to remove that is
	// not, is ErrConflict too. The caller has validated the rows.
	Apply(ctx context.Context, e Entry) (uint64, error)
}
