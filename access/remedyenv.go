package access

import (
	"net/netip"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// maxEdges is how many instants at which something changes are looked at, the next ones.
const maxEdges = 32

// circumstances tries to change one of them: to what a condition asks for, or to what it does not.
func (c *cure) circumstances() error {
	conds := c.conditions()
	if err := c.times(conds); err != nil {
		return err
	}
	for _, cond := range conds {
		for _, r := range suggestions(cond.Spec(), c.d.req.Env) {
			req := c.request()
			req.Env = *r.Env
			if _, err := c.try(r, c.view, req); err != nil {
				return err
			}
		}
	}
	return nil
}

// conditions are those that the rules of everyone whose rights count read, each once.
func (c *cure) conditions() []*condition.Condition {
	var out []*condition.Condition
	for _, p := range c.d.parties {
		for _, a := range p.prog.atoms {
			if a.cond != nil && !slices.Contains(out, a.cond) {
				out = append(out, a.cond)
			}
		}
	}
	return out
}

// times looks for the first instant to come at which the answer is yes with all else as it is.
func (c *cure) times(conds []*condition.Condition) error {
	env := c.d.req.Env
	for range maxEdges {
		next := c.nextEdge(conds, env)
		if next.IsZero() {
			return nil
		}
		env.Time = next
		req := c.request()
		req.Env = env
		told := env
		if helps, err := c.try(Remedy{Code: RemedyTime, Env: &told}, c.view, req); helps || err != nil {
			return err
		}
	}
	return nil
}

// nextEdge is the first instant after env.Time at which a condition changes, or a grant begins or ends.
func (c *cure) nextEdge(conds []*condition.Condition, env condition.Env) time.Time {
	var next time.Time
	note := func(t time.Time) {
		if t.After(env.Time) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, cond := range conds {
		if t, ok := cond.Until(env); ok {
			note(t)
		}
	}
	for _, id := range c.d.req.Subject.ids() {
		if u, _ := c.d.view.snap.users.get(id); u != nil {
			for _, g := range u.grants {
				note(g.From)
				note(g.Until)
			}
		}
	}
	return next
}

// elsewhere are addresses that lie in no network of anybody: kept for documentation.
var elsewhere = []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("2001:db8::1")}

// suggestions are the circumstances, one of them changed to what meets the condition, or to what does not.
func suggestions(s condition.Spec, env condition.Env) []Remedy {
	var out []Remedy
	add := func(code RemedyCode, change func(*condition.Env)) {
		e := env
		change(&e)
		out = append(out, Remedy{Code: code, Env: &e})
	}
	switch {
	case s.Network != nil:
		for _, a := range append(inside(*s.Network), elsewhere...) {
			add(RemedyAddress, func(e *condition.Env) { e.Addr = a })
		}
	case s.Circle != nil:
		add(RemedyPlace, func(e *condition.Env) { e.Place = &condition.Place{Lat: s.Circle.Lat, Lon: s.Circle.Lon} })
		add(RemedyPlace, func(e *condition.Env) { e.Place = antipode(*s.Circle) })
	case s.Assurance != nil:
		add(RemedySignIn, func(e *condition.Env) { e.SignIn = stronger(*s.Assurance, *e) })
		add(RemedySignIn, func(e *condition.Env) { e.SignIn = &condition.SignIn{At: e.Time} })
	}
	return out
}

// inside is one address of each network, the first that can be a client's.
func inside(n condition.Network) []netip.Addr {
	var out []netip.Addr
	for _, text := range n.CIDRs {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			continue
		}
		a := p.Addr()
		if next := a.Next(); p.Contains(next) {
			a = next
		}
		out = append(out, a)
	}
	return out
}

func antipode(c condition.Circle) *condition.Place {
	lon := c.Lon + 180
	if lon > 180 {
		lon -= 360
	}
	return &condition.Place{Lat: -c.Lat, Lon: lon}
}

// stronger is the sign-in done anew, so that it meets what is asked and keeps what it has.
func stronger(a condition.Assurance, env condition.Env) *condition.SignIn {
	out := &condition.SignIn{Level: a.Level, At: env.Time}
	if env.SignIn != nil {
		out.Level, out.Methods = max(out.Level, env.SignIn.Level), slices.Clone(env.SignIn.Methods)
	}
	if len(a.Methods) > 0 && !slices.Contains(out.Methods, a.Methods[0]) {
		out.Methods = append(out.Methods, a.Methods[0])
	}
	return out
}
