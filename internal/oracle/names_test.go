package oracle

import (
	"math"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// truth is the value of a condition, a criterion or a stock scope; on an image that there is not it is unknown.
func (v valuation) truth(d access.Definition, pin string) int8 {
	r, p := v.q.record(map[string]string{"": v.img, "old": "old", "new": "new"}[pin]), v.org.People[v.q.Subject]
	switch {
	case d.Condition != nil:
		return met(*d.Condition, v.q.Env)
	case r == nil || d.Name == "approved" || lacks(v.q.Type, d):
		return unknown
	case d.Scope != nil:
		return r.meets(*d.Scope, p, v.q.Tenant)
	}
	reports := no
	for _, id := range r.Owners {
		reports = max(reports, v.reporting(id))
	}
	own, team := is(slices.Contains(r.Owners, v.q.Subject)), among(r.Team, p.Teams, nil)
	return map[string]int8{
		"always": yes, "global": yes, "own": own, "created": is(r.Creator == v.q.Subject), "team": max(own, team),
		"unowned":   is(!slices.ContainsFunc(r.Owners, func(id string) bool { return id != "" })),
		"reports":   reports,
		"team_tree": max(own, among(r.Team, p.Teams, v.org.TeamUp)),
		"region":    max(own, team, among(r.Region, p.Regions, v.org.RegionUp)),
	}[d.Name]
}

// reporting says whether the subject is above an owner; without a directory nobody knows.
func (v valuation) reporting(owner string) int8 {
	if v.org.Unlisted && owner != "" {
		return unknown
	}
	for at := v.org.People[owner].Superior; at != ""; at = v.org.People[at].Superior {
		if at == v.q.Subject {
			return yes
		}
	}
	return no
}

// among says whether id, or what it lies below, is one of ids. None is one of nothing, not even what is not known.
func among(id *string, ids []string, up map[string]string) int8 {
	switch {
	case len(ids) == 0:
		return no
	case id == nil:
		return unknown
	}
	for at := *id; at != ""; at = up[at] {
		if slices.Contains(ids, at) {
			return yes
		}
	}
	return no
}

// meets values a criterion on a record: one of three forms.
func (r *record) meets(c scope.Criterion, p access.Person, tenant string) int8 {
	values := c.Values
	if c.Subject != "" {
		values = p.Attrs[c.Subject]
	}
	switch {
	case c.Has != "":
		found := no
		for _, t := range r.Tickets {
			switch {
			case t.Tenant != tenant:
			case c.Where == nil:
				found = yes
			default:
				found = max(found, t.Open)
			}
		}
		return found
	case c.Op == "ge" && r.Amount != nil:
		least, _ := strconv.ParseInt(values[0], 10, 64)
		return is(*r.Amount >= least)
	case c.Op != "ge" && r.Stage != nil && len(values) > 0:
		return is(slices.Contains(values, *r.Stage))
	}
	return unknown
}

// met values a condition in the circumstances.
func met(s condition.Spec, e condition.Env) int8 {
	switch {
	case s.Daily != nil:
		return is(within(*s.Daily, e.Time.In(zones[s.Daily.Zone])))
	case s.Network != nil && e.Addr.IsValid():
		return is(slices.ContainsFunc(s.Network.CIDRs, func(cidr string) bool { return inside(netip.MustParsePrefix(cidr), e.Addr) }))
	case s.Circle != nil && e.Place != nil:
		d := metres(s.Circle.Lat, s.Circle.Lon, e.Place.Lat, e.Place.Lon)
		if math.Abs(d-s.Circle.RadiusM) < e.Place.AccuracyM {
			return unknown
		}
		return is(d <= s.Circle.RadiusM)
	case s.Assurance != nil && e.SignIn != nil:
		maxAge, err := time.ParseDuration(s.Assurance.MaxAge)
		if err == nil && e.SignIn.At.Sub(e.Time) > time.Minute { // has not happened yet
			return unknown
		}
		return is(e.SignIn.Level >= s.Assurance.Level && (err != nil || e.Time.Sub(e.SignIn.At) < maxAge))
	}
	return unknown
}

// inside compares addresses bit by bit in their long form.
func inside(p netip.Prefix, a netip.Addr) bool {
	bits, x, y := p.Bits(), p.Addr().As16(), a.As16()
	if p.Addr().Is4() {
		bits += 96
	}
	for i := range bits {
		if (x[i/8]^y[i/8])>>(7-i%8)&1 == 1 {
			return false
		}
	}
	return true
}

// within compares wall clocks as text; a window past midnight belongs to the day it begins on.
func within(d condition.Daily, t time.Time) bool {
	clock := t.Format("15:04")
	begins := func(days int) bool {
		return d.Days == nil || slices.Contains(d.Days, weekdays[(int(t.Weekday())+days)%7])
	}
	if d.From < d.To {
		return begins(0) && d.From <= clock && clock < d.To
	}
	return begins(0) && clock >= d.From || begins(6) && clock < d.To
}

// metres is the great-circle distance by the haversine formula.
func metres(lat1, lon1, lat2, lon2 float64) float64 {
	rad := math.Pi / 180
	dLat, dLon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	return 2 * 6371008.8 * math.Asin(math.Sqrt(dLat*dLat+math.Cos(lat1*rad)*math.Cos(lat2*rad)*dLon*dLon))
}
