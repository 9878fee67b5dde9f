package access

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// roleSet is a set of roles that subjects share, with the programs found for it so far.
type roleSet struct {
	number int // in the list of the roleSets it belongs to
	tenant string
	roles  []string // sorted, each once, the inherited ones included
	cells  cells
}

// roleSets are the distinct role sets of a snapshot. They are added when they are first met.
type roleSets struct {
	mu    sync.Mutex
	byKey map[string]*roleSet
	list  atomic.Pointer[[]*roleSet]
	interned
}

// interned is what outlives the changes of rules.
type interned struct {
	programs *programs
	places   *places
}

func newInterned() interned { return interned{newPrograms(), newPlaces()} }

// programs are those compiled so far, by what their rules say (snapshot.key).
type programs struct {
	mu sync.Mutex
	of map[string]*program
}

func newPrograms() *programs { return &programs{of: map[string]*program{}} }

// maxInterned is how many programs outlive a change.
const maxInterned = 1 << 14

func (p *programs) full() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.of) > maxInterned
}

// get returns the program of the key, compiled if there is none yet.
func (p *programs) get(key string, compile func() (*program, error)) (*program, error) {
	p.mu.Lock()
	there := p.of[key]
	p.mu.Unlock()
	if there != nil {
		return there, nil
	}
	fresh, err := compile()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[key] == nil {
		p.of[key] = fresh
	}
	return p.of[key], nil
}

func newRoleSets() *roleSets {
	s := &roleSets{byKey: map[string]*roleSet{}, interned: newInterned()}
	s.list.Store(&[]*roleSet{})
	return s
}

// holds reports whether the set is one of these, and not of a snapshot before or after in which its rules differ.
func (s *roleSets) holds(set *roleSet) bool {
	list := *s.list.Load()
	return set.number < len(list) && list[set.number] == set
}

// without returns these sets with those in which one of the roles is made anew, for its rules have changed.
func (s *roleSets) without(roles []string) *roleSets {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &roleSets{byKey: maps.Clone(s.byKey), interned: s.interned}
	if s.programs.full() {
		next.programs = newPrograms()
	}
	list := slices.Clone(*s.list.Load())
	for i, set := range list {
		for _, r := range roles {
			if _, has := slices.BinarySearch(set.roles, r); has {
				list[i] = &roleSet{number: i, tenant: set.tenant, roles: set.roles}
				next.byKey[strings.Join(set.roles, ",")] = list[i]
				break
			}
		}
	}
	next.list.Store(&list)
	return next
}

// set returns the role set, the same for all who have these roles.
func (s *snapshot) set(roles []string) *roleSet {
	key := strings.Join(roles, ",")
	s.sets.mu.Lock()
	defer s.sets.mu.Unlock()
	set := s.sets.byKey[key]
	if set == nil {
		list := *s.sets.list.Load()
		set = &roleSet{number: len(list), tenant: s.tenant, roles: slices.Clone(roles)}
		s.sets.byKey[key] = set
		list = append(slices.Clip(list), set)
		s.sets.list.Store(&list)
	}
	return set
}

// program returns the compiled rules of a role set for one action on one type.
func (s *snapshot) program(set *roleSet, t *typeInfo, act *actionInfo) (*program, error) {
	if p := set.cells.find(act); p != nil {
		return p, nil
	}
	b := s.bearing(set.roles, t, act)
	p, err := s.sets.programs.get(s.key(b, act), func() (*program, error) { return s.compileProgram(b, t, act) })
	if err != nil {
		return nil, err
	}
	return set.cells.put(p), nil
}
