package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChangesShowAndAreTakenBack(t *testing.T) {
	w := generate(tiny, 1)
	m, err := memoryStore(w)
	require.NoError(t, err)
	store := &clocked{MemoryStore: m}
	a, err := open(w, store, directory(w))
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	e := newEditor(w, a, store, w.names[0])
	for _, k := range e.kinds {
		visible, whole, err := e.measure(store, k.row)
		require.NoError(t, err, k.name)
		assert.Len(t, visible, changesMeasured, k.name)
		assert.Len(t, whole, changesMeasured, k.name)
		for i := range visible {
			assert.Positive(t, visible[i], k.name)
		}
	}
	p, err := m.Load(context.Background(), w.names[0])
	require.NoError(t, err)
	assert.Len(t, p.Rows.Rules, len(w.policies[w.names[0]].Rows.Rules))
}

func TestReadersChangeEverySortOfRow(t *testing.T) {
	w := generate(tiny, 1)
	m, err := memoryStore(w)
	require.NoError(t, err)
	a, err := open(w, m, directory(w))
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	c := newChanges(&bench{world: w, library: a}, m)
	for range 2 * len(w.names) * 3 {
		require.NoError(t, c.make())
	}
	sorts := map[string]int{}
	for _, entry := range m.Log() {
		sorts["rule"] += len(entry.Add.Rules) + len(entry.Remove.Rules)
		sorts["assignment"] += len(entry.Add.Assignments) + len(entry.Remove.Assignments)
		sorts["link"] += len(entry.Add.Inherits) + len(entry.Remove.Inherits)
	}
	assert.Equal(t, map[string]int{"rule": 4, "assignment": 4, "link": 4}, sorts)
}

func TestTheStoresOwnTimeIsLeftOut(t *testing.T) {
	m, err := memoryStore(generate(tiny, 1))
	require.NoError(t, err)
	s := &clocked{MemoryStore: m, acked: ofProcess() - time.Second}
	s.count(ofProcess() - 400*time.Millisecond)
	assert.InDelta(t, 0.6, s.since(ofProcess()).Seconds(), 0.1)
}

func TestAFreshStoreSharesNoText(t *testing.T) {
	w := generate(tiny, 1)
	m, err := memoryStore(w)
	require.NoError(t, err)
	p, err := fresh{m}.Load(context.Background(), w.names[0])
	require.NoError(t, err)
	assert.Equal(t, w.policies[w.names[0]].Rows.Rules, p.Rows.Rules)
	assert.Equal(t, w.policies[w.names[0]].Rows.Assignments, p.Rows.Assignments)
	assert.Equal(t, w.policies[w.names[0]].Rows.Inherits, p.Rows.Inherits)
}
