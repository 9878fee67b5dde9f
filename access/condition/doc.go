// Package condition tests the circumstances of a request: the time, the client's address and position, the strength of the
// sign-in. A condition is data ([Spec], JSON), is compiled once into an immutable [Condition], and is then evaluated against
// an [Env].
//
//	spec, err := condition.Parse([]byte(`{"daily":{"zone":"Asia/Shanghai","from":"09:00","to":"18:00"}}`))
//	office, err := spec.Compile()             // whatever is wrong with it is said here
//	office.Eval(condition.Env{Time: now})     // scope.True, scope.False or scope.Unknown
//	office.Until(condition.Env{Time: now})    // until when that answer stands
//
// # Unknown
//
// A circumstance that the Env does not give is unknown, and so is every condition that needs it; [Condition.Missing] says
// what was needed. Unknown is neither true nor false, so that it helps nobody: a rule that allows wants True, a rule that
// denies applies unless it gets False, and the negation of Unknown is Unknown. The zero Condition is always Unknown.
// Nothing is filled in: a zero Time is not the clock's time.
//
// # Time
//
// A [Daily] window is a matter of the wall clock in its zone: True whenever a clock there shows a time in [from, to) on one
// of the days. When clocks are set forward over a part of the window, that part does not happen; when they are set back
// into it, it happens twice. Where from is later than to the window runs past midnight and belongs to the day it begins on:
// days [fri], 22:00 to 06:00, ends on Saturday morning. A program that runs where no zone files are installed (an empty
// container image) imports time/tzdata.
//
// # Place
//
// A [Circle] is measured on the sphere. The position's accuracy counts: True if the whole disc in which the client may be
// lies inside, False if the whole disc lies outside, else Unknown. A position that cannot be one (NaN, a latitude of 91) is
// Unknown. A position comes from the client's device, which its owner can make say anything; combine it with other
// conditions where that matters.
//
// # Network
//
// A [Network] is a list of prefixes. An IPv4 address that arrives in IPv6 clothes (::ffff:192.0.2.1) is the IPv4 address,
// in prefixes too, so no IPv6 prefix contains an IPv4 address, not even ::/0. The address must be the client's and not the
// proxy's: that is for the caller to establish.
//
// # Assurance
//
// An [Assurance] asks for a level, for one of some methods, for a sign-in that is not too old, or for several of these
// together. What levels and methods are called is the host's choice.
//
// # Conditions of the host's own
//
// A [Func] is Go code, known to policy by its name (access.Config.Conditions). It is no data: it is not stored, not compiled
// here, and how long its answer stands is not known.
//
// # Concurrency
//
// Conditions may be evaluated by any number of goroutines; none of the methods blocks or allocates once warm.
package condition
