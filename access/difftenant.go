package access

import (
	"context"
	"errors"
	"slices"
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
		a: x.a, from: now, was: newSide(was, org), next: newSide(next, org), contrasts: map[string][]*contrast{}, out: x.out,
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
