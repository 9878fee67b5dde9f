package access

import (
	"net/netip"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

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
