package main

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

const (
	rounds = 50
	turn   = 20 * time.Millisecond
)

// authorize compares point decisions with both maps, and counts what they allocate. Without a bar it tells how it is at
// other sizes, when the same few questions are asked again and again (hot), and when the host's struct is wrapped as a
// Record for each question (wrapped).
func authorize(l *lab) ([]result, error) {
	var out []result
	for _, at := range []struct {
		size   string
		shape  shape
		barred bool
	}{{"1k", small, false}, {"10k", medium, true}, {"100k", large, false}} {
		b, err := l.on(at.shape)
		if err != nil {
			return nil, err
		}
		serial := race(ofThread, rounds, turn, b.asksLibrary, b.asksHand, b.asksBare)
		both := race(ofProcess, rounds, turn, parallel(b.asksLibrary), parallel(b.asksHand), parallel(b.asksBare))
		lines := append(beside("authorize/"+at.size, serial), beside("authorize/"+at.size+"/parallel", both)...)
		for i, bar := range []float64{3, 5, 3, 5} {
			if at.barred {
				lines[i] = lines[i].atMost(bar)
			}
		}
		out = append(out, lines...)
	}
	b, err := l.on(medium)
	if err != nil {
		return nil, err
	}
	hot := b.hot()
	out = append(out, beside("authorize/10k/hot", race(ofThread, rounds, turn, hot.asksLibrary, hot.asksHand, hot.asksBare))...)
	wrapped := race(ofThread, rounds, turn, b.wrapsAndAsks, b.asksHand, b.asksBare)
	out = append(out, beside("authorize/10k/wrapped", wrapped)[0])
	return append(out, b.allocations()...), nil
}

// beside makes the lines of the library's times beside those of the two maps.
func beside(name string, ts []times) []result {
	library, hand, bare := ts[0], ts[1], ts[2]
	return []result{
		measured(name, library.over(hand), "x of map").noting("%s ns, map %s ns", number(library.median()), number(hand.median())),
		measured(name+"/bare", library.over(bare), "x of bare map").noting("bare map %s ns", number(bare.median())),
	}
}

// allocations counts those of a decision, for each way of passing a record.
func (b *bench) allocations() []result {
	var out []result
	for _, way := range []struct {
		name string
		pass func(*question) access.Request
	}{
		{"struct", func(q *question) access.Request { return q.request() }},
		{"map", func(q *question) access.Request { return q.of(scope.FromMap(q.customer.columns())) }},
		{"collection", func(q *question) access.Request { return q.of(scope.Record{}) }},
		{"clock", func(q *question) access.Request {
			r := q.request()
			r.Env.Time = time.Time{}
			return r
		}},
	} {
		most := 0.0
		for i := range 200 {
			r := way.pass(&b.questions[i])
			most = max(most, testing.AllocsPerRun(20, func() {
				d, err := b.library.Authorize(context.Background(), r)
				if err != nil {
					panic(err)
				}
				kept.Store(d.Allowed())
			}))
		}
		out = append(out, result{Name: "authorize/allocations/" + way.name, Value: most, Unit: " allocations"}.atMost(0))
	}
	return out
}

func (c *customer) columns() map[string]any {
	return map[string]any{
		"id": c.ID, "tenant_id": c.TenantID, "owner_id": c.OwnerID, "team_id": c.TeamID, "region_id": c.RegionID,
		"name": c.Name, "phone": c.Phone, "amount": c.Amount,
	}
}

// growth is what a hundred times the rules cost the library, beyond what they cost the map.
func growth(l *lab) ([]result, error) {
	few, err := l.on(small)
	if err != nil {
		return nil, err
	}
	many, err := l.on(large)
	if err != nil {
		return nil, err
	}
	ts := race(ofThread, rounds, turn, few.asksLibrary, few.asksHand, many.asksLibrary, many.asksHand)
	beyond := make([]float64, rounds)
	for i := range beyond {
		beyond[i] = ts[2][i] / ts[0][i] / (ts[3][i] / ts[1][i])
	}
	return []result{measured("growth/100k", spreadOf(beyond), "x of 1k beyond the map").atMost(1.5).
		noting("%s ns at 1k, %s ns at 100k; map %s and %s ns", number(ts[0].median()), number(ts[2].median()),
			number(ts[1].median()), number(ts[3].median()))}, nil
}

// collection is a decision on a type as a whole with the predicate that goes into a query.
func collection(l *lab) ([]result, error) {
	b, err := l.on(medium)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	decide := func(from, n int) {
		for i := from; i < from+n; i++ {
			d, err := b.library.Authorize(ctx, b.questions[i%questionsAsked].of(scope.Record{}))
			if err != nil {
				panic(err)
			}
			runtime.KeepAlive(d.Scope())
		}
	}
	decide(0, questionsAsked)
	ts := race(ofThread, rounds, turn, decide, b.asksHand)
	most := 0.0
	for i := range 200 {
		most = max(most, testing.AllocsPerRun(20, func() { decide(i, 1) }))
	}
	return []result{
		measured("collection/10k", spreadOf(ts[0]), " ns").atMost(1000).noting("%sx of a point decision of the map", number(ts[0].over(ts[1]).Median)),
		result{Name: "collection/allocations", Value: most, Unit: " allocations"}.atMost(8),
	}, nil
}

func audited(*lab) ([]result, error) {
	return []result{{Name: "audited", Instead: "not measured yet: the library has no bounded queue"}}, nil
}
