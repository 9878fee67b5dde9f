package columns

import (
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"
	"time"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	valuerType = reflect.TypeFor[driver.Valuer]()
)

// candidate is a field before Go's rule of shadowing is applied.
type candidate struct {
	Field
	group  string // fields of one group shadow each other: the path of the struct they are promoted to
	goName string
	depth  int
	hidden bool // it shadows, but is no column
}

type walker struct {
	found []candidate
	above []reflect.Type // structs on the way down, to stop at one that embeds itself
}

type level struct {
	index  []int
	prefix string // of column names
	group  string
	depth  int
}

func walk(t reflect.Type) []candidate {
	var w walker
	w.walk(t, level{})
	return w.found
}

func (w *walker) walk(t reflect.Type, at level) {
	if slices.Contains(w.above, t) {
		return
	}
	w.above = append(w.above, t)
	defer func() { w.above = w.above[:len(w.above)-1] }()

	for i := range t.NumField() {
		f := t.Field(i)
		below := at
		below.index = append(slices.Clone(at.index), i)
		below.depth++
		gorm := gormTag(f.Tag.Get("gorm"))
		access := f.Tag.Get("access")
		inner, embeds := embedded(f, gorm)
		switch {
		case embeds && access == "" && !gorm.ignored():
			below.prefix += gorm["EMBEDDEDPREFIX"]
			if !f.Anonymous || gorm["EMBEDDEDPREFIX"] != "" {
				below.group += "." + f.Name
			}
			w.walk(inner, below)
		case f.IsExported():
			w.found = append(w.found, candidate{
				Field:  Field{Name: at.prefix + columnName(f, access, gorm), Index: below.index, Type: f.Type, JSON: jsonName(f)},
				group:  at.group,
				goName: f.Name,
				depth:  at.depth,
				hidden: !isColumn(f.Type, access, gorm),
			})
		}
	}
}

// visible keeps of each group the fields that Go would select by name, in order.
func visible(all []candidate) []Field {
	type name struct{ group, goName string }
	least := map[name]int{}
	count := map[name]int{}
	for _, c := range all {
		n := name{c.group, c.goName}
		if d, seen := least[n]; !seen || c.depth < d {
			least[n], count[n] = c.depth, 0
		}
		if c.depth == least[n] {
			count[n]++
		}
	}
	var fields []Field
	for _, c := range all {
		n := name{c.group, c.goName}
		if c.depth == least[n] && count[n] == 1 && !c.hidden {
			fields = append(fields, c.Field)
		}
	}
	return fields
}

// embedded returns the struct whose fields f contributes, if it is one.
func embedded(f reflect.StructField, gorm tag) (reflect.Type, bool) {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isScalar(t) {
		return nil, false
	}
	return t, f.Anonymous || f.IsExported() && gorm.has("EMBEDDED")
}

// isColumn reports whether a field holds a value of its own rather than related records.
func isColumn(t reflect.Type, access string, gorm tag) bool {
	switch {
	case access == "-":
		return false
	case access != "":
		return true
	case gorm.ignored():
		return false
	case gorm.has("SERIALIZER") || isScalar(t):
		return true
	}
	switch t.Kind() {
	case reflect.Pointer:
		return isColumn(t.Elem(), access, gorm)
	case reflect.Slice, reflect.Array:
		e := t.Elem()
		if e.Kind() == reflect.Pointer {
			e = e.Elem()
		}
		return e.Kind() != reflect.Struct || isScalar(e)
	case reflect.Struct, reflect.Func, reflect.Chan:
		return false
	}
	return true
}

// isScalar reports whether a type is one value although it may be a struct or a slice.
func isScalar(t reflect.Type) bool {
	return t == timeType || t.Implements(valuerType) || reflect.PointerTo(t).Implements(valuerType)
}

func columnName(f reflect.StructField, access string, gorm tag) string {
	switch {
	case access != "":
		return access
	case gorm["COLUMN"] != "":
		return gorm["COLUMN"]
	}
	return Snake(f.Name)
}

func jsonName(f reflect.StructField) string {
	full := f.Tag.Get("json")
	if full == "-" {
		return ""
	}
	name, _, _ := strings.Cut(full, ",")
	if name == "" {
		return f.Name
	}
	return name
}
