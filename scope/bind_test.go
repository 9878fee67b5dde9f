package scope_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// What is made ready for one struct must not read another one's field that lies at the same place.
func TestWhatIsBoundToOneStructReadsEvery(t *testing.T) {
	type call struct{ Caller, OwnerID string }
	type note struct{ OwnerID, Caller string }
	mine := scope.Eq("owner_id", scope.Text("ann"))
	under := scope.Under("owner_id", only{}, "ann")
	for _, p := range []scope.Predicate{mine, under, scope.Not(mine), scope.And(mine, scope.Not(scope.IsNull("caller")))} {
		for _, r := range []scope.Record{
			scope.Of(&call{"ann", "bob"}), scope.Of(&call{"bob", "ann"}), scope.Of(&note{"ann", "bob"}), scope.Of(&note{"bob", "ann"}),
			scope.FromMap(map[string]any{"owner_id": "ann", "caller": "bob"}), scope.FromMap(map[string]any{"owner_id": nil, "caller": "ann"}),
		} {
			want, err := p.Eval(r)
			require.NoError(t, err)
			for _, other := range []scope.Record{scope.Of(&call{}), scope.Of(&note{}), scope.FromMap(map[string]any{})} {
				got, err := p.Bind(other).Eval(r)
				require.NoError(t, err)
				assert.Equal(t, want, got, "%s of %v, bound to %v", p, r, other)
			}
		}
	}
	spot := scope.NewSpot(scope.Of(&call{}), "owner_id", scope.KindText)
	v, err := spot.Value(scope.Of(&note{OwnerID: "ann", Caller: "bob"}))
	require.NoError(t, err)
	assert.Equal(t, scope.Text("ann"), v)
}

// only is a tree in which every node stands by itself.
type only struct{}

func (only) Under(node, root string) bool { return node == root }
func (only) Subtree(root string) []string { return []string{root} }
func (only) Has(string) bool              { return true }
