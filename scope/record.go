package scope

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/internal/columns"
)

// Record is a read-only view of one record: a host's struct or a map. The zero Record is no
// record; reading it is an error. A Record shares the host's memory: leave that unchanged while
// the Record is in use. Records may then be read concurrently.
type Record struct {
	row  reflect.Value // the struct
	plan *columns.Plan
	cols map[string]any // instead of row
	err  error          // why nothing can be read
	more *attached      // related rows and facts, latest first
}

var errNoRecord = errors.New("scope: there is no record: pass a non-nil pointer to a struct, or a map")

// Of views the struct that p points at. Its attributes are the exported fields, named by the tag
// access:"name", else by the column in the gorm tag, else in GORM's snake case (TeamID is
// team_id); embedded structs are flattened, access:"-" leaves a field out, and fields holding
// related records are not attributes. If p is nil or no struct, every read is an error.
//
// Making the Record allocates nothing itself, but p escapes: a struct on the caller's stack moves
// to the heap.
func Of[T any](p *T) Record {
	if p == nil {
		return Record{err: fmt.Errorf("%w; got a nil *%s", errNoRecord, reflect.TypeFor[T]())}
	}
	return ofStruct(reflect.ValueOf(p).Elem())
}

// OfAny views a pointer to a struct, a struct, a map[string]any, or a Record, which it returns.
func OfAny(v any) Record {
	switch v := v.(type) {
	case nil:
		return Record{err: errNoRecord}
	case Record:
		return v
	case map[string]any:
		return FromMap(v)
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return Record{err: fmt.Errorf("%w; got a nil %T", errNoRecord, v)}
		}
		rv = rv.Elem()
	}
	return ofStruct(rv)
}

// FromMap views a map from attribute names to Go values. A key that is absent is an attribute
// that the record lacks; a nil value is NULL. A nil map is no record.
func FromMap(m map[string]any) Record {
	if m == nil {
		return Record{err: fmt.Errorf("%w; got a nil map", errNoRecord)}
	}
	return Record{cols: m}
}

func ofStruct(rv reflect.Value) Record {
	plan := columns.Of(rv.Type())
	if plan.Err != nil {
		return Record{err: fmt.Errorf("scope: %w", plan.Err)}
	}
	return Record{row: rv, plan: plan}
}

// IsZero reports whether this is the zero Record.
func (r Record) IsZero() bool {
	return r.plan == nil && r.cols == nil && r.err == nil && r.more == nil
}

// Has reports whether the record's shape has the attribute, be it NULL or not.
func (r Record) Has(attr string) bool {
	if r.plan != nil {
		_, ok := r.plan.Lookup(attr)
		return ok
	}
	_, ok := r.cols[attr]
	return ok
}

// Get returns an attribute as the record holds it. A field behind a nil embedded pointer is nil.
func (r Record) Get(attr string) (any, bool) {
	rv, err := r.read(attr)
	switch {
	case err != nil:
		return nil, false
	case !rv.IsValid():
		return nil, true
	}
	return rv.Interface(), true
}

// Value returns an attribute as a value of kind k; see [ValueOf]. The error is a [*MissingError]
// if the record lacks the attribute.
func (r Record) Value(attr string, k Kind) (Value, error) {
	rv, err := r.read(attr)
	if err != nil {
		return Value{}, err
	}
	v, err := valueOf(k, rv)
	if err != nil {
		return Value{}, fmt.Errorf("attribute %q: %w", attr, err)
	}
	return v, nil
}

// Names returns the names of the record's attributes, sorted.
func (r Record) Names() []string {
	var names []string
	if r.plan != nil {
		for _, f := range r.plan.Fields {
			names = append(names, f.Name)
		}
	}
	for name := range r.cols {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (r Record) read(attr string) (reflect.Value, error) {
	switch {
	case r.plan != nil:
		if f, ok := r.plan.Lookup(attr); ok {
			return f.Read(r.row), nil
		}
	case r.cols != nil:
		if x, ok := r.cols[attr]; ok {
			return reflect.ValueOf(x), nil
		}
	case r.err != nil:
		return reflect.Value{}, r.err
	default:
		return reflect.Value{}, errNoRecord
	}
	return reflect.Value{}, &MissingError{Attr: attr, Shape: r.shape()}
}

// shape names the record's type for errors.
func (r Record) shape() string {
	if r.plan != nil {
		return r.row.Type().String()
	}
	return "map"
}
