package access

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// occasions are ways in which the conditions of a contrast come out together, each of them met.
type occasions struct {
	list []occasion
	all  bool // there are no others
	was  []int
	next []int // by atom: which of an occasion's values it has, or -1
	of   []circumstance
}

// occasion is one of them.
type occasion struct {
	values []scope.Truth // of the circumstances
	env    condition.Env
}

// circumstance is a condition, however it is called on the one side and on the other. One without cond is approved.
type circumstance struct {
	name string
	spec condition.Spec
	cond *condition.Condition
}

const (
	maxOccasions = 1000
	maxInstants  = 64
)

// occasion lists the occasions of a contrast within a time.
func (c *contrast) occasion(from, until time.Time) *occasions {
	key := from.String() + until.String()
	if o := c.occasions[key]; o != nil {
		return o
	}
	o := &occasions{all: true}
	known := map[string]int{}
	number := func(p *program) []int {
		out := make([]int, len(p.atoms))
		for i, a := range p.atoms {
			if out[i] = -1; a.scope != nil {
				continue
			}
			n, ok := known[a.means()]
			if !ok {
				n = len(o.of)
				known[a.means()] = n
				x := circumstance{name: a.name.Name, cond: a.cond}
				if a.cond != nil {
					x.spec = a.cond.Spec()
				}
				o.of = append(o.of, x)
			}
			out[i] = n
		}
		return out
	}
	o.was, o.next = number(c.was.program), number(c.next.program)
	o.fill(from, until)
	c.occasions[key] = o
	return o
}

// fill combines what the conditions of one sort can be with what those of other sorts can, which are independent.
func (o *occasions) fill(from, until time.Time) {
	o.list = []occasion{{values: make([]scope.Truth, len(o.of)), env: condition.Env{Time: from}}}
	bySort := map[string][]int{}
	for i, c := range o.of {
		bySort[c.sort()] = append(bySort[c.sort()], i)
	}
	for _, sort := range sortedKeys(bySort) {
		at := bySort[sort]
		met, exact := o.met(sort, at, from, until)
		o.all = o.all && exact
		var next []occasion
		for _, before := range o.list {
			for _, m := range met {
				x := occasion{slices.Clone(before.values), before.env}
				for j, i := range at {
					x.values[i] = m.values[j]
				}
				x.take(sort, m.env)
				next = append(next, x)
			}
		}
		if len(next) > maxOccasions {
			next, o.all = next[:maxOccasions], false
		}
		o.list = next
	}
}

// sort is the kind of the condition; "" of approved.
func (c circumstance) sort() string {
	if c.cond == nil {
		return ""
	}
	return c.cond.Kind()
}

// take adds what one sort of condition reads to the circumstances of others.
func (x *occasion) take(sort string, env condition.Env) {
	switch sort {
	case "daily":
		if x.env.SignIn != nil && !x.env.SignIn.At.IsZero() {
			s := *x.env.SignIn
			s.At = s.At.Add(env.Time.Sub(x.env.Time))
			x.env.SignIn = &s
		}
		x.env.Time = env.Time
	case "network":
		x.env.Addr = env.Addr
	case "circle":
		x.env.Place = env.Place
	case "assurance":
		x.env.SignIn = env.SignIn
	}
}

// met are the values that conditions of one sort have been seen to have together. exact: they can have no others.
func (o *occasions) met(sort string, at []int, from, until time.Time) (out []occasion, exact bool) {
	var envs []condition.Env
	ways := 3.0
	switch sort {
	case "daily":
		envs, exact = o.instants(at, from, until)
		ways = 2 // the time is always known
	case "network":
		envs = o.addresses(at)
	case "circle":
		envs = o.places(at)
	case "assurance":
		envs = o.signIns(at, from)
	default:
		envs = []condition.Env{{}}
	}
	for _, env := range envs {
		if env.Time.IsZero() {
			env.Time = from
		}
		x := occasion{values: make([]scope.Truth, len(at)), env: env}
		for j, i := range at {
			if c := o.of[i].cond; c != nil {
				x.values[j] = c.Eval(env)
			}
		}
		if !slices.ContainsFunc(out, func(y occasion) bool { return slices.Equal(x.values, y.values) }) {
			out = append(out, x)
		}
	}
	return out, exact || float64(len(out)) == math.Pow(ways, float64(len(at)))
}

