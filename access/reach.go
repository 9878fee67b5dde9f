package access

import (
	"sync"
	"sync/atomic"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// reach is one scope as it is for one subject.
type reach struct {
	pred  scope.Predicate
	bound atomic.Pointer[boundReach]
}

// boundReach is the predicate made ready for records of one struct type.
type boundReach struct {
	of   scope.StructType
	pred scope.Predicate
}

// on is the predicate to ask about r: a bound one if r is of the struct type seen first.
func (x *reach) on(r scope.Record) scope.Predicate {
	b := x.bound.Load()
	if b == nil {
		b = &boundReach{r.StructType(), x.pred.Bind(r)}
		x.bound.Store(b)
	}
	if b.of == r.StructType() {
		return b.pred
	}
	return x.pred
}

// places number the scopes that programs read, so that each holder keeps what they come to for him in a list. A stock
// scope has one place for all types that say the same of owner, team, region and creator.
type places struct {
	mu sync.Mutex
	of map[place]int
}

type place struct {
	name      string
	alike     int // number of the types that are alike; -1 for a scope that may read anything
	typeOfOwn int // number of the type then
}

func newPlaces() *places { return &places{of: map[place]int{}} }

func (p *places) number(name string, r scope.Resolver, t *typeInfo) int {
	k := place{name, t.alike, -1}
	if !scope.IsStock(r) {
		k = place{name, -1, t.number}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.of[k]; !ok {
		p.of[k] = len(p.of)
	}
	return p.of[k]
}

// room is for the places there are and some to come.
func (p *places) room() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(16, 2*len(p.of))
}

// reach returns what the scope of an atom comes to for the holder, worked out once; nil if there is no room for it.
func (h *holder) reached(a *atom) *reach {
	if a.place < len(h.reaches) {
		return h.reaches[a.place].Load()
	}
	return nil
}

// reach is reached, and works it out if need be.
func (h *holder) reach(a *atom, t *typeInfo) (*reach, error) {
	if x := h.reached(a); x != nil {
		return x, nil
	}
	p, err := resolveScope(a, h.sub, t)
	if err != nil {
		return nil, err
	}
	x := &reach{pred: p}
	if a.place >= len(h.reaches) {
		return x, nil
	}
	h.reaches[a.place].CompareAndSwap(nil, x)
	return h.reaches[a.place].Load(), nil
}

// resolveScope ties the relations of the scope's predicate to the tenant. On a type that lacks what the scope needs,
// which only "*" can cover, it is unknown.
func resolveScope(a *atom, sub scope.Subject, t *typeInfo) (scope.Predicate, error) {
	if a.scope.Check(&t.Schema) != nil {
		return scope.Predicate{}, nil
	}
	p := a.scope.Resolve(sub, &t.Schema)
	if len(p.Facts()) == 0 {
		return p, nil
	}
	return p.Within(&t.Schema, sub.Tenant)
}
