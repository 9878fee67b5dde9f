package access

import (
	"slices"
	"sync"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

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

// reach returns the predicate that the scope of an atom comes to for the holder, worked out once.
func (h *holder) reach(a *atom, t *typeInfo) (scope.Predicate, error) {
	known, at := h.reaches.Load(), int(a.place)
	if known != nil && at < len(*known) && (*known)[at] != nil {
		return *(*known)[at], nil
	}
	p, err := resolveScope(a, h.subject(), t)
	if err != nil {
		return scope.Predicate{}, err
	}
	next := make([]*scope.Predicate, at+1)
	if known != nil {
		next = slices.Concat(*known, make([]*scope.Predicate, max(0, at+1-len(*known))))
	}
	next[at] = &p
	h.reaches.CompareAndSwap(known, &next) // who loses works it out once more
	return p, nil
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
