// Command bench holds the library to its figures. Everything that is compared runs side by side in one process:
//
//	go run . -check                   # measure, print a line for each bar, exit with 1 if one is missed
//	go run . -check -only authorize   # one scenario, or the lines whose names begin so
//	go run . -check -json results.json
//	go run . -check -readme           # write the table into README.md
//
// A line reads
//
//	authorize/10k: 2.4x of map, bar 3x: ok (2.3 to 2.6; 210 ns, map 88 ns)
//
// # How it is measured
//
// Contenders take turns: in each round every one works for some milliseconds, in an order that changes from round to
// round, so that what disturbs the machine disturbs all. A ratio is taken within a round; what is printed is the median
// of the rounds, and behind it, in parentheses, between which values the middle half of the rounds lay. Only ratios
// carry over to another machine.
//
// On Linux the clock is the processor time of the thread, of all threads where several work, so that another program on
// the machine takes part in the figures through the caches alone. Elsewhere it is the time of day.
//
// # What is compared
//
// A generated world of tenants, roles, rules and people is asked the same questions, with the same records, of
//
//   - the library, through its public functions,
//   - a map written by hand that does the same work: scopes, the window of the day, the network, denies,
//   - a bare map that looks up tenant, subject, type and action, and knows nothing of records,
//   - Casbin's Enforce over the same rows, with the matcher as documented and with one reordered in its favour,
//   - Casbin's cached enforcer, which goes on answering yes after a role was taken away,
//   - cedar-go over the same rules, found through an index.
//
// The tests of this module show that all of them give the same answers, the bare map aside.
//
// This is a module of its own so that peers never enter the library's requirements.
package main
