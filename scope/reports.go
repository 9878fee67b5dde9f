package scope

import (
	"fmt"
	"math"
)

// AllLevels is for [Reports]: however many others are between the owner and the subject.
const AllLevels = math.MaxInt

// ReportingTree is a [Tree] of people, each below his superior.
type ReportingTree interface {
	Tree
	// Children returns those right below a node.
	Children(node string) []string
	// Parent returns the one right above a node; false for one with nobody above, or that the tree does not know.
	Parent(node string) (string, bool)
}

// Reports holds the records of which an owner reports to the subject: directly with 1 level, through at most one other
// with 2, and so on. The subject's own are not among them, nor are those without an owner: False. Fewer than 1 level are
// refused by Check. The stock scope reports has [AllLevels]; a host that wants fewer gives it a name of its own:
//
//	access.Config{Scopes: map[string]scope.Resolver{"direct_reports": scope.Reports(1)}}
func Reports(levels int) Resolver { return reports{levels} }

type reports struct{ levels int }

func (r reports) Check(s *Schema) error {
	if r.levels < 1 {
		return fmt.Errorf("scope: reports within %d levels are nobody's: say 1 for direct reports, or AllLevels", r.levels)
	}
	return stock{name: "reports", owner: true}.Check(s)
}

func (r reports) Resolve(sub Subject, s *Schema) Predicate {
	var some []Predicate
	for _, owner := range s.Owner {
		a, _ := s.Attr(owner)
		some = append(some, And(Not(IsBlank(owner, a.Kind)), r.below(owner, sub)))
	}
	return Or(some...)
}

// below tests an owner that there is: the direct reports and whoever is below them.
func (r reports) below(owner string, sub Subject) Predicate {
	t := sub.Reporting
	if t == nil || r.levels < 1 {
		return Predicate{}
	}
	if r.levels == AllLevels {
		return Under(owner, t, t.Children(sub.ID)...)
	}
	return Under(owner, near{t, r.levels - 1}, t.Children(sub.ID)...)
}

// near is a tree of which only so many levels below a node count as below it.
type near struct {
	tree   ReportingTree
	levels int
}

func (t near) Has(node string) bool { return t.tree.Has(node) }

func (t near) Under(node, root string) bool {
	if !t.tree.Under(node, root) {
		return false
	}
	for range t.levels {
		if node == root {
			return true
		}
		node, _ = t.tree.Parent(node)
	}
	return node == root
}

func (t near) Subtree(root string) []string {
	var out []string
	for _, node := range t.tree.Subtree(root) {
		if t.Under(node, root) {
			out = append(out, node)
		}
	}
	return out
}
