package field

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// ErrNotWritable is what every [*WriteError] is.
var ErrNotWritable = errors.New("field: not writable")

// WriteError names the fields that a write changes and may not.
type WriteError struct {
	Fields []string // sorted
}

// Error names the fields; it holds no value.
func (e *WriteError) Error() string {
	return ErrNotWritable.Error() + ": " + strings.Join(e.Fields, ", ")
}

// Is reports whether target is [ErrNotWritable].
func (e *WriteError) Is(target error) bool { return target == ErrNotWritable }

// CheckWrite refuses a write that changes a field which may not be changed, by a [*WriteError] that names all of them.
// before and after are the record's images; an attribute that after lacks is unchanged. A field may be changed if both
// images give it Edit: a write cannot earn a right by what it writes. An attribute that is no field of the mask may
// never be changed, the key and the tenant no more than others. A text that is the old one's masked form, by any of
// the mask's maskers, comes from a masked page sent back, and is refused also where the field may be changed.
//
// A zero before is a create: after must then give Once or Edit to each field that it sets, which is each that is
// neither NULL nor, unless behind a pointer, the zero value of its Go type.
//
// Values are compared as Go holds them: times as instants, pointers by what they point to, integers by value whatever
// their size. Where they cannot be compared they differ. Any other error means that the write could not be checked.
func CheckWrite(m Mask, before, after scope.Record) error {
	names := after.Names() // sorted
	if len(names) == 0 {
		return errors.New("field: the new image has no attributes: give the record as it would be after the write")
	}
	create := before.IsZero()
	changed := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		x, _ := after.Get(name)
		if create {
			return isUnset(x)
		}
		old, present := before.Get(name)
		return present && equal(old, x)
	})
	if len(changed) == 0 {
		return nil
	}
	then, now, err := m.images(before, after)
	if err != nil {
		return err
	}
	refused := slices.DeleteFunc(changed, func(name string) bool {
		level := now.Of(name).Level
		if create {
			return level >= Once
		}
		return min(level, then.Of(name).Level) >= Edit && !m.echo(before, after, name)
	})
	if len(refused) == 0 {
		return nil
	}
	return &WriteError{Fields: refused}
}

// images resolves the mask for both images of a write.
func (m Mask) images(before, after scope.Record) (then, now Levels, err error) {
	if before.IsZero() {
		now, err = m.For(after)
		return Levels{}, now, err
	}
	if then, err = m.For(before); err != nil {
		return Levels{}, Levels{}, err
	}
	now, err = m.For(m.completed(before, after))
	return then, now, err
}

// completed adds to after what the mask reads and only before has.
func (m Mask) completed(before, after scope.Record) scope.Record {
	if !slices.ContainsFunc(m.Attrs(), func(name string) bool { return !after.Has(name) }) {
		return after
	}
	image := map[string]any{}
	for _, r := range []scope.Record{before, after} {
		for _, name := range r.Names() {
			image[name], _ = r.Get(name)
		}
	}
	return scope.FromMap(image)
}

// echo reports whether a field that may be changed would be overwritten by its own masked form.
func (m Mask) echo(before, after scope.Record, name string) bool {
	old, _ := before.Get(name)
	x, _ := after.Get(name)
	was, ok := bare(old).(string)
	now, text := bare(x).(string)
	return ok && text && now != "" && slices.ContainsFunc(m.p.maskers.Names(), func(masker string) bool {
		return m.p.maskers.Apply(masker, was) == now
	})
}

// isUnset reports whether a create leaves the attribute alone.
func isUnset(x any) bool {
	if t, ok := x.(time.Time); ok {
		return t.IsZero()
	}
	v := reflect.ValueOf(x)
	return !v.IsValid() || v.IsZero()
}

func equal(a, b any) bool {
	a, b = bare(a), bare(b)
	if s, ok := a.(time.Time); ok {
		t, ok := b.(time.Time)
		return ok && s.Equal(t)
	}
	return reflect.DeepEqual(a, b)
}

// bare follows one pointer, opens the Null types of database/sql, and drops names and sizes of simple kinds.
func bare(x any) any {
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if n, ok := asNull(v); ok {
		v = reflect.ValueOf(n)
	}
	switch {
	case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.CanInt():
		return v.Int()
	case v.CanUint() && v.Uint() <= math.MaxInt64:
		return int64(v.Uint())
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	}
	return v.Interface()
}
