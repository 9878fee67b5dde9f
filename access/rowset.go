package access

import (
	"maps"
	"reflect"
	"slices"
)

// tenants returns where each row keeps its tenant.
func (r *Rows) tenants() []*string {
	var out []*string
	for i := range r.Rules {
		out = append(out, &r.Rules[i].Tenant)
	}
	for i := range r.Fields {
		out = append(out, &r.Fields[i].Tenant)
	}
	for i := range r.Assignments {
		out = append(out, &r.Assignments[i].Tenant)
	}
	for i := range r.Inherits {
		out = append(out, &r.Inherits[i].Tenant)
	}
	for i := range r.Grants {
		out = append(out, &r.Grants[i].Tenant)
	}
	for i := range r.Definitions {
		out = append(out, &r.Definitions[i].Tenant)
	}
	for i := range r.Suspensions {
		out = append(out, &r.Suspensions[i].Tenant)
	}
	for i := range r.Roles {
		out = append(out, &r.Roles[i].Tenant)
	}
	return out
}

// of returns a copy of the rows with the tenant filled in where a row names none.
func (r Rows) of(tenant string) Rows {
	out := Rows{}.plus(r)
	for _, t := range out.tenants() {
		if *t == "" {
			*t = tenant
		}
	}
	return out
}

// plus returns a copy of the rows followed by those of more. It shares no memory with either.
func (r Rows) plus(more Rows) Rows {
	out := Rows{
		Rules:       slices.Concat(r.Rules, more.Rules),
		Fields:      slices.Concat(r.Fields, more.Fields),
		Assignments: slices.Concat(r.Assignments, more.Assignments),
		Inherits:    slices.Concat(r.Inherits, more.Inherits),
		Grants:      slices.Concat(r.Grants, more.Grants),
		Definitions: slices.Concat(r.Definitions, more.Definitions),
		Suspensions: slices.Concat(r.Suspensions, more.Suspensions),
		Roles:       slices.Concat(r.Roles, more.Roles),
	}
	for i := range out.Definitions {
		out.Definitions[i] = out.Definitions[i].clone()
	}
	return out
}

// with returns the rows after a change. A row added that is there already, or removed that is not, is ErrConflict.
func (r Rows) with(c Change) (Rows, error) {
	var err error
	out := Rows{
		Rules:       changed(r.Rules, c.Add.Rules, c.Remove.Rules, &err),
		Fields:      changed(r.Fields, c.Add.Fields, c.Remove.Fields, &err),
		Assignments: changed(r.Assignments, c.Add.Assignments, c.Remove.Assignments, &err),
		Inherits:    changed(r.Inherits, c.Add.Inherits, c.Remove.Inherits, &err),
		Grants:      changed(r.Grants, c.Add.Grants, c.Remove.Grants, &err),
		Definitions: changed(r.Definitions, c.Add.Definitions, c.Remove.Definitions, &err),
		Suspensions: changed(r.Suspensions, c.Add.Suspensions, c.Remove.Suspensions, &err),
		Roles:       changed(r.Roles, c.Add.Roles, c.Remove.Roles, &err),
	}
	if err != nil {
		return Rows{}, err
	}
	return out, nil
}

// changed removes, then adds. It keeps the first error it meets in err.
func changed[T any](now, add, remove []T, err *error) []T {
	out := slices.Clone(now)
	for _, row := range remove {
		i := slices.IndexFunc(out, func(x T) bool { return sameRow(x, row) })
		if i < 0 {
			*err = firstOf(*err, absent(row))
			continue
		}
		out = slices.Delete(out, i, i+1)
	}
	for _, row := range add {
		if slices.ContainsFunc(out, func(x T) bool { return sameRow(x, row) }) {
			*err = firstOf(*err, present(row))
			continue
		}
		out = append(out, row)
	}
	return out
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// sameRow compares two rows; times are the same if they are the same instant.
func sameRow(a, b any) bool {
	x, isGrant := a.(Grant)
	if !isGrant {
		return reflect.DeepEqual(a, b)
	}
	y := b.(Grant)
	if !x.From.Equal(y.From) || !x.Until.Equal(y.Until) {
		return false
	}
	x.From, x.Until = y.From, y.Until
	return x == y
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
