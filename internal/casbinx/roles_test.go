package casbinx

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoles_zeroAndUnlinked(t *testing.T) {
	r, err := NewRoles(nil)
	require.NoError(t, err)
	for _, roles := range []*Roles{r, {}} {
		got, err := roles.Closure("r:rep")
		require.NoError(t, err)
		assert.Equal(t, []string{"r:rep"}, got)
		_, err = roles.Closure("")
		assert.Error(t, err)
	}
}

func TestRoles_refuses(t *testing.T) {
	_, err := NewRoles([][2]string{{"a", ""}})
	assert.ErrorContains(t, err, "blank")
	_, err = NewRoles([][2]string{{"", "a"}})
	assert.ErrorContains(t, err, "blank")
	_, err = NewRoles([][2]string{{"a", "b"}, {"b", "c"}, {"c", "a"}})
	assert.ErrorContains(t, err, "a → b → c → a")

	var long [][2]string
	for i := range 5_000 {
		long = append(long, [2]string{fmt.Sprint("r", i), fmt.Sprint("r", (i+1)%5_000)})
	}
	_, err = NewRoles(long)
	require.ErrorContains(t, err, "circle")
	assert.Less(t, len(err.Error()), 300, "a long circle is shortened")
	_, err = NewRoles(long[:MaxDepth-1])
	assert.NoError(t, err)
	_, err = NewRoles(long[:MaxDepth])
	assert.ErrorContains(t, err, "flatten")
	slices.Reverse(long)
	_, err = NewRoles(long[len(long)-MaxDepth:])
	assert.ErrorContains(t, err, "flatten", "whatever the order of the links")
}

func TestRoles_reachTheBound(t *testing.T) {
	var links [][2]string
	for i := range MaxDepth - 1 {
		links = append(links, [2]string{fmt.Sprint("r", i), fmt.Sprint("r", i+1)})
	}
	r, err := NewRoles(links)
	require.NoError(t, err)
	got, err := r.Closure("r0")
	require.NoError(t, err)
	assert.Len(t, got, MaxDepth, "no inherited role is lost")
}

// TestRoles_randomGraphs compares the role manager with a walk over the links.
func TestRoles_randomGraphs(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 100 {
		var links [][2]string
		for range rnd.IntN(40) {
			a, b := rnd.IntN(12), rnd.IntN(12)
			if a != b {
				links = append(links, [2]string{fmt.Sprint("r", min(a, b)), fmt.Sprint("r", max(a, b))})
			}
		}
		r, err := NewRoles(append(links, links...))
		require.NoError(t, err)
		for i := range 12 {
			role := fmt.Sprint("r", i)
			want := map[string]bool{}
			for todo := []string{role}; len(todo) > 0; todo = todo[1:] {
				for _, l := range links {
					if l[0] == todo[0] && !want[l[1]] {
						want[l[1]] = true
						todo = append(todo, l[1])
					}
				}
			}
			sorted := slices.Sorted(func(yield func(string) bool) {
				for k := range want {
					if !yield(k) {
						return
					}
				}
			})
			got, err := r.Closure(role)
			require.NoError(t, err)
			require.Equal(t, strings.Join(append([]string{role}, sorted...), " "), strings.Join(got, " "), "seed %d, links %q", seed, links)
		}
	}
}

func TestRoles_concurrently(t *testing.T) {
	r, err := NewRoles([][2]string{{"a", "b"}, {"b", "c"}})
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range 200 {
				got, err := r.Closure("a")
				assert.NoError(t, err)
				assert.Equal(t, []string{"a", "b", "c"}, got)
				got, err = r.Closure(fmt.Sprint("x", i))
				assert.NoError(t, err)
				assert.Len(t, got, 1)
			}
		}()
	}
	group.Wait()
}
