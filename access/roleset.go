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
	number int      // in the list of the roleSets it belongs to
	roles  []string // sorted, each once, the inherited ones included
	cells  []atomic.Pointer[cells]
}

// cells are the programs of one role set on one type, by the number of the action.
type cells []atomic.Pointer[program]

// roleSets are the distinct role sets of a snapshot. They are added when they are first met.
type roleSets struct {
	mu    sync.Mutex
	byKey map[string]*roleSet
	list  atomic.Pointer[[]*roleSet]
	interned
}

// interned are the programs by what their rules say. They outlive the changes of rules, up to a number.
type interned struct {
	programs *sync.Map // bearing.key → *program
	count    *atomic.Int64
	texts    *atomic.Int64 // how many texts the numbers in the keys stand for
	places   *places
}

const maxInterned = 1 << 14

func (i *interned) forget(texts int) {
	i.programs, i.count, i.texts = &sync.Map{}, &atomic.Int64{}, &atomic.Int64{}
	i.texts.Store(int64(texts))
}

func newRoleSets(texts int) *roleSets {
	s := &roleSets{byKey: map[string]*roleSet{}, interned: interned{places: newPlaces()}}
	s.forget(texts)
	s.list.Store(&[]*roleSet{})
	return s
}

// holds reports whether the set is one of these, and not of a snapshot before or after in which its rules differ.
func (s *roleSets) holds(set *roleSet) bool {
	list := *s.list.Load()
	return set.number < len(list) && list[set.number] == set
}

// without returns these sets with those in which one of the roles is made anew, for its rules have changed. was and is are
// how many texts there were and are: several snapshots may be made of one, to simulate a change or in vain, and each
// gives its new texts the next numbers; only the first goes on with the programs found so far.
func (s *roleSets) without(roles []string, was, is int) *roleSets {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &roleSets{byKey: maps.Clone(s.byKey), interned: s.interned}
	if s.count.Load() > maxInterned || is > was && !s.texts.CompareAndSwap(int64(was), int64(is)) {
		next.forget(is)
	}
	list := slices.Clone(*s.list.Load())
	for i, set := range list {
		for _, r := range roles {
			if _, has := slices.BinarySearch(set.roles, r); has {
				list[i] = newRoleSet(i, set.roles, len(set.cells))
				next.byKey[strings.Join(set.roles, ",")] = list[i]
				break
			}
		}
	}
	next.list.Store(&list)
	return next
}

func newRoleSet(number int, roles []string, types int) *roleSet {
	return &roleSet{number, roles, make([]atomic.Pointer[cells], types)}
}

// set returns the role set, the same for all who have these roles.
func (s *snapshot) set(roles []string) *roleSet {
	key := strings.Join(roles, ",")
	s.sets.mu.Lock()
	defer s.sets.mu.Unlock()
	set := s.sets.byKey[key]
	if set == nil {
		list := *s.sets.list.Load()
		set = newRoleSet(len(list), roles, len(s.cat.names))
		s.sets.byKey[key] = set
		list = append(slices.Clip(list), set)
		s.sets.list.Store(&list)
	}
	return set
}

// found returns the program if it was compiled before.
func (set *roleSet) found(t *typeInfo, act *actionInfo) *program {
	if row := set.cells[t.number].Load(); row != nil {
		return (*row)[act.number].Load()
	}
	return nil
}

// program returns the compiled rules of a role set for one action on one type.
func (s *snapshot) program(set *roleSet, t *typeInfo, act *actionInfo) (*program, error) {
	row := set.cells[t.number].Load()
	if row == nil {
		fresh := make(cells, len(t.actions))
		set.cells[t.number].CompareAndSwap(nil, &fresh)
		row = set.cells[t.number].Load()
	}
	if p := (*row)[act.number].Load(); p != nil {
		return p, nil
	}
	b := s.bearing(set.roles, t, act)
	key := b.key(t, act)
	p, ok := s.sets.programs.Load(key)
	if !ok {
		fresh, err := s.compileProgram(b, t, act)
		if err != nil {
			return nil, err
		}
		if p, ok = s.sets.programs.LoadOrStore(key, fresh); !ok {
			s.sets.count.Add(1)
		}
	}
	(*row)[act.number].CompareAndSwap(nil, p.(*program))
	return (*row)[act.number].Load(), nil
}
