package orgtree

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every question against walking up the parents.
func TestAgainstWalkingUp(t *testing.T) {
	seed := time.Now().UnixNano()
	r := rand.New(rand.NewSource(seed))
	for range 200 {
		var nodes []Node
		for i := range r.Intn(30) {
			n := Node{ID: strconv.Itoa(i * i), Name: fmt.Sprint("n", i)}
			if i > 0 && r.Intn(5) > 0 {
				n.Parent = nodes[r.Intn(i)].ID
			}
			nodes = append(nodes, n)
		}
		r.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		tree, err := New(nodes...)
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, len(nodes), tree.Len())

		parent := map[string]string{}
		for _, n := range nodes {
			parent[n.ID] = n.Parent
		}
		for _, n := range nodes {
			var path []string
			for id := n.ID; id != ""; id = parent[id] {
				path = append(path, id)
			}
			slices.Reverse(path)
			assert.Equal(t, path, tree.Path(n.ID), "seed %d", seed)
			up, ok := tree.Parent(n.ID)
			assert.Equal(t, n.Parent, up)
			assert.Equal(t, n.Parent != "", ok)
			assert.Equal(t, n.Name, tree.Name(n.ID))
			assert.True(t, tree.Has(n.ID))

			var children []string
			for _, m := range nodes {
				if m.Parent == n.ID {
					children = append(children, m.ID)
				}
			}
			slices.Sort(children)
			assert.Equal(t, children, tree.Children(n.ID), "seed %d", seed)

			below := []string{}
			for _, m := range nodes {
				under := slices.Contains(tree.Path(m.ID), n.ID)
				assert.Equal(t, under, tree.Under(m.ID, n.ID), "seed %d: %s under %s", seed, m.ID, n.ID)
				if under && m.ID != n.ID {
					below = append(below, m.ID)
				}
			}
			slices.Sort(below)
			assert.Equal(t, append([]string{n.ID}, below...), tree.Subtree(n.ID), "seed %d", seed)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, row := range map[string]struct {
		nodes []Node
		says  string
	}{
		"blank id":      {[]Node{{ID: " ", Name: "north"}}, `"north"`},
		"no id":         {[]Node{{}}, "blank id"},
		"duplicate":     {[]Node{{ID: "a"}, {ID: "b"}, {ID: "a", Parent: "b"}}, `"a" is given twice`},
		"orphan":        {[]Node{{ID: "a"}, {ID: "b", Parent: "c"}}, `parent "c" of "b"`},
		"own parent":    {[]Node{{ID: "a"}, {ID: "b", Parent: "b"}}, `["b" "b"] is a cycle`},
		"cycle":         {[]Node{{ID: "r"}, {ID: "x", Parent: "z"}, {ID: "y", Parent: "x"}, {ID: "z", Parent: "y"}}, `["x" "z" "y" "x"] is a cycle`},
		"below a cycle": {[]Node{{ID: "a", Parent: "x"}, {ID: "x", Parent: "y"}, {ID: "y", Parent: "x"}}, `["x" "y" "x"] is a cycle`},
	} {
		tree, err := New(row.nodes...)
		assert.ErrorContains(t, err, row.says, name)
		assert.Nil(t, tree, name)
	}
}

func TestWhatItDoesNotKnow(t *testing.T) {
	empty, err := New()
	require.NoError(t, err)
	one, err := New(Node{ID: "1"})
	require.NoError(t, err)
	for name, tree := range map[string]*Tree{"nil": nil, "zero": {}, "empty": empty, "other": one} {
		for _, id := range []string{"", "11", "x"} {
			assert.False(t, tree.Has(id), name)
			assert.False(t, tree.Under(id, id), "%s: not even under itself", name)
			assert.False(t, tree.Under("1", id), name)
			assert.False(t, tree.Under(id, "1"), name)
			assert.Nil(t, tree.Subtree(id), name)
			assert.Nil(t, tree.Path(id), name)
			assert.Nil(t, tree.Children(id), name)
			assert.Empty(t, tree.Name(id), name)
			_, ok := tree.Parent(id)
			assert.False(t, ok, name)
		}
	}
	assert.Zero(t, (*Tree)(nil).Len())
}

func TestDepthIsNotRecursion(t *testing.T) {
	const deep = 200_000
	nodes := make([]Node, deep)
	for i := range nodes {
		nodes[i].ID = strconv.Itoa(i + 1)
		if i > 0 {
			nodes[i].Parent = strconv.Itoa(i)
		}
	}
	tree, err := New(nodes...)
	require.NoError(t, err)
	assert.True(t, tree.Under(strconv.Itoa(deep), "1"))
	assert.Len(t, tree.Path(strconv.Itoa(deep)), deep)
}

func TestConcurrentReaders(t *testing.T) {
	tree, err := New(Node{ID: "a"}, Node{ID: "b", Parent: "a"}, Node{ID: "c", Parent: "b"})
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 100 {
				ids := tree.Subtree("a")
				ids[0] = "changed by its reader"
				if !tree.Under("c", "a") || tree.Path("c")[0] != "a" {
					t.Error("a reader saw another's change")
				}
			}
		}()
	}
	group.Wait()
}
