// Package orgtree holds a tenant's teams or regions as an immutable tree that answers in constant
// time whether one is below another.
//
//	regions, err := orgtree.New(
//		orgtree.Node{ID: "cn", Name: "China"},
//		orgtree.Node{ID: "cn-gd", Parent: "cn", Name: "Guangdong"},
//	)
//	regions.Under("cn-gd", "cn") // true
//
// # What it is for
//
// A [Tree] is a scope.Tree: the stock scopes team_tree and region test records with it.
//
// # Ids
//
// Ids are compared as whole strings. That one id begins like another (1 and 11, cn and cn-gd)
// means nothing. Several roots are allowed.
//
// # What it does not know
//
// A node that the tree does not know is under nothing and has nothing under it. A nil or zero Tree
// knows no node.
package orgtree
