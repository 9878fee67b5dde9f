package scope

import (
	"reflect"

	"github.com/seed9b40ffc1/crmaccess/internal/columns"
)

// spot is where an attribute lies in the records of one struct type, found beforehand.
type spot struct {
	plan  *columns.Plan
	index int
	kind  reflect.Kind // String or one of the signed integers: a plain field, to be read as it is
}

// spotOf finds an attribute in r's struct type. It is nil if r is no struct, or if reading the attribute takes more than
// looking at a plain field.
func (r Record) spotOf(attr string, k Kind) *spot {
	if r.plan == nil {
		return nil
	}
	f, ok := r.plan.Lookup(attr)
	if !ok || len(f.Index) != 1 || f.Type.Implements(valuerType) {
		return nil
	}
	switch kind := f.Type.Kind(); {
	case k == KindText && kind == reflect.String, k == KindInt && kind >= reflect.Int && kind <= reflect.Int64:
		return &spot{r.plan, f.Index[0], kind}
	}
	return nil
}

// valueAt reads an attribute at its spot, or by name if r is of another type.
func (r Record) valueAt(s *spot, attr string, k Kind) (Value, error) {
	if s == nil || s.plan != r.plan {
		return r.Value(attr, k)
	}
	if f := r.row.Field(s.index); s.kind == reflect.String {
		return Text(f.String()), nil
	} else {
		return Int(f.Int()), nil
	}
}

// Bind returns the same predicate, made ready for records of r's struct type: there it is evaluated without looking for
// its attributes. For all other records it answers as before.
func (p Predicate) Bind(r Record) Predicate {
	out, _ := p.rewrite(func(n node) (Predicate, error) {
		switch n := n.(type) {
		case *set:
			bound := *n
			bound.spot = r.spotOf(n.attr, n.kind)
			return Predicate{&bound}, nil
		case *under:
			bound := *n
			bound.spot = r.spotOf(n.attr, n.kind)
			return Predicate{&bound}, nil
		}
		return Predicate{n}, nil
	})
	return out
}

// Spot reads one attribute of many records of one struct type. The zero Spot reads by name.
type Spot struct {
	attr string
	kind Kind
	at   *spot
}

// NewSpot makes a Spot for records of r's type.
func NewSpot(r Record, attr string, k Kind) Spot { return Spot{attr, k, r.spotOf(attr, k)} }

// Value reads the attribute as [Record.Value] does.
func (s Spot) Value(r Record) (Value, error) { return r.valueAt(s.at, s.attr, s.kind) }

// StructType tells records of one struct type, for which what is bound to one serves the other, from others. It is
// comparable; the zero StructType is that of records that are no structs.
type StructType struct{ plan *columns.Plan }

// StructType returns the type of struct that the record views.
func (r Record) StructType() StructType { return StructType{r.plan} }
