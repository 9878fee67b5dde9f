package scope_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

type byText struct{ ID, TenantID, OwnerID, TeamID, RegionID, CreatedBy string }

type byNumber struct {
	ID                                   int64
	TenantID                             string
	OwnerID, TeamID, RegionID, CreatedBy int64
}

type byPointer struct {
	ID, TenantID      string
	OwnerID, TeamID   *string
	RegionID          string
	CreatedBy, Second string
}

type Base struct{ ID uint }

type embedding struct {
	Base
	TenantID  string
	OwnerID   *uint64
	TeamID    uint32
	RegionID  *string
	CreatedBy *int
}

func layoutSchema(k scope.Kind, owners ...string) *scope.Schema {
	s := &scope.Schema{Type: "deal", Tenant: "tenant_id", Key: []string{"id"}, Owner: owners, Team: "team_id", Region: "region_id", Creator: "created_by",
		Attrs: []scope.Attr{{Name: "tenant_id", Kind: scope.KindText}, {Name: "second", Kind: k}}}
	for _, name := range []string{"id", "owner_id", "team_id", "region_id", "created_by"} {
		s.Attrs = append(s.Attrs, scope.Attr{Name: name, Kind: k})
	}
	return s
}

// What a layout says of a record is what the scope's predicate says, for whoever asks and whatever his ids are.
func TestALayoutSeesWhatThePredicateHolds(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	texts := []string{"ann", "bob", "1", "7", "11", "0", "042", "-7", "", " ", "ann ", "Ann", "nowhere", "\xff"}
	one := func() string { return texts[r.IntN(len(texts))] }
	some := func() (out []string) {
		for range r.IntN(14) {
			out = append(out, one())
		}
		return out
	}
	tree := func() *orgtree.Tree {
		var nodes []orgtree.Node
		for i, id := range []string{"ann", "1", "7", "11", "bob", "042"} {
			n := orgtree.Node{ID: id}
			if i > 0 && r.IntN(4) > 0 {
				n.Parent = nodes[r.IntN(i)].ID
			}
			nodes = append(nodes, n)
		}
		made, err := orgtree.New(nodes...)
		require.NoError(t, err)
		return made
	}
	numbers := []int64{0, 1, 7, 11, -7, 42}
	number := func() int64 { return numbers[r.IntN(len(numbers))] }
	pointer := func() *string {
		if s := one(); r.IntN(3) > 0 {
			return &s
		}
		return nil
	}
	seen, told := map[scope.Truth]int{}, 0
	for range 20_000 {
		sub := scope.Subject{ID: one(), Tenant: "acme", Teams: some(), Regions: some()}
		var trees *scope.Trees
		if r.IntN(8) > 0 {
			teams, regions := tree(), tree()
			sub.TeamTree, sub.RegionTree, trees = teams, regions, &scope.Trees{Teams: teams, Regions: regions}
		}
		schema := layoutSchema(scope.KindText, "owner_id")
		var record scope.Record
		switch r.IntN(5) {
		case 4:
			schema = layoutSchema(scope.KindInt, "owner_id")
			for i := range schema.Attrs {
				if schema.Attrs[i].Name == "region_id" {
					schema.Attrs[i].Kind = scope.KindText
				}
			}
			owner, creator := uint64(number()), int(number())
			e := embedding{Base{uint(r.IntN(9))}, one(), &owner, uint32(r.IntN(12)), pointer(), &creator}
			if r.IntN(5) == 0 {
				e.OwnerID, e.CreatedBy = nil, nil
			}
			record = scope.Of(&e)
		case 0:
			schema = layoutSchema(scope.KindInt, "owner_id")
			record = scope.Of(&byNumber{number(), one(), number(), number(), number(), number()})
		case 1:
			record = scope.Of(&byPointer{one(), one(), pointer(), pointer(), one(), one(), one()})
		case 2:
			schema = layoutSchema(scope.KindText, "created_by", "owner_id")
			fallthrough
		default:
			record = scope.Of(&byText{one(), one(), one(), one(), one(), one()})
		}
		layout, viewer := scope.NewLayout(schema, record), scope.NewViewer(sub, trees)
		require.True(t, layout.Fits(record))
		for name, res := range scope.Stock() {
			yes, ok := layout.Sees(scope.SightOf(res), &viewer, record)
			if !ok {
				require.False(t, yes, name)
				continue
			}
			want, err := res.Resolve(sub, schema).Eval(record)
			require.NoError(t, err, name)
			require.Equal(t, want == scope.True, yes, "%s: %+v: %v", name, sub, record.Names())
			require.NotEqual(t, scope.Unknown, want, "%s: a layout tells yes or no: %+v", name, sub)
			seen[want]++
			told++
		}
		mine, err := scope.All().Within(schema, "acme")
		require.NoError(t, err)
		want, err := mine.Match(record)
		require.NoError(t, err)
		got, ok := layout.InTenant(record, "acme")
		require.True(t, ok)
		require.Equal(t, want, got)
		key, ok := layout.Key(record)
		require.True(t, ok)
		kept, err := record.Value("id", key.Kind())
		require.NoError(t, err)
		require.Equal(t, kept, key)
	}
	assert.Greater(t, seen[scope.True], told/10)
	assert.Greater(t, seen[scope.False], told/10)
}

func TestALayoutTellsNothingOfWhatItDoesNotKnow(t *testing.T) {
	schema := layoutSchema(scope.KindText, "owner_id")
	deal := scope.Of(&byText{OwnerID: "ann", TenantID: "acme"})
	viewer := scope.NewViewer(scope.Subject{ID: "ann"}, nil)
	assert.Nil(t, scope.NewLayout(schema, scope.FromMap(map[string]any{"owner_id": "ann"})))
	assert.Nil(t, scope.NewLayout(schema, scope.Record{}))
	layout := scope.NewLayout(schema, deal)
	assert.False(t, layout.Fits(scope.Of(&byNumber{})), "another struct")
	assert.False(t, layout.Fits(scope.Record{}))
	assert.False(t, (*scope.Layout)(nil).Fits(scope.FromMap(map[string]any{})), "no layout fits nothing")
	for _, res := range []scope.Resolver{scope.Unowned(), scope.Criterion{Attr: "owner_id", Op: "eq", Values: []string{"ann"}}, nil} {
		_, ok := layout.Sees(scope.SightOf(res), &viewer, deal)
		assert.False(t, ok, "%v is told by its predicate", res)
	}
	_, ok := layout.Sees(200, &viewer, deal)
	assert.False(t, ok)
	many := layoutSchema(scope.KindText, "owner_id")
	many.Key = []string{"id", "tenant_id"}
	_, ok = scope.NewLayout(many, deal).Key(deal)
	assert.False(t, ok, "a key of two attributes")
	bare := &scope.Schema{Type: "deal", SingleTenant: true, Attrs: schema.Attrs}
	yes, ok := scope.NewLayout(bare, deal).InTenant(deal, "anybody")
	assert.True(t, yes && ok, "a type without tenants")
	_, ok = scope.NewLayout(bare, deal).Sees(scope.SightOf(scope.Own()), &viewer, deal)
	assert.False(t, ok, "a type without owners")
}
