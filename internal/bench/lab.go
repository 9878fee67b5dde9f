package main

import (
	"context"
	"sync/atomic"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// lab keeps what several scenarios measure on.
type lab struct{ benches map[shape]*bench }

// bench is a world with the library and both maps over it.
type bench struct {
	*world
	library *access.Authorizer
	hand    *hand
	bare    bare
}

// on returns the bench for a shape, set up when it is first asked for.
func (l *lab) on(s shape) (*bench, error) {
	if b := l.benches[s]; b != nil {
		return b, nil
	}
	w := generate(s, 1)
	a, err := openMemory(w)
	if err != nil {
		return nil, err
	}
	if l.benches == nil {
		l.benches = map[shape]*bench{}
	}
	l.benches[s] = &bench{w, a, newHand(w), newBare(w)}
	return l.benches[s], nil
}

// kept takes what contenders find out, so that the compiler can't leave out their work.
var kept atomic.Bool

func (b *bench) asksLibrary(from, n int) {
	ctx, allowed := context.Background(), false
	for i := from; i < from+n; i++ {
		d, err := b.library.Authorize(ctx, b.questions[i%len(b.questions)].request())
		if err != nil {
			panic(err)
		}
		allowed = allowed != d.Allowed()
	}
	kept.Store(allowed)
}

// wrapsAndAsks makes the Record of the host's struct for each question anew.
func (b *bench) wrapsAndAsks(from, n int) {
	ctx, allowed := context.Background(), false
	for i := from; i < from+n; i++ {
		q := &b.questions[i%len(b.questions)]
		d, err := b.library.Authorize(ctx, q.of(scope.Of(q.customer)))
		if err != nil {
			panic(err)
		}
		allowed = allowed != d.Allowed()
	}
	kept.Store(allowed)
}

// hot is the bench with so few questions that what they read stays in the processor's caches.
func (b *bench) hot() *bench {
	w := *b.world
	w.questions = b.questions[:256]
	return &bench{&w, b.library, b.hand, b.bare}
}

func (b *bench) asksHand(from, n int) {
	allowed := false
	for i := from; i < from+n; i++ {
		allowed = allowed != b.hand.allowed(&b.questions[i%len(b.questions)])
	}
	kept.Store(allowed)
}

func (b *bench) asksBare(from, n int) {
	allowed := false
	for i := from; i < from+n; i++ {
		allowed = allowed != b.bare.allowed(&b.questions[i%len(b.questions)])
	}
	kept.Store(allowed)
}
