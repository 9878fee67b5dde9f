// Package oracle holds, in its tests alone, what the decisions of package access are judged by.
//
// # Three roads, one answer
//
// A model (model_test.go) decides from plain data, row by row, without Casbin, without SQL and without anything of
// package access but the types of the rows. A fresh casbin.Enforcer over the rows as the store gives them back decides
// the same questions, and so do Authorizers: one that lived through every change, one that learned of them by polling,
// one that was started a moment ago. TestDifferential asks them all in random worlds, after each of a random history of
// changes, about records, writes and creates; a collection must select exactly the records allowed one by one.
//
//	CRMACCESS_DECISIONS=1000000 go test ./internal/oracle -run Differential
//
// asks for more decisions than usual; CRMACCESS_SEED=n begins at a seed that a failure named. A failing case is made
// smaller for as long as it fails and printed as policy text and request; CRMACCESS_KEEP=1 writes it to testdata, whose
// cases are asked again in every run.
//
// # What decides
//
// A rule decides a question if it applies and the answer rests on its like: each deny that applies, or, where none does,
// each allow that applies. A name decides if another of the three values in its place would keep such a rule from
// applying. The test fails unless a fair share of the questions is allowed and every kind of row and name decides often
// enough; see balance_test.go.
package oracle
