package main

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"time"
)

// contender does the n operations that begin with number from.
type contender func(from, n int)

// times are what one contender took for an operation, in nanoseconds, by round.
type times []float64

// race lets the contenders take turns: rounds times, each for about turn by the clock, another one first in each round.
func race(c clock, rounds int, turn time.Duration, cs ...contender) []times {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	out, sizes, done := make([]times, len(cs)), make([]int, len(cs)), make([]int, len(cs))
	for i := range cs {
		sizes[i] = operations(c, turn, cs[i])
		out[i] = make(times, rounds)
	}
	for round := range rounds {
		for k := range cs {
			i := (round + k) % len(cs)
			before := c()
			cs[i](done[i], sizes[i])
			out[i][round] = float64(c()-before) / float64(sizes[i])
			done[i] += sizes[i]
		}
	}
	return out
}

// operations is how many a contender does in about that time, found by trying.
func operations(c clock, turn time.Duration, do contender) int {
	for n := 1; ; n *= 4 {
		before := c()
		do(0, n)
		if took := c() - before; took >= turn/4 {
			return max(1, int(float64(n)*float64(turn)/float64(took)))
		}
	}
}

// parallel shares a contender's operations among all processors. Its clock is ofProcess.
func parallel(c contender) contender {
	return func(from, n int) {
		procs := runtime.GOMAXPROCS(0)
		each := (n + procs - 1) / procs
		var done sync.WaitGroup
		for i := range procs {
			done.Add(1)
			go func() {
				defer done.Done()
				c(from+i*each, each)
			}()
		}
		done.Wait()
	}
}

// spread is a median and the quartiles about it.
type spread struct{ Median, Low, High float64 }

func spreadOf(values []float64) spread {
	s := slices.Clone(values)
	slices.Sort(s)
	return spread{quantile(s, 0.5), quantile(s, 0.25), quantile(s, 0.75)}
}

// quantile of sorted values, between two of them if it falls there.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	below, above := sorted[int(math.Floor(at))], sorted[int(math.Ceil(at))]
	return below + (above-below)*(at-math.Floor(at))
}

func (t times) median() float64 { return spreadOf(t).Median }

// over is the spread of the ratios, each taken within one round.
func (t times) over(base times) spread {
	ratios := make([]float64, len(t))
	for i := range t {
		ratios[i] = t[i] / base[i]
	}
	return spreadOf(ratios)
}
