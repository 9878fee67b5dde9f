package scope

import (
	"reflect"

	"github.com/seed9b40ffc1/crmaccess/internal/columns"
)

// Layout is where the attributes that the tenant, the key and the stock scopes read lie in the records of one struct
// type. With it a [Viewer] is tested without a [Predicate] of his own: what the Layout says of a record is what the
// predicate says. It may be used concurrently.
type Layout struct {
	plan                         *columns.Plan
	single                       bool // the type has no tenant
	tenant, key                  spot
	owner, team, region, creator spot
	can                          [sights]bool
}

// spot is a plain field of a struct. The zero spot is none.
type spot struct {
	index int32
	kind  spotKind
}

type spotKind uint8

const (
	spotText spotKind = iota + 1
	spotInt
)

// NewLayout finds the attributes of type s in r's struct type. It is nil if r is no struct.
func NewLayout(s *Schema, r Record) *Layout {
	if r.plan == nil {
		return nil
	}
	find := func(names ...string) spot {
		if len(names) != 1 {
			return spot{}
		}
		a, _ := s.Attr(names[0])
		return r.spotOf(a)
	}
	l := &Layout{
		plan: r.plan, single: s.SingleTenant, tenant: find(s.Tenant), key: find(s.Key...), team: find(s.Team),
		region: find(s.Region), creator: find(s.Creator), owner: find(s.Owner...),
	}
	l.can = l.sees()
	return l
}

// spotOf finds an attribute in r's struct type, if reading it takes no more than looking at a plain field.
func (r Record) spotOf(a Attr) spot {
	f, ok := r.plan.Lookup(a.Name)
	if !ok || len(f.Index) != 1 || f.Type.Implements(valuerType) {
		return spot{}
	}
	switch kind := f.Type.Kind(); {
	case a.Kind == KindText && kind == reflect.String:
		return spot{int32(f.Index[0]), spotText}
	case a.Kind == KindInt && kind >= reflect.Int && kind <= reflect.Int64:
		return spot{int32(f.Index[0]), spotInt}
	}
	return spot{}
}

// Fits reports whether r is of the struct type that the Layout is for. A nil Layout fits none.
func (l *Layout) Fits(r Record) bool { return l != nil && l.plan == r.plan }

// Key returns a record's key. ok is false if the key is several attributes or no plain field.
func (l *Layout) Key(r Record) (v Value, ok bool) {
	switch l.key.kind {
	case spotText:
		return Text(l.key.text(r)), true
	case spotInt:
		return Int(l.key.int(r)), true
	}
	return Value{}, false
}

// InTenant reports whether a record is the tenant's, whose id must not be blank. ok is false if that takes more than
// looking at a text field.
func (l *Layout) InTenant(r Record, tenant string) (yes, ok bool) {
	if l.single {
		return true, true
	}
	if l.tenant.kind != spotText {
		return false, false
	}
	return tenant != "" && l.tenant.text(r) == tenant, true
}

func (s spot) text(r Record) string { return r.row.Field(int(s.index)).String() }
func (s spot) int(r Record) int64   { return r.row.Field(int(s.index)).Int() }

// Sight is a stock scope as a Layout tests it. The zero Sight is none.
type Sight uint8

const (
	sightEverything Sight = iota + 1
	sightOwn
	sightTeam
	sightTeamTree
	sightRegion
	sightCreated
	sights // how many there are
)

// SightOf returns how a scope is tested; the zero Sight if only its predicate tells.
func SightOf(r Resolver) Sight {
	s, _ := r.(stock)
	return s.sight
}

// sees are the scopes that can be tested where the attributes lie.
func (l *Layout) sees() (out [sights]bool) {
	owner, team := l.owner.kind != 0, l.team.kind != 0
	out[sightEverything] = true
	out[sightOwn] = owner
	out[sightCreated] = l.creator.kind != 0
	out[sightTeam] = owner && team
	out[sightTeamTree] = owner && l.team.kind == spotText
	out[sightRegion] = owner && team && l.region.kind == spotText
	return out
}

// Sees reports whether a scope holds a record for a viewer. The record must fit the Layout. ok is false if only the
// scope's predicate tells: an attribute is no plain field, or the viewer's trees are not known.
func (l *Layout) Sees(s Sight, v *Viewer, r Record) (yes, ok bool) {
	if s >= sights || !l.can[s] {
		return false, false
	}
	switch s {
	case sightEverything:
		return true, true
	case sightOwn:
		return v.is(l.owner, r), true
	case sightCreated:
		return v.is(l.creator, r), true
	case sightTeam:
		return v.is(l.owner, r) || v.inTeams(l.team, r), true
	case sightTeamTree:
		if v.is(l.owner, r) || v.inTeams(l.team, r) {
			return true, true
		}
		return v.inTeamTree(l.team, r)
	case sightRegion:
		if v.is(l.owner, r) || v.inTeams(l.team, r) {
			return true, true
		}
		return v.inRegions(l.region, r)
	}
	return false, false
}
