package main

import (
	"context"
	"runtime"
)

const loads = 7

// compile measures from the first question about a tenant to its answer, the store's own time left out and the garbage
// collector's included.
func compile(*lab) ([]result, error) {
	var out []result
	for _, at := range []struct {
		name  string
		shape shape
	}{{"compile/10k", medium}, {"compile/one-tenant", worst}} {
		w := generate(at.shape, 1)
		m, err := memoryStore(w)
		if err != nil {
			return nil, err
		}
		people := directory(w)
		var each, later []float64
		for range loads {
			store := &clocked{MemoryStore: m}
			a, err := open(w, store, people)
			if err != nil {
				return nil, err
			}
			runtime.GC()
			began := ofProcess()
			for _, tenant := range w.names {
				if _, err := a.Authorize(context.Background(), newEditor(w, a, store, tenant).ask); err != nil {
					return nil, err
				}
			}
			took := ofProcess() - began - store.spent
			each = append(each, micros(took)/float64(w.tenants*w.rules))
			began = ofProcess()
			if err := warm(a, w); err != nil {
				return nil, err
			}
			later = append(later, micros(ofProcess()-began)/questionsAsked)
			if err := a.Close(); err != nil {
				return nil, err
			}
		}
		out = append(out, measured(at.name, spreadOf(each), " µs a rule").atMost(3).
			noting("then %s µs for each of the first %d questions", number(spreadOf(later).Median), questionsAsked))
	}
	return out, nil
}
