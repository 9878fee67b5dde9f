package access

import (
	"hash/maphash"
	"maps"
)

const shards = 256

var seed = maphash.MakeSeed()

// table is a map that is never changed: with gives a table with one entry more, or another, that shares all but a small
// part with the old one. So a change costs the same however much there is. The zero table is empty.
type table[V any] struct {
	parts *[shards]map[string]V
}

func shardOf(key string) uint8 { return uint8(maphash.String(seed, key)) }

func (t table[V]) get(key string) (v V, ok bool) {
	if t.parts == nil {
		return v, false
	}
	v, ok = t.parts[shardOf(key)][key]
	return v, ok
}

func (t table[V]) with(key string, v V) table[V] {
	parts, part := t.copied(key)
	part[key] = v
	return table[V]{parts}
}

func (t table[V]) without(key string) table[V] {
	parts, part := t.copied(key)
	delete(part, key)
	return table[V]{parts}
}

// copied returns the parts with that of the key copied.
func (t table[V]) copied(key string) (*[shards]map[string]V, map[string]V) {
	parts := new([shards]map[string]V)
	if t.parts != nil {
		*parts = *t.parts
	}
	i := shardOf(key)
	parts[i] = maps.Clone(parts[i])
	if parts[i] == nil {
		parts[i] = map[string]V{}
	}
	return parts, parts[i]
}

// put adds an entry in place: only while the table is being built.
func (t *table[V]) put(key string, v V) {
	if t.parts == nil {
		t.parts = new([shards]map[string]V)
	}
	i := shardOf(key)
	if t.parts[i] == nil {
		t.parts[i] = map[string]V{}
	}
	t.parts[i][key] = v
}

// each calls yield for every entry until it returns false.
func (t table[V]) each(yield func(string, V) bool) {
	if t.parts == nil {
		return
	}
	for _, part := range t.parts {
		for k, v := range part {
			if !yield(k, v) {
				return
			}
		}
	}
}
