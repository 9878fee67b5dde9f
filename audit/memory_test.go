package audit_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

func TestMemoryIsTheTailOfASlice(t *testing.T) {
	for room := 1; room <= 4; room++ {
		m := audit.NewMemory(room)
		var all []audit.Event
		for batch := range 6 {
			var events []audit.Event
			for range batch {
				events = append(events, audit.Event{ID: strconv.Itoa(len(all) + len(events))})
			}
			require.NoError(t, m.Write(context.Background(), events...))
			all = append(all, events...)
			forgotten := max(0, len(all)-room)
			assert.Equal(t, append([]audit.Event{}, all[forgotten:]...), m.Events(), "room %d, %d written", room, len(all))
			assert.Equal(t, forgotten, m.Forgotten())
		}
	}
}

func TestMemoryWithoutRoomRefuses(t *testing.T) {
	var zero audit.Memory
	for _, m := range []*audit.Memory{&zero, audit.NewMemory(0), audit.NewMemory(-1)} {
		assert.ErrorContains(t, m.Write(context.Background(), audit.Event{}), "NewMemory(n)")
		assert.Empty(t, m.Events())
		assert.Zero(t, m.Forgotten())
	}
}

func TestMemoryKeepsCopies(t *testing.T) {
	m := audit.NewMemory(1)
	e := audit.Event{ID: "1", Reasons: []string{"tenant_mismatch"}}
	require.NoError(t, m.Write(context.Background(), e))
	e.Reasons[0] = "changed by the writer"
	m.Events()[0].Reasons[0] = "changed by a reader"
	assert.Equal(t, []string{"tenant_mismatch"}, m.Events()[0].Reasons)
}

func TestMemoryManyWriters(t *testing.T) {
	const writers, each = 8, 50
	m := audit.NewMemory(writers * each * 2)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range each {
				_ = m.Write(context.Background(), audit.Event{Subject: strconv.Itoa(w), Count: 2 * i}, audit.Event{Subject: strconv.Itoa(w), Count: 2*i + 1})
				_, _ = m.Events(), m.Forgotten()
			}
		}()
	}
	wg.Wait()
	next := map[string]int{}
	for _, e := range m.Events() {
		assert.Equal(t, next[e.Subject], e.Count, "order of writer %s", e.Subject)
		next[e.Subject]++
	}
	assert.Len(t, next, writers)
	assert.Len(t, m.Events(), writers*each*2)
}

func ExampleMemory() {
	m := audit.NewMemory(2)
	for _, id := range []string{"a", "b", "c"} {
		_ = m.Write(context.Background(), audit.Event{ID: id})
	}
	for _, e := range m.Events() {
		fmt.Println(e.ID)
	}
	fmt.Println("forgotten:", m.Forgotten())
	// Output:
	// b
	// c
	// forgotten: 1
}
