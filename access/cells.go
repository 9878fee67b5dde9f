package access

import (
	"sync"
	"sync/atomic"
)

// cells are the programs found for one role set, by the cell they are for: a hash table without holes left by removals,
// which readers search while it grows.
type cells struct {
	slots atomic.Pointer[[]atomic.Pointer[program]] // a power of two, at most half of them taken
	mu    sync.Mutex                                // of who adds
	taken int
}

// find returns the program for an action of a type, nil if it was not put yet.
func (c *cells) find(act *actionInfo) *program {
	slots := c.slots.Load()
	if slots == nil {
		return nil
	}
	for i := act.cell; ; i++ {
		p := (*slots)[i&uint32(len(*slots)-1)].Load()
		if p == nil || p.act == act {
			return p
		}
	}
}

// put adds a program and returns the one that is found for its cell from now on.
func (c *cells) put(p *program) *program {
	c.mu.Lock()
	defer c.mu.Unlock()
	if there := c.find(p.act); there != nil {
		return there
	}
	slots := c.slots.Load()
	if slots == nil || 2*(c.taken+1) > len(*slots) {
		slots = c.grown(slots)
	}
	lodge(*slots, p)
	c.taken++
	c.slots.Store(slots)
	return p
}

func (c *cells) grown(old *[]atomic.Pointer[program]) *[]atomic.Pointer[program] {
	if old == nil {
		next := make([]atomic.Pointer[program], 2)
		return &next
	}
	next := make([]atomic.Pointer[program], 2*len(*old))
	for i := range *old {
		if p := (*old)[i].Load(); p != nil {
			lodge(next, p)
		}
	}
	return &next
}

func lodge(slots []atomic.Pointer[program], p *program) {
	for i := p.act.cell; ; i++ {
		if at := &slots[i&uint32(len(slots)-1)]; at.Load() == nil {
			at.Store(p)
			return
		}
	}
}
