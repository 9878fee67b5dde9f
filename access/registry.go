package access

import (
	"maps"
	"sync"
	"sync/atomic"
)

// registry is the list of tenants in memory. Readers take no lock; a tenant is added or removed seldom, by copying.
type registry struct {
	mu  sync.Mutex
	now atomic.Pointer[map[string]*tenant]
}

// find returns the tenant of that name, or nil.
func (r *registry) find(name string) *tenant {
	if m := r.now.Load(); m != nil {
		return (*m)[name]
	}
	return nil
}

// add returns the tenant of t's name that is listed, which is t if there was none.
func (r *registry) add(t *tenant) *tenant {
	r.mu.Lock()
	defer r.mu.Unlock()
	if there := r.find(t.name); there != nil {
		return there
	}
	next := r.copy()
	next[t.name] = t
	r.now.Store(&next)
	return t
}

// remove takes t off the list, if it is on it.
func (r *registry) remove(t *tenant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(t.name) != t {
		return
	}
	next := r.copy()
	delete(next, t.name)
	r.now.Store(&next)
}

func (r *registry) copy() map[string]*tenant {
	next := map[string]*tenant{}
	if m := r.now.Load(); m != nil {
		maps.Copy(next, *m)
	}
	return next
}

// all are the tenants listed now.
func (r *registry) all() map[string]*tenant {
	if m := r.now.Load(); m != nil {
		return *m
	}
	return nil
}
