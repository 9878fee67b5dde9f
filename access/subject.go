package access

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// user is what the policy says of one subject. What follows from it is worked out when he first asks, and kept.
type user struct {
	id     string
	direct []string // roles assigned, sorted
	*rare
	holder atomic.Pointer[holder]
}

// rare is what the policy says of few subjects.
type rare struct {
	grants    []Grant
	suspended []string // for what reasons, a row each
}

var nothingRare = &rare{}

func newUser(id string) *user { return &user{id: id, rare: nothingRare} }

// granted and suspend add to a user that is being made.
func (u *user) granted(g Grant) {
	u.rare = &rare{append(slices.Clip(u.grants), g), u.suspended}
}

func (u *user) suspend(reason string) {
	u.rare = &rare{u.grants, append(slices.Clip(u.suspended), reason)}
}

// holder is a subject with all that a decision needs of him: it stands as long as policy and organisation do, and no
// grant begins or ends.
type holder struct {
	user    *user
	set     *roleSet
	viewer  scope.Viewer
	at      atomic.Uint64 // number of the view for which it was last found to stand
	term    *term         // nil if he has no grants
	org     *organisation
	reaches atomic.Pointer[[]*scope.Predicate] // by the place of the scope; nil: not worked out yet
	lists   atomic.Pointer[map[listing]*listed]
	bar     bar
	system  bool
}

// bar is why somebody is refused whatever the rules say.
type bar uint8

const (
	noBar bar = iota
	suspendedBar
	unknownBar
)

func (b bar) reason() ReasonCode {
	switch b {
	case noBar:
		return ""
	case unknownBar:
		return ReasonUnknownSubject
	}
	return ReasonSuspended
}

// term is what grants mean for a holder.
type term struct {
	direct []string  // roles assigned, or granted and live
	since  time.Time // first and …
	before time.Time // … first no more instant at which the holder stands
	ended  time.Time // when the next of the grants counted ends; zero: never
	next   time.Time // when a grant begins or ends next; zero: never
}

// holdings is what a subject holds at one instant.
type holdings struct {
	direct []string  // assigned or granted and live
	all    []string  // with the inherited ones
	next   time.Time // when a grant begins or ends next; zero: never
}

func (h *holder) holdings() holdings {
	if h.term == nil {
		return holdings{direct: h.user.direct, all: h.set.roles}
	}
	return holdings{h.term.direct, h.set.roles, h.term.next}
}

// holder returns the subject at t, grants ending by the latest time ever seen, so that a clock set back revives none.
func (v *view) holder(id string, t, latest time.Time) (*holder, error) {
	u, _ := v.snap.users.get(id)
	if u == nil {
		return v.resolve(newUser(id), t, latest)
	}
	if h := u.holder.Load(); h != nil && h.stands(v) && h.lasts(t, latest) {
		return h, nil
	}
	return v.renew(u, t, latest)
}

// renew makes a user's holder and keeps it.
func (v *view) renew(u *user, t, latest time.Time) (*holder, error) {
	h, err := v.resolve(u, t, latest)
	if err == nil {
		u.holder.Store(h)
	}
	return h, err
}

// stands reports whether policy and organisation are for the holder what they were.
func (h *holder) stands(v *view) bool {
	if h.at.Load() == v.number {
		return true
	}
	if h.org != v.org || !v.snap.sets.holds(h.set) {
		return false
	}
	h.at.Store(v.number)
	return true
}

// lasts reports whether no grant begins or ends between the instant that the holder was made for and t.
func (h *holder) lasts(t, latest time.Time) bool {
	x := h.term
	if x == nil {
		return true
	}
	return !t.Before(x.since) && t.Before(x.before) && (x.ended.IsZero() || latest.Before(x.ended)) && !latest.Before(x.since)
}

// forever bounds what has no bound.
var forever = time.Unix(math.MaxInt32*1000, 0)

func (v *view) resolve(u *user, t, latest time.Time) (*holder, error) {
	if latest.Before(t) {
		latest = t
	}
	h := &holder{user: u, system: strings.HasPrefix(u.id, systemPrefix), org: v.org}
	direct := u.direct
	if len(u.grants) > 0 {
		h.term = u.term(t, latest)
		direct = h.term.direct
	}
	all, err := v.snap.closure(direct)
	if err != nil {
		return nil, invalid("subject", u.id, err)
	}
	h.set = v.snap.set(all)
	h.bar = v.bars(u, direct)
	var trees *scope.Trees
	if v.org != nil {
		trees = v.org.trees
	}
	h.viewer = scope.NewViewer(h.subject(), trees)
	h.at.Store(v.number)
	return h, nil
}

func (u *user) term(t, latest time.Time) *term {
	x := &term{direct: slices.Clone(u.direct), before: forever}
	for _, g := range u.grants {
		switch {
		case !latest.Before(g.Until): // over
			x.bound(g.Until, time.Time{})
			continue
		case t.Before(g.From): // not begun
			x.bound(time.Time{}, g.From)
			x.edge(g.From)
			continue
		}
		x.direct = append(x.direct, g.Role)
		x.bound(g.From, g.Until)
		x.edge(g.Until)
		if x.ended.IsZero() || g.Until.Before(x.ended) {
			x.ended = g.Until
		}
	}
	sort.Strings(x.direct)
	x.direct = slices.Compact(x.direct)
	return x
}

// bound narrows the time for which the holder stands.
func (x *term) bound(since, before time.Time) {
	if since.After(x.since) {
		x.since = since
	}
	if !before.IsZero() && before.Before(x.before) {
		x.before = before
	}
}

func (x *term) edge(t time.Time) {
	if x.next.IsZero() || t.Before(x.next) {
		x.next = t
	}
}

func (v *view) bars(u *user, direct []string) bar {
	switch {
	case len(u.suspended) > 0:
		return suspendedBar
	case strings.HasPrefix(u.id, systemPrefix) || v.org == nil:
		if len(direct) == 0 {
			return unknownBar
		}
	case v.org.people[u.id] == nil:
		return unknownBar
	case v.org.people[u.id].Inactive:
		return suspendedBar
	}
	return noBar
}

// subject is what the scopes know of the subject.
func (h *holder) subject() scope.Subject {
	sub := scope.Subject{ID: h.user.id, Tenant: h.set.tenant}
	if h.org == nil {
		return sub
	}
	sub.TeamTree, sub.RegionTree, sub.Reporting = h.org.Teams, h.org.Regions, h.org.reports
	if p := h.org.people[h.user.id]; p != nil {
		sub.Teams, sub.Regions, sub.Attrs = p.Teams, p.Regions, p.Attrs
	}
	return sub
}