// instants are those at which one of the windows opens or closes. exact: they are all there are until the end.
func (o *occasions) instants(at []int, from, until time.Time) (out []condition.Env, exact bool) {
	t := from
	for range maxInstants {
		out = append(out, condition.Env{Time: t})
		var next time.Time
		for _, i := range at {
			if u, ok := o.of[i].cond.Until(condition.Env{Time: t}); ok && (next.IsZero() || u.Before(next)) {
				next = u
			}
		}
		if next.IsZero() || !until.IsZero() && !next.Before(until) {
			return out, !until.IsZero()
		}
		t = next
	}
	return out, false
}

// addresses are the first and the last of each network, those beside it, and none.
func (o *occasions) addresses(at []int) []condition.Env {
	out := []condition.Env{{}}
	for _, i := range at {
		for _, text := range o.of[i].spec.Network.CIDRs {
			p, err := netip.ParsePrefix(text)
			if err != nil {
				continue
			}
			first, last := p.Masked().Addr(), lastOf(p)
			for _, addr := range []netip.Addr{first, first.Next(), last, first.Prev(), last.Next()} {
				out = append(out, condition.Env{Addr: addr})
			}
		}
	}
	return out
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	out, _ := netip.AddrFromSlice(b)
	return out
}

// places are the middle of each circle and the point opposite to it, exactly and not quite, and none.
func (o *occasions) places(at []int) []condition.Env {
	out := []condition.Env{{}}
	for _, i := range at {
		c := o.of[i].spec.Circle
		opposite := c.Lon + 180
		if opposite > 180 {
			opposite -= 360
		}
		for _, p := range []condition.Place{{Lat: c.Lat, Lon: c.Lon}, {Lat: -c.Lat, Lon: opposite}, {Lat: c.Lat, Lon: c.Lon, AccuracyM: 1e9}} {
			out = append(out, condition.Env{Place: &p})
		}
	}
	return out
}

// signIns are of each level and method that is asked for and of less, fresh and too old and of no known time, and none.
func (o *occasions) signIns(at []int, now time.Time) []condition.Env {
	out := []condition.Env{{}}
	levels, methods, ages := []int{0}, [][]string{nil}, []time.Duration{0}
	for _, i := range at {
		a := o.of[i].spec.Assurance
		levels = append(levels, a.Level)
		for _, m := range a.Methods {
			methods = append(methods, []string{m})
		}
		if age, err := time.ParseDuration(a.MaxAge); err == nil {
			ages = append(ages, age)
		}
	}
	for _, level := range levels {
		for _, m := range methods {
			for _, age := range ages {
				out = append(out, condition.Env{SignIn: &condition.SignIn{Level: level, Methods: m, At: now.Add(-age)}})
			}
			out = append(out, condition.Env{SignIn: &condition.SignIn{Level: level, Methods: m}})
		}
	}
	return out
}

// told are the circumstances of an occasion for people.
func (o *occasions) told(x occasion) []string {
	var out []string
	for i, c := range o.of {
		out = append(out, c.name+" is "+x.values[i].String())
	}
	slices.Sort(out)
	return out
}

// Conditions as attributes of the record: true, false, or NULL, which is unknown. So a search finds out whether there is
// any way for them to come out that makes a difference, be it one that can be or not.
const conditionPrefix = "when."

func conditionAttr(i int) string { return fmt.Sprint(conditionPrefix, i) }

// attrs are the conditions as attributes.
func (o *occasions) attrs() []scope.Attr {
	out := make([]scope.Attr, len(o.of))
	for i := range o.of {
		out[i] = scope.Attr{Name: conditionAttr(i), Kind: scope.KindBool}
	}
	return out
}

// known is true of records on which the conditions are known that always are.
func (o *occasions) known() scope.Predicate {
	all := []scope.Predicate{scope.All()}
	for i, c := range o.of {
		if c.sort() == "daily" {
			all = append(all, scope.Not(scope.IsNull(conditionAttr(i))))
		}
	}
	return scope.And(all...)
}

// asAttrs is a program that takes conditions for scopes, with what these come to.
func asAttrs(p *program, at []int, scopes []scope.Predicate) (*program, []scope.Predicate) {
	out := *p
	out.atoms, scopes = slices.Clone(p.atoms), slices.Clone(scopes)
	for i, n := range at {
		if n >= 0 {
			out.atoms[i].meaning = meaning{scope: scope.Always()}
			scopes[i] = scope.Eq(conditionAttr(n), scope.Bool(true))
		}
	}
	return &out, scopes
}
