// Package oracle holds, in its tests alone, what the decisions of package access are judged by.
//
// # Three roads, one answer
//
// A model (model_test.go) decides from plain data, row by row, without Casbin, without SQL and without anything of
// package access but the types of the rows. A fresh casbin.Enforcer over the rows as the store gives them back decides
// the same questions, and so do Authorizers: one that lived through every change, one that learned of them by polling,
// one that was started a moment ago. TestDifferential asks them all in random worlds, about records, writes and creates;
// a collection must select exactly the records allowed one by one, a bulk write those it may be done to.
//
// # What goes on
//
// A world has a history: rows change, on either node, changes are simulated, refused and made in other words, people
// move, leave and come back, time goes by and clocks err. Most changes are drawn until one changes an answer. Between any
// two events the same people ask the same again, because what was worked out for them before is what a change can leave
// behind; decisions made before an event must afterwards say of themselves what they said then.
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
// applying. The test fails unless a fair share of the questions is allowed, every kind of row and name decides often
// enough, and every kind of event changes answers; see balance_test.go.
package oracle
