package access

import (
	"context"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Loader fetches records that a request names by id only.
type Loader interface {
	// Load returns the record of that type, tenant and id with the answers to facts attached (see scope.Record's
	// WithFact), or the zero Record if there is none. It reads the tenant's rows only.
	Load(ctx context.Context, tenant, typ, id string, facts []scope.Predicate) (scope.Record, error)
	// Facts answers facts for records the host already holds, all in one query, in the order given.
	Facts(ctx context.Context, tenant, typ string, records []scope.Record, facts []scope.Predicate) ([]scope.Record, error)
}
