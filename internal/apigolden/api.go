package apigolden

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// API returns the exported API of a package, one line for each thing, sorted. Names of other packages are written with
// the last part of their path, as in source. Struct tags are part of a field's line; a type that cannot be implemented
// or filled from outside says so.
func API(pkg *types.Package) []string {
	l := &lines{pkg: pkg}
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch o := object.(type) {
		case *types.Const:
			l.constant(o)
		case *types.Var:
			l.add("var %s %s", name, l.of(o.Type()))
		case *types.Func:
			l.add("func %s%s", name, l.signature(o))
		case *types.TypeName:
			l.typeName(o)
		}
	}
	slices.Sort(l.all)
	return slices.Compact(l.all)
}

type lines struct {
	pkg *types.Package
	all []string
}

func (l *lines) add(format string, args ...any) {
	l.all = append(l.all, fmt.Sprintf(format, args...))
}

func (l *lines) constant(o *types.Const) {
	if basic, ok := o.Type().(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		l.add("const %s = %s", o.Name(), o.Val().ExactString())
		return
	}
	l.add("const %s %s = %s", o.Name(), l.of(o.Type()), o.Val().ExactString())
}

// of spells a type as the package's own source would.
func (l *lines) of(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == l.pkg {
			return ""
		}
		return p.Name()
	})
}

func (l *lines) signature(f *types.Func) string {
	return strings.TrimPrefix(l.of(f.Type()), "func")
}

func (l *lines) typeName(o *types.TypeName) {
	if o.IsAlias() {
		l.add("type %s = %s", o.Name(), l.of(types.Unalias(o.Type())))
		return
	}
	name := l.of(o.Type())
	switch t := o.Type().Underlying().(type) {
	case *types.Struct:
		l.add("type %s struct", name)
		l.fields(name, t)
		l.methods(o.Type())
	case *types.Interface:
		l.add("type %s interface", name)
		l.demands(name, t)
	default:
		l.add("type %s %s", name, l.of(t))
		l.methods(o.Type())
	}
}

// fields lists what a host can select: exported fields, and those promoted from unexported embedded structs.
func (l *lines) fields(name string, s *types.Struct) {
	for i := range s.NumFields() {
		field := s.Field(i)
		if field.Embedded() && !field.Exported() {
			if inner, ok := deref(field.Type()).Underlying().(*types.Struct); ok {
				l.fields(name, inner)
			}
			continue
		}
		if !field.Exported() {
			continue
		}
		line := fmt.Sprintf("type %s struct, %s %s", name, field.Name(), l.of(field.Type()))
		if field.Embedded() {
			line = fmt.Sprintf("type %s struct, embedded %s", name, l.of(field.Type()))
		}
		if tag := s.Tag(i); tag != "" {
			line += " `" + tag + "`"
		}
		l.add("%s", line)
	}
}

// methods lists the methods of a pointer to t, promoted ones too, each under the receiver that it needs.
func (l *lines) methods(t types.Type) {
	value := types.NewMethodSet(t)
	for method := range each(types.NewMethodSet(types.NewPointer(t))) {
		if !method.Exported() {
			continue
		}
		receiver := l.of(t)
		if value.Lookup(method.Pkg(), method.Name()) == nil {
			receiver = "*" + receiver
		}
		l.add("method (%s) %s%s", receiver, method.Name(), l.signature(method))
	}
}

// demands lists the methods and type terms of an interface.
func (l *lines) demands(name string, i *types.Interface) {
	for method := range each(types.NewMethodSet(i)) {
		if method.Exported() {
			l.add("type %s interface, %s%s", name, method.Name(), l.signature(method))
		} else {
			l.add("type %s interface, sealed", name)
		}
	}
	for n := range i.NumEmbeddeds() {
		if union, ok := i.EmbeddedType(n).(*types.Union); ok {
			l.add("type %s interface, %s", name, l.of(union))
		}
	}
}

func each(set *types.MethodSet) func(func(*types.Func) bool) {
	return func(yield func(*types.Func) bool) {
		for i := range set.Len() {
			if f, ok := set.At(i).Obj().(*types.Func); ok && !yield(f) {
				return
			}
		}
	}
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
