package scope

import (
	"slices"
	"sync/atomic"

	"github.com/seed9b40ffc1/crmaccess/internal/columns"
)

// Shape is a set of attributes that records must have. For records of one struct type it is looked up once. A Shape may
// be used concurrently.
type Shape struct {
	attrs []string
	fits  atomic.Pointer[columns.Plan] // a struct type known to have them all
}

// NewShape returns the shape of records that have the attributes.
func NewShape(attrs ...string) *Shape {
	s := &Shape{attrs: slices.Clone(attrs)}
	slices.Sort(s.attrs)
	s.attrs = slices.Compact(s.attrs)
	return s
}

// Check returns a [*MissingError] that names the first attribute the record lacks, or nil.
func (s *Shape) Check(r Record) error {
	if r.plan != nil && r.plan == s.fits.Load() {
		return nil
	}
	if r.err != nil {
		return r.err
	}
	for _, a := range s.attrs {
		if !r.Has(a) {
			return &MissingError{Attr: a, Shape: r.shape()}
		}
	}
	if r.plan != nil {
		s.fits.Store(r.plan)
	}
	return nil
}
