package orgtree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Node is one team or region. Parent is the id of the node above it, "" for a root.
type Node struct{ ID, Parent, Name string }

// Tree is an immutable forest of nodes; it may be used concurrently. A nil or zero Tree knows no
// node.
type Tree struct {
	at    map[string]int // id → place in nodes
	nodes []entry        // in pre-order, so that a subtree is one interval
}

type entry struct {
	id, name string
	parent   int // place of the parent, -1 for a root
	end      int // one past the last place of the subtree
}

// New builds a tree from nodes in any order. It refuses a blank id, an id given twice, a parent
// that is not among the nodes and a cycle, and names the ids.
func New(nodes ...Node) (*Tree, error) {
	byID := make(map[string]Node, len(nodes))
	for _, n := range nodes {
		if strings.TrimSpace(n.ID) == "" {
			return nil, fmt.Errorf("orgtree: node named %q has a blank id: give it one", n.Name)
		}
		if _, twice := byID[n.ID]; twice {
			return nil, fmt.Errorf("orgtree: id %q is given twice: keep one node", n.ID)
		}
		byID[n.ID] = n
	}
	below := map[string][]string{}
	for _, n := range nodes {
		if _, known := byID[n.Parent]; !known && n.Parent != "" {
			return nil, fmt.Errorf("orgtree: parent %q of %q is not among the nodes: add it", n.Parent, n.ID)
		}
		below[n.Parent] = append(below[n.Parent], n.ID)
	}
	t := &Tree{at: make(map[string]int, len(nodes)), nodes: make([]entry, 0, len(nodes))}
	t.place(byID, below)
	if len(t.nodes) < len(nodes) {
		return nil, fmt.Errorf("orgtree: %s is a cycle: give one of them another parent", cycle(byID, t.at))
	}
	return t, nil
}

// place walks down from the roots, without recursion so that depth is bounded by memory alone.
func (t *Tree) place(byID map[string]Node, below map[string][]string) {
	for _, children := range below {
		slices.SortFunc(children, func(a, b string) int { return cmp.Compare(b, a) })
	}
	stack := slices.Clone(below[""])
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n, here := byID[id], len(t.nodes)
		e := entry{id: id, name: n.Name, parent: -1, end: here + 1}
		if n.Parent != "" {
			e.parent = t.at[n.Parent]
		}
		t.at[id] = here
		t.nodes = append(t.nodes, e)
		stack = append(stack, below[id]...)
	}
	for i := len(t.nodes) - 1; i >= 0; i-- {
		if up := t.nodes[i].parent; up >= 0 {
			t.nodes[up].end = max(t.nodes[up].end, t.nodes[i].end)
		}
	}
}

// cycle describes one of the cycles among the nodes that no root leads to.
func cycle(byID map[string]Node, placed map[string]int) string {
	ids := make([]string, 0, len(byID))
	for id := range byID {
		if _, ok := placed[id]; !ok {
			ids = append(ids, id)
		}
	}
	id := slices.Min(ids)
	var path []string
	for !slices.Contains(path, id) {
		path = append(path, id)
		id = byID[id].Parent
	}
	path = append(path[slices.Index(path, id):], id)
	return fmt.Sprintf("%q", path)
}

// Len returns the number of nodes.
func (t *Tree) Len() int {
	if t == nil {
		return 0
	}
	return len(t.nodes)
}

// Has reports whether the tree knows the id.
func (t *Tree) Has(id string) bool {
	_, ok := t.find(id)
	return ok
}

// Name returns the node's name, "" if the tree does not know the id.
func (t *Tree) Name(id string) string {
	if i, ok := t.find(id); ok {
		return t.nodes[i].name
	}
	return ""
}

// Under reports whether node is root or below it. It is false if the tree does not know either.
func (t *Tree) Under(node, root string) bool {
	i, ok := t.find(node)
	if !ok {
		return false
	}
	r, ok := t.find(root)
	return ok && r <= i && i < t.nodes[r].end
}

// Subtree returns root and the ids below it, root first, the others sorted; nil if the tree does
// not know root.
func (t *Tree) Subtree(root string) []string {
	r, ok := t.find(root)
	if !ok {
		return nil
	}
	var ids []string
	for _, e := range t.nodes[r:t.nodes[r].end] {
		ids = append(ids, e.id)
	}
	slices.Sort(ids[1:])
	return ids
}

// Children returns the ids right below a node, sorted; nil if there are none or the tree does not know it.
func (t *Tree) Children(id string) []string {
	at, ok := t.find(id)
	if !ok {
		return nil
	}
	var ids []string
	for i := at + 1; i < t.nodes[at].end; i = t.nodes[i].end {
		ids = append(ids, t.nodes[i].id)
	}
	return ids
}

// Parent returns the id above a node; false if it is a root or unknown.
func (t *Tree) Parent(id string) (string, bool) {
	i, ok := t.find(id)
	if !ok || t.nodes[i].parent < 0 {
		return "", false
	}
	return t.nodes[t.nodes[i].parent].id, true
}

// Path returns the ids from the root down to the node; nil if the tree does not know it.
func (t *Tree) Path(id string) []string {
	i, ok := t.find(id)
	if !ok {
		return nil
	}
	var path []string
	for ; i >= 0; i = t.nodes[i].parent {
		path = append(path, t.nodes[i].id)
	}
	slices.Reverse(path)
	return path
}

func (t *Tree) find(id string) (int, bool) {
	if t == nil {
		return 0, false
	}
	i, ok := t.at[id]
	return i, ok
}

// Span returns the node's place in the tree and one past the last place of those below it, which lie between them. ok is
// false if the tree does not know the node.
func (t *Tree) Span(node string) (first, end int, ok bool) {
	i, ok := t.find(node)
	if !ok {
		return 0, 0, false
	}
	return i, t.nodes[i].end, true
}
