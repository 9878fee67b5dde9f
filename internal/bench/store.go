package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// clocked is a store in memory that measures what it takes itself, so that the rest is the library's.
type clocked struct {
	*access.MemoryStore
	mu    sync.Mutex
	acked time.Duration // when it last acknowledged a change, by ofProcess
	spent time.Duration // in the store since then
}

func (c *clocked) Load(ctx context.Context, tenant string) (access.Policy, error) {
	defer c.count(ofProcess())
	return c.MemoryStore.Load(ctx, tenant)
}

func (c *clocked) Revision(ctx context.Context, tenant string) (uint64, error) {
	defer c.count(ofProcess())
	return c.MemoryStore.Revision(ctx, tenant)
}

func (c *clocked) Apply(ctx context.Context, e access.Entry) (uint64, error) {
	rev, err := c.MemoryStore.Apply(ctx, e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked, c.spent = ofProcess(), 0
	return rev, err
}

func (c *clocked) count(began time.Duration) {
	took := ofProcess() - began
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent += took
}

// since is what the library took from the last acknowledged change until now.
func (c *clocked) since(now time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now - c.acked - c.spent
}

// fresh is a store that hands out every value as a string of its own, as a database does, and keeps nothing of it.
type fresh struct{ *access.MemoryStore }

func (f fresh) Load(ctx context.Context, tenant string) (access.Policy, error) {
	p, err := f.MemoryStore.Load(ctx, tenant)
	for i := range p.Rows.Rules {
		r := &p.Rows.Rules[i]
		renew(&r.Role, &r.Tenant, &r.Type, &r.Action, &r.When, (*string)(&r.Effect))
	}
	for i := range p.Rows.Assignments {
		a := &p.Rows.Assignments[i]
		renew(&a.Subject, &a.Role, &a.Tenant)
	}
	for i := range p.Rows.Inherits {
		l := &p.Rows.Inherits[i]
		renew(&l.Role, &l.Inherits, &l.Tenant)
	}
	return p, err
}

func renew(texts ...*string) {
	for _, t := range texts {
		*t = strings.Clone(*t)
	}
}
