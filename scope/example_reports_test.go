package scope_test

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// Eve reports to Ben, who reports to Ann. Nobody's reports own the public pool.
func ExampleReports() {
	people, err := orgtree.New(orgtree.Node{ID: "ann"}, orgtree.Node{ID: "ben", Parent: "ann"}, orgtree.Node{ID: "eve", Parent: "ben"})
	if err != nil {
		fmt.Println(err)
		return
	}
	deals := &scope.Schema{Type: "deal", Table: "deals", Key: []string{"id"}, Tenant: "tenant", Owner: []string{"owner"}, Attrs: []scope.Attr{
		{Name: "id", Kind: scope.KindInt}, {Name: "tenant", Kind: scope.KindText}, {Name: "owner", Kind: scope.KindText},
	}}
	eves, nobodys := scope.FromMap(map[string]any{"owner": "eve"}), scope.FromMap(map[string]any{"owner": nil})
	for _, who := range []string{"ann", "ben", "eve"} {
		sub := scope.Subject{ID: who, Tenant: "acme", Reporting: people}
		all, _ := scope.Reports(scope.AllLevels).Resolve(sub, deals).Match(eves)
		direct, _ := scope.Reports(1).Resolve(sub, deals).Match(eves)
		none, _ := scope.Reports(scope.AllLevels).Resolve(sub, deals).Match(nobodys)
		fmt.Println(who, all, direct, none)
	}
	// Output:
	// ann true false false
	// ben true true false
	// eve false false false
}
