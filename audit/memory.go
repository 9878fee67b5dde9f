package audit

import (
	"context"
	"errors"
	"sync"
)

// Memory keeps the latest events in memory, for tests and small tools. When it is full each new event takes the place of
// the oldest; [Memory.Forgotten] counts those. It is safe for concurrent use. The zero value has no room and refuses
// every event.
type Memory struct {
	mu    sync.Mutex
	ring  []Event
	total int
}

// NewMemory returns a Memory with room for n events. With n below 1 it refuses every event.
func NewMemory(n int) *Memory {
	return &Memory{ring: make([]Event, max(n, 0))}
}

// Write implements [Sink].
func (m *Memory) Write(_ context.Context, events ...Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ring) == 0 {
		return errors.New("audit: this Memory has no room; make it with NewMemory(n), n at least 1")
	}
	for _, e := range events {
		m.ring[m.total%len(m.ring)] = e.Clone()
		m.total++
	}
	return nil
}

// Events returns copies of the events kept, oldest first.
func (m *Memory) Events() []Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]Event, 0, min(m.total, len(m.ring)))
	for i := m.forgotten(); i < m.total; i++ {
		out = append(out, m.ring[i%len(m.ring)].Clone())
	}
	return out
}

// Forgotten returns how many events were written but are no longer kept.
func (m *Memory) Forgotten() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.forgotten()
}

func (m *Memory) forgotten() int { return max(m.total-len(m.ring), 0) }
