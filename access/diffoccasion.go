package access

import (
	"math"
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
	of   []diffCondition
}

// occasion is one of them.
type occasion struct {
	values []scope.Truth // of the circumstances
	env    condition.Env
}

// diffCondition is a condition, however it is called on the one side and on the other. One without cond is approved.
type diffCondition struct {
	name string
	spec condition.Spec
	cond *condition.Condition
	host bool // the host's own
}

const (
	maxOccasions = 1000
	maxInstants  = 64
	maxSupposed  = 4
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
				x := diffCondition{name: a.name.Name, cond: a.cond, host: a.custom != nil}
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
func (c diffCondition) sort() string {
	switch {
	case c.host:
		return hostSort
	case c.cond == nil:
		return ""
	}
	return c.cond.Kind()
}

// hostSort are conditions of the host's own. What they come to is not known before they are asked, so each is supposed to be
// anything; what follows from it is an example only if it proves true.
const hostSort = "host"

// supposed are all the values that n conditions can have.
func supposed(n int, env condition.Env) []occasion {
	all := []occasion{{env: env}}
	for range n {
		var next []occasion
		for _, x := range all {
			for _, t := range []scope.Truth{scope.True, scope.False, scope.Unknown} {
				next = append(next, occasion{append(slices.Clone(x.values), t), env})
			}
		}
		all = next
	}
	return all
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
	if sort == hostSort {
		n := min(len(at), maxSupposed)
		out = supposed(n, condition.Env{Time: from})
		for i := range out {
			out[i].values = append(out[i].values, make([]scope.Truth, len(at)-n)...)
		}
		return out, n == len(at)
	}
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

// told are the circumstances of an occasion for people.
func (o *occasions) told(x occasion) []string {
	var out []string
	for i, c := range o.of {
		out = append(out, c.name+" is "+x.values[i].String())
	}
	slices.Sort(out)
	return out
}
