package field

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/seed9b40ffc1/crmaccess/internal/columns"
)

// shape is what redaction needs to know of a struct type.
type shape struct {
	t      reflect.Type
	leaves []leaf
	whole  bool // the struct may be copied at once: every part of it is a leaf that can be set to zero
	err    error
}

// leaf is a part of the struct that is kept or dropped as one.
type leaf struct {
	columns.Field      // Name is "" if the part is no field of any mask
	plain         bool // holds no reference, so that assignment copies it
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s, _ := shapes.LoadOrStore(t, newShape(t))
	return s.(*shape)
}

func newShape(t reflect.Type) *shape {
	plan := columns.Of(t)
	if plan.Err != nil {
		return &shape{t: t, err: fmt.Errorf("field: %w", plan.Err)}
	}
	s := &shape{t: t, whole: true}
	s.walk(t, nil, plan)
	return s
}

func (s *shape) walk(t reflect.Type, at []int, plan *columns.Plan) {
	for i := range t.NumField() {
		f := t.Field(i)
		part := columns.Field{Index: append(slices.Clone(at), i), Type: f.Type}
		column, below := find(plan, part.Index)
		switch {
		case column != "":
			s.add(part, column)
		case below && f.Type.Kind() == reflect.Pointer:
			s.whole = false
			s.walk(f.Type.Elem(), part.Index, plan)
		case below:
			s.walk(f.Type, part.Index, plan)
		case f.IsExported():
			s.add(part, relationName(f, at, plan))
		default:
			s.whole = false
		}
	}
}

func (s *shape) add(part columns.Field, name string) {
	part.Name = name
	s.leaves = append(s.leaves, leaf{Field: part, plain: isPlain(part.Type)})
}

// find returns the name of the column at index, or else whether columns lie below it.
func find(plan *columns.Plan, index []int) (name string, below bool) {
	for _, f := range plan.Fields {
		if len(f.Index) >= len(index) && slices.Equal(f.Index[:len(index)], index) {
			if len(f.Index) == len(index) {
				return f.Name, false
			}
			below = true
		}
	}
	return "", below
}

// relationName names a part of the struct itself that is no column, such as related records.
func relationName(f reflect.StructField, at []int, plan *columns.Plan) string {
	name := columns.Snake(f.Name)
	if _, taken := plan.Lookup(name); taken || len(at) > 0 || f.Tag.Get("access") == "-" {
		return ""
	}
	return name
}
