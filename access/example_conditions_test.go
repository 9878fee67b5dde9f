package access_test

import (
	"context"
	"fmt"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// A condition of the host's own: whose yearly training is over may not export. Bob's record cannot be read, which is
// unknown, and so no help to him either.
func ExampleConfig_conditions() {
	ctx, now := context.Background(), time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	trainedUntil := map[string]time.Time{"ann": now.AddDate(0, 6, 0), "max": now.AddDate(0, -1, 0)}
	authz, err := access.MemoryAuthorizer(ctx, "acme", `
p, r:rep, acme, lead, export, trained, allow
g, u:ann, r:rep, acme
g, u:max, r:rep, acme
g, u:bob, r:rep, acme`, nil, access.Config{
		Catalog: access.Catalog{Types: []access.Type{{
			Name: "lead", Model: Lead{}, Schema: scope.Schema{Tenant: "tenant_id"}, Actions: []access.Action{{Name: "export"}},
		}}},
		Now: func() time.Time { return now },
		Conditions: map[string]condition.Func{
			"trained": func(_ context.Context, sub scope.Subject, e condition.Env) (scope.Truth, error) {
				if trainedUntil[sub.ID].After(e.Time) {
					return scope.True, nil
				}
				if sub.ID == "bob" {
					panic("no such file")
				}
				return scope.False, nil
			},
		},
	})
	if err != nil {
		panic(err)
	}
	defer authz.Close()
	for _, who := range []string{"ann", "max", "bob"} {
		fmt.Println(who, ask(authz, who, "export", access.Resource{}).Allowed())
	}
	h, err := authz.Health(ctx)
	fmt.Println(h.Conditions[0].Name, h.Conditions[0].LastError, err)
	// Output:
	// ann true
	// max false
	// bob false
	// trained it panicked: no such file <nil>
}
