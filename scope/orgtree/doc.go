// Package orgtree holds a tenant's teams, regions or people as an immutable tree that answers in
// constant time whether one is below another, and reads them from the host's own tables.
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
// # The host's own tables
//
// A [Source] reads people, teams, regions and superiors through database/sql by a mapping, [Tables],
// for SQLite, PostgreSQL, MySQL and MariaDB. access.Tables makes it the directory of an Authorizer.
// All of a tenant is read in one transaction, so that a move takes effect as a whole. Rows that are
// no organisation (a circle, a parent that is missing, somebody in an unknown team) are refused with
// the rest, by a [RefusedError] that names them. How changes are noticed is said at Tables.Version.
//
// # What it does not know
//
// A node that the tree does not know is under nothing and has nothing under it. A nil or zero Tree
// knows no node.
package orgtree
