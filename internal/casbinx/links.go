package casbinx

import (
	"fmt"
	"slices"
	"strings"
)

// checkLinks refuses links (role, inherited) that run in a circle or in a chain longer than MaxDepth-1: Casbin accepts
// both and silently stops looking, which loses inherited denies.
func checkLinks(links [][2]string) error {
	w := walker{inherits: map[string][]string{}, height: map[string]int{}}
	for _, l := range links {
		w.inherits[l[0]] = append(w.inherits[l[0]], l[1])
	}
	for _, l := range links {
		height, err := w.walk(l[0])
		if err != nil {
			return err
		}
		if height > MaxDepth-1 {
			return fmt.Errorf("casbinx: role %q is %d roles deep with those it inherits, at most %d are followed: flatten the hierarchy", l[0], height+1, MaxDepth)
		}
	}
	return nil
}

// walker measures the longest chain below each role.
type walker struct {
	inherits map[string][]string
	height   map[string]int // of roles that are done; walking while they are on the path
	path     []string
}

const walking = -1

func (w *walker) walk(role string) (int, error) {
	if h, ok := w.height[role]; ok {
		if h == walking {
			return 0, fmt.Errorf("casbinx: roles inherit in a circle: %s", w.circle(role))
		}
		return h, nil
	}
	w.height[role] = walking
	w.path = append(w.path, role)
	height := 0
	for _, next := range w.inherits[role] {
		below, err := w.walk(next)
		if err != nil {
			return 0, err
		}
		height = max(height, below+1)
	}
	w.path = w.path[:len(w.path)-1]
	w.height[role] = height
	return height, nil
}

// circle is the path from role back to itself, long ones shortened.
func (w *walker) circle(role string) string {
	const shown = 20
	path := append(slices.Clone(w.path[slices.Index(w.path, role):]), role)
	if len(path) > shown {
		path = append(append(path[:shown-1:shown-1], "…"), role)
	}
	return strings.Join(path, " → ")
}
