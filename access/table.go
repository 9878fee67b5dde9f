package access

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

const (
	perPart  = 4       // entries in a part, on average, when a table is laid out
	maxParts = 1 << 12 // what a change copies stays small however many entries there are
)

var seed = maphash.MakeSeed()

// table is a map that is never changed: with gives a table with one entry more, or another, that shares all but a small
// part with the old one. So a change costs nearly the same however much there is. The zero table is empty.
type table[V any] struct {
	parts [][]entry[V] // a power of two; an entry lies in the part that the first bits of its hash name
	size  int
}

type entry[V any] struct {
	key   string
	value V
	hash  uint32
}

func hashOf(key string) uint32 { return uint32(maphash.String(seed, key)) }

func (t *table[V]) get(key string) (v V, ok bool) {
	if len(t.parts) == 0 {
		return v, false
	}
	h := hashOf(key)
	part := t.parts[h&uint32(len(t.parts)-1)]
	for i := range part {
		if part[i].hash == h && part[i].key == key {
			return part[i].value, true
		}
	}
	return v, false
}

func (t table[V]) with(key string, v V) table[V] {
	if t.size >= 2*perPart*len(t.parts) && len(t.parts) < maxParts {
		t = t.laidOut(t.size + 1)
	}
	h := hashOf(key)
	at := h & uint32(len(t.parts)-1)
	part := slices.DeleteFunc(slices.Clone(t.parts[at]), func(e entry[V]) bool { return e.key == key })
	next := table[V]{slices.Clone(t.parts), t.size - len(t.parts[at]) + len(part) + 1}
	next.parts[at] = slices.Clip(append(part, entry[V]{key, v, h}))
	return next
}

func (t table[V]) without(key string) table[V] {
	if _, there := t.get(key); !there {
		return t
	}
	at := hashOf(key) & uint32(len(t.parts)-1)
	next := table[V]{slices.Clone(t.parts), t.size - 1}
	next.parts[at] = slices.DeleteFunc(slices.Clone(t.parts[at]), func(e entry[V]) bool { return e.key == key })
	return next
}

// newTable lays out a table of what a map holds.
func newTable[V any](m map[string]V) table[V] {
	t := table[V]{}.laidOut(len(m))
	for key, v := range m {
		h := hashOf(key)
		at := h & uint32(len(t.parts)-1)
		t.parts[at] = append(t.parts[at], entry[V]{key, v, h})
	}
	t.size = len(m)
	return t.tight()
}

// laidOut is the same table with as many parts as suit a size.
func (t table[V]) laidOut(size int) table[V] {
	n := min(maxParts, 1<<bits.Len(uint(size/perPart)))
	next := table[V]{make([][]entry[V], n), t.size}
	for _, part := range t.parts {
		for _, e := range part {
			at := e.hash & uint32(n-1)
			next.parts[at] = append(next.parts[at], e)
		}
	}
	return next
}

// tight gives back what the parts were given to grow in.
func (t table[V]) tight() table[V] {
	for i, part := range t.parts {
		if len(part) < cap(part) {
			t.parts[i] = append(make([]entry[V], 0, len(part)), part...)
		}
	}
	return t
}

// each calls yield for every entry until it returns false.
func (t table[V]) each(yield func(string, V) bool) {
	for _, part := range t.parts {
		for _, e := range part {
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}
