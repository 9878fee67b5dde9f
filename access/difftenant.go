package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// comparison goes through the subjects of one or several tenants.
type comparison struct {
	a           *Authorizer
	change      Change
	out         *collector
	progress    func(done, total int)
	done, total int
	held        map[string]bool // roles that somebody has, before or after
}

// everyTenant compares all loaded tenants under a change of shared rows.
func (x *comparison) everyTenant(ctx context.Context) error {
	for _, name := range sortedKeys(x.a.byID.all()) {
		v, err := x.a.get(ctx, name)
		if errors.Is(err, ErrUnknownTenant) {
			continue
		}
		if err != nil {
			return err
		}
		next, err := x.a.compileShared(ctx, name, x.change)
		if err != nil {
			return err
		}
		if err := x.tenant(ctx, v.snap, next); err != nil {
			return err
		}
	}
	return nil
}

// tenant compares one tenant's policies.
func (x *comparison) tenant(ctx context.Context, was, next *snapshot) error {
	v, err := x.a.get(ctx, next.tenant)
	if err != nil && !errors.Is(err, ErrUnknownTenant) {
		return err
	}
	var org *organisation
	if err == nil {
		org = v.org
	}
	now := x.a.cfg.Now()
	p := sides{
		a: x.a, from: now, was: newSide(was, org), next: newSide(next.alone(), org), contrasts: map[string][]*contrast{}, out: x.out,
	}
	if latest := x.a.see(now); latest.After(now) {
		p.from = latest
	}
	ids := p.ids()
	x.total += len(ids)
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.subject(ctx, id); err != nil {
			return err
		}
		if x.done++; x.progress != nil && x.done%256 == 0 {
			x.progress(x.done, x.total)
		}
	}
	if x.progress != nil {
		x.progress(x.done, x.total)
	}
	if x.held == nil {
		x.held = map[string]bool{}
	}
	for role := range p.was.held {
		x.held[role] = true
	}
	for role := range p.next.held {
		x.held[role] = true
	}
	return nil
}

// unheld are the roles that rows of the change are about and nobody has.
func (x *comparison) unheld() []string {
	var out []string
	add := func(role string) {
		if !x.held[role] && !slices.Contains(out, role) {
			out = append(out, role)
		}
	}
	for _, rows := range []Rows{x.change.Add, x.change.Remove} {
		for _, r := range rows.Rules {
			add(r.Role)
		}
		for _, r := range rows.Fields {
			add(r.Role)
		}
		for _, l := range rows.Inherits {
			add(l.Role)
		}
	}
	slices.Sort(out)
	return out
}

// sides is one tenant before and after.
type sides struct {
	a         *Authorizer
	from      time.Time
	was, next *side
	contrasts map[string][]*contrast // by the role sets before and after
	out       *collector
}

// side is a tenant's policy on one side of the change. What it compiles it keeps to itself: role sets that nobody asks
// about would stay with the policy in force.
type side struct {
	*view
	programs map[string]*program // by bearing.key
	closures map[string][]string
	held     map[string]bool
}

func newSide(s *snapshot, org *organisation) *side {
	return &side{&view{snap: s, org: org}, map[string]*program{}, map[string][]string{}, map[string]bool{}}
}

// ids are all that a row of either side names, sorted.
func (p *sides) ids() []string {
	all := map[string]bool{}
	for _, s := range []*side{p.was, p.next} {
		s.snap.users.each(func(id string, _ *user) bool { all[id] = true; return true })
	}
	return sortedKeys(all)
}

// hold is what a subject has on one side: roles, or a reason why they are no use.
type hold struct {
	roles []string
	bar   ReasonCode
}

func (h hold) key() string { return string(h.bar) + "\n" + strings.Join(h.roles, ",") }

// hold is what somebody has at an instant.
func (s *side) hold(id string, at time.Time) (hold, error) {
	u, _ := s.snap.users.get(id)
	if u == nil {
		u = newUser(id)
	}
	direct := slices.Clone(u.direct)
	for _, g := range u.grants {
		if !at.Before(g.From) && at.Before(g.Until) {
			direct = append(direct, g.Role)
		}
	}
	slices.Sort(direct)
	direct = slices.Compact(direct)
	key := strings.Join(direct, ",")
	roles, ok := s.closures[key]
	if !ok {
		var err error
		if roles, err = s.snap.closure(direct); err != nil {
			return hold{}, invalid("subject", id, err)
		}
		s.closures[key] = roles
		for _, r := range roles {
			s.held[r] = true
		}
	}
	return hold{roles, s.bars(u, holdings{direct: direct})}, nil
}

// stretch is a time in which a subject's roles stay what they are, before the change and after it.
type stretch struct {
	from, until time.Time // until zero: for good
	was, next   hold
}

// stretches are those from now on. Nothing but a grant that begins or ends tells them apart.
func (p *sides) stretches(id string) ([]stretch, error) {
	edges := []time.Time{p.from}
	for _, s := range []*side{p.was, p.next} {
		u, _ := s.snap.users.get(id)
		if u == nil {
			continue
		}
		for _, g := range u.grants {
			for _, t := range []time.Time{g.From, g.Until} {
				if t.After(p.from) {
					edges = append(edges, t)
				}
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	edges = slices.CompactFunc(edges, time.Time.Equal)
	var out []stretch
	for _, t := range edges {
		was, err := p.was.hold(id, t)
		if err != nil {
			return nil, err
		}
		next, err := p.next.hold(id, t)
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 {
			if out[n-1].was.key() == was.key() && out[n-1].next.key() == next.key() {
				continue
			}
			out[n-1].until = t
		}
		out = append(out, stretch{from: t, was: was, next: next})
	}
	return out, nil
}

// subject compares what one subject may do.
func (p *sides) subject(ctx context.Context, id string) error {
	all, err := p.stretches(id)
	if err != nil {
		return err
	}
	for _, s := range all {
		contrasts, err := p.contrast(s.was, s.next)
		if err != nil {
			return err
		}
		for _, c := range contrasts {
			if err := ctx.Err(); err != nil {
				return err
			}
			v, err := p.verdict(c, id, s)
			if err != nil {
				return err
			}
			p.tell(c, id, s, v)
		}
	}
	return nil
}
