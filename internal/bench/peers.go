package main

import (
	"time"
)

// peers asks Casbin and cedar-go the questions of 10,000 rules. The bar is on Casbin's matcher as documented: put in the
// best order for these rows, it is so fast that the map written by hand is not that far ahead either.
func peers(l *lab) ([]result, error) {
	b, err := l.on(medium)
	if err != nil {
		return nil, err
	}
	cedar, err := newCedar(b.world)
	if err != nil {
		return nil, err
	}
	asksCedar := func(from, n int) {
		for i := from; i < from+n; i++ {
			kept.Store(cedar.allowed(i % questionsAsked))
		}
	}
	ts := race(ofThread, rounds, turn, b.asksLibrary, asksCedar)
	out := []result{ahead("peers/cedar", "cedar-go", ts).atLeast(10)}
	for _, m := range []struct{ name, matcher string }{{"documented", documented}, {"reordered", reordered}} {
		e, err := newCasbin(b.world, m.matcher)
		if err != nil {
			return nil, err
		}
		ts := race(ofThread, 20, 3*turn, b.asksLibrary, b.asksCasbin(e), b.asksHand)
		line := ahead("peers/casbin/"+m.name, "Casbin's Enforce", ts)
		if m.matcher == documented {
			line = line.atLeast(10_000)
		}
		out = append(out, line.noting("%s; the map written by hand is %sx ahead", line.Note, number(ts[1].over(ts[2]).Median)))
	}
	cached, err := b.cached()
	if err != nil {
		return nil, err
	}
	return append(out, cached), nil
}

// ahead is how many times faster the first contender was than the second.
func ahead(name, of string, ts []times) result {
	return measured(name, ts[1].over(ts[0]), "x ahead of "+of).
		noting("%s ns, %s %v", number(ts[0].median()), of, time.Duration(ts[1].median()).Round(10*time.Nanosecond))
}

func (b *bench) asksCasbin(e enforcer) contender {
	asks := make([][]any, questionsAsked)
	for i := range asks {
		asks[i] = casbinAsk(b.hand, &b.questions[i])
	}
	return func(from, n int) {
		for i := from; i < from+n; i++ {
			ok, err := e.Enforce(asks[i%questionsAsked]...)
			if err != nil {
				panic(err)
			}
			kept.Store(ok)
		}
	}
}

// cachedQuestions are few, because each is answered the slow way once.
const cachedQuestions = 64

// cached measures Casbin's cached enforcer on questions that it has answered before, then takes a role away.
func (b *bench) cached() (result, error) {
	e, err := newCachedCasbin(b.world)
	if err != nil {
		return result{}, err
	}
	again := b.asksCasbin(e)
	few := func(from, n int) {
		for i := from; i < from+n; i++ {
			again(i%cachedQuestions, 1)
		}
	}
	few(0, cachedQuestions)
	r := ahead("peers/casbin/cached", "Casbin's cached enforcer", race(ofThread, rounds, turn, b.asksLibrary, few))
	yes, err := yesAfterRevoke(e, b.world, b.hand)
	if err != nil {
		return result{}, err
	}
	if yes {
		return r.noting("%s; it still answers yes after the role was taken away", r.Note), nil
	}
	return r.noting("%s; it answers no after the role was taken away", r.Note), nil
}
