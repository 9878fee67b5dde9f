package scope

import (
	"math"
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

// spot is a field that holds a string or an integer, or points at one. The zero spot is none.
type spot struct {
	index, inner int16 // inner: in the struct embedded at index; -1 for a field of the struct itself
	kind         spotKind
	pointer      bool
}

type spotKind uint8

const (
	spotText spotKind = iota + 1
	spotInt
	spotUint
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

// spotOf finds an attribute in r's struct type, if reading it takes no more than looking at a field.
func (r Record) spotOf(a Attr) spot {
	f, ok := r.plan.Lookup(a.Name)
	if !ok || f.Type.Implements(valuerType) {
		return spot{}
	}
	s := spot{index: int16(f.Index[0]), inner: -1}
	switch {
	case len(f.Index) == 2 && r.row.Type().Field(f.Index[0]).Type.Kind() == reflect.Struct:
		s.inner = int16(f.Index[1])
	case len(f.Index) != 1:
		return spot{}
	}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		s.pointer, t = true, t.Elem()
	}
	switch kind := t.Kind(); {
	case a.Kind == KindText && kind == reflect.String:
		s.kind = spotText
	case a.Kind == KindInt && kind >= reflect.Int && kind <= reflect.Int64:
		s.kind = spotInt
	case a.Kind == KindInt && kind >= reflect.Uint && kind <= reflect.Uint64:
		s.kind = spotUint
	default:
		return spot{}
	}
	return s
}

// held says whether a spot held a value.
type held uint8

const (
	odd  held = iota // one that is too large
	null             // NULL
	full
)

// read returns what the spot holds: a text, or an integer as a number.
func (s spot) read(r Record) (text string, number int64, is held) {
	v := r.row.Field(int(s.index))
	if s.inner >= 0 {
		v = v.Field(int(s.inner))
	}
	if s.pointer {
		if v = v.Elem(); !v.IsValid() {
			return "", 0, null
		}
	}
	switch s.kind {
	case spotText:
		return v.String(), 0, full
	case spotInt:
		return "", v.Int(), full
	}
	if u := v.Uint(); u <= math.MaxInt64 {
		return "", int64(u), full
	}
	return "", 0, odd
}

// Fits reports whether r is of the struct type that the Layout is for. A nil Layout fits none.
func (l *Layout) Fits(r Record) bool { return l != nil && l.plan == r.plan }

// Key returns a record's key. ok is false if the key is several attributes, or not to be read by looking at a field.
func (l *Layout) Key(r Record) (v Value, ok bool) {
	if l.key.kind == 0 {
		return Value{}, false
	}
	text, number, is := l.key.read(r)
	if l.key.kind == spotText {
		return Text(text), is == full
	}
	return Int(number), is == full
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
	text, _, is := l.tenant.read(r)
	return is == full && tenant != "" && text == tenant, is == full
}

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
// scope's predicate tells: an attribute is NULL or not to be read by looking at a field, or the viewer's trees are not
// known.
func (l *Layout) Sees(s Sight, v *Viewer, r Record) (yes, ok bool) {
	if s >= sights || !l.can[s] {
		return false, false
	}
	switch s {
	case sightEverything:
		return true, true
	case sightOwn:
		return v.is(l.owner, r)
	case sightCreated:
		return v.is(l.creator, r)
	}
	if yes, ok := v.is(l.owner, r); yes || !ok {
		return yes, ok
	}
	text, number, is := l.team.read(r)
	switch {
	case is != full:
		return false, false
	case v.inTeams(l.team, text, number):
		return true, true
	}
	switch s {
	case sightTeam:
		return false, true
	case sightTeamTree:
		return v.inTeamTree(text)
	case sightRegion:
		if text, _, is = l.region.read(r); is == full {
			return v.inRegions(text)
		}
	}
	return false, false
}
