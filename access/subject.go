package access

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// user is what the policy says of one subject. What follows from it is worked out when he first asks, and kept.
type user struct {
	id        string
	direct    []string // roles assigned, sorted
	grants    []Grant
	suspended []string // for what reasons, a row each
	holder    atomic.Pointer[holder]
}

func newUser(id string) *user { return &user{id: id} }

// holder is a subject with all that a decision needs of him: it stands as long as policy and organisation do, and no
// grant begins or ends.
type holder struct {
	id     string
	system bool
	org    *organisation
	graph  *casbinx.Roles
	since  time.Time // first and …
	before time.Time // … first no more instant at which it stands; zero: any
	ended  time.Time // when the next of the grants counted ends; zero: never
	holdings
	set     *roleSet
	bar     ReasonCode // why he is refused whatever the rules say, or ""
	sub     scope.Subject
	reaches []atomic.Pointer[reach] // by the place of the scope
	lists   atomic.Pointer[map[listing]*listed]
}

// holdings is what a subject holds at one instant.
type holdings struct {
	direct []string  // assigned or granted and live
	all    []string  // with the inherited ones
	next   time.Time // when a grant begins or ends next; zero: never
}

// holder returns the subject at t, grants ending by the latest time ever seen, so that a clock set back revives none.
func (v *view) holder(id string, t, latest time.Time) (*holder, error) {
	if latest.Before(t) {
		latest = t
	}
	u, _ := v.snap.users.get(id)
	if u == nil {
		return v.resolve(newUser(id), t, latest)
	}
	if h := u.holder.Load(); h != nil && h.stands(v, t, latest) {
		return h, nil
	}
	h, err := v.resolve(u, t, latest)
	if err == nil {
		u.holder.Store(h)
	}
	return h, err
}

func (h *holder) stands(v *view, t, latest time.Time) bool {
	if h.org != v.org || h.graph != v.snap.roles || !v.snap.sets.holds(h.set) {
		return false
	}
	if h.before.IsZero() {
		return true
	}
	return !t.Before(h.since) && t.Before(h.before) && (h.ended.IsZero() || latest.Before(h.ended)) && !latest.Before(h.since)
}

// forever bounds what has no bound.
var forever = time.Unix(math.MaxInt32*1000, 0)

func (v *view) resolve(u *user, t, latest time.Time) (*holder, error) {
	h := &holder{id: u.id, system: strings.HasPrefix(u.id, systemPrefix), org: v.org, graph: v.snap.roles, holdings: holdings{direct: slices.Clone(u.direct)}}
	if len(u.grants) > 0 {
		h.before = forever
	}
	for _, g := range u.grants {
		switch {
		case !latest.Before(g.Until): // over
			h.bound(g.Until, time.Time{})
			continue
		case t.Before(g.From): // not begun
			h.bound(time.Time{}, g.From)
			h.edge(g.From)
			continue
		}
		h.direct = append(h.direct, g.Role)
		h.bound(g.From, g.Until)
		h.edge(g.Until)
		if h.ended.IsZero() || g.Until.Before(h.ended) {
			h.ended = g.Until
		}
	}
	sort.Strings(h.direct)
	h.direct = slices.Compact(h.direct)
	var err error
	if h.all, err = v.snap.closure(h.direct); err != nil {
		return nil, invalid("subject", u.id, err)
	}
	h.set = v.snap.set(h.all)
	h.bar = v.bars(u, h.holdings)
	h.sub = v.subject(u.id)
	h.reaches = make([]atomic.Pointer[reach], v.snap.sets.places.room())
	return h, nil
}

// bound narrows the time for which the holder stands.
func (h *holder) bound(since, before time.Time) {
	if since.After(h.since) {
		h.since = since
	}
	if !before.IsZero() && before.Before(h.before) {
		h.before = before
	}
}

func (h *holdings) edge(t time.Time) {
	if h.next.IsZero() || t.Before(h.next) {
		h.next = t
	}
}

// bars is the reason why somebody is refused whatever the rules say, or "".
func (v *view) bars(u *user, h holdings) ReasonCode {
	switch {
	case len(u.suspended) > 0:
		return ReasonSuspended
	case strings.HasPrefix(u.id, systemPrefix) || v.org == nil:
		if len(h.direct) == 0 {
			return ReasonUnknownSubject
		}
	case v.org.people[u.id] == nil:
		return ReasonUnknownSubject
	case v.org.people[u.id].Inactive:
		return ReasonSuspended
	}
	return ""
}
