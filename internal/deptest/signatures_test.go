package deptest

import (
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/internal/apigolden"
)

// These promise that a host which calls them imports nothing but them and the standard library.
var selfContained = append([]string{
	module + "/scope/orgtree", module + "/audit/chain", module + "/access/reasontext",
}, core...)

func TestSignaturesNameNoForeignType(t *testing.T) {
	files(t) // so that the go command repeats this test when any source has changed
	packages, err := apigolden.Load(selfContained...)
	require.NoError(t, err)
	require.Len(t, packages, len(selfContained))
	for _, pkg := range packages {
		for _, fault := range foreign(pkg) {
			t.Error(fault)
		}
	}
}

// foreign returns a sentence for each exported name of pkg through which a type of another module, or of an internal
// package, can be seen.
func foreign(pkg *types.Package) []string {
	var found []string
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		v := visitor{home: pkg, seen: map[types.Type]bool{}}
		v.visit(object.Type())
		for _, path := range v.foreign {
			found = append(found, pkg.Path()+"."+name+" names a type of "+path+
				": hosts call the library without importing other modules or following their versions")
		}
	}
	return found
}

type visitor struct {
	home    *types.Package
	seen    map[types.Type]bool
	foreign []string
}

func (v *visitor) visit(t types.Type) {
	if t == nil || v.seen[t] {
		return
	}
	v.seen[t] = true
	switch t := t.(type) {
	case *types.Alias:
		v.name(t.Obj())
		v.list(t.TypeArgs())
		v.visit(types.Unalias(t))
	case *types.Named:
		v.name(t.Obj())
		v.list(t.TypeArgs())
		if t.Obj().Pkg() != v.home {
			return
		}
		for i := range t.TypeParams().Len() {
			v.visit(t.TypeParams().At(i).Constraint())
		}
		v.visit(t.Underlying())
		for i := range t.NumMethods() {
			if m := t.Method(i); m.Exported() {
				v.visit(m.Type())
			}
		}
	case *types.Struct:
		for i := range t.NumFields() {
			if f := t.Field(i); f.Exported() || f.Embedded() {
				v.visit(f.Type())
			}
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			if m := t.ExplicitMethod(i); m.Exported() {
				v.visit(m.Type())
			}
		}
		for i := range t.NumEmbeddeds() {
			v.visit(t.EmbeddedType(i))
		}
	case *types.Signature:
		for i := range t.TypeParams().Len() {
			v.visit(t.TypeParams().At(i).Constraint())
		}
		v.visit(t.Params())
		v.visit(t.Results())
	case *types.Tuple:
		for i := range t.Len() {
			v.visit(t.At(i).Type())
		}
	case *types.Union:
		for i := range t.Len() {
			v.visit(t.Term(i).Type())
		}
	case *types.Map:
		v.visit(t.Key())
		v.visit(t.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		v.visit(t.Elem())
	}
}

func (v *visitor) list(args *types.TypeList) {
	for i := range args.Len() {
		v.visit(args.At(i))
	}
}

func (v *visitor) name(o *types.TypeName) {
	if o.Pkg() == nil || standard(o.Pkg().Path()) {
		return
	}
	path := o.Pkg().Path()
	if !strings.HasPrefix(path, module+"/") || strings.Contains(path, "/internal/") {
		v.foreign = append(v.foreign, path)
	}
}

// Each exported variable here hides a foreign type in another place; the visitor must find them all.
func TestForeignIsFound(t *testing.T) {
	home := types.NewPackage(module+"/sample", "sample")
	geo := types.NewPackage("example.org/geo", "geo")
	point := types.NewNamed(types.NewTypeName(0, geo, "Point", nil), types.NewStruct(nil, nil), nil)
	field := func(name string, embedded bool) types.Type {
		return types.NewStruct([]*types.Var{types.NewField(0, home, name, point, embedded)}, nil)
	}
	tuple := types.NewTuple(types.NewVar(0, home, "p", point))
	takes := types.NewSignatureType(nil, nil, nil, tuple, nil, false)
	own := types.NewNamed(types.NewTypeName(0, home, "own", nil), types.Typ[types.Int], nil)
	own.AddMethod(types.NewFunc(0, home, "At",
		types.NewSignatureType(types.NewVar(0, home, "o", own), nil, nil, tuple, nil, false)))
	var want []string
	for name, hiding := range map[string]types.Type{
		"Itself":   point,
		"Pointer":  types.NewPointer(point),
		"Slice":    types.NewSlice(point),
		"Array":    types.NewArray(point, 3),
		"Chan":     types.NewChan(types.SendRecv, point),
		"MapKey":   types.NewMap(point, types.Typ[types.Int]),
		"MapValue": types.NewMap(types.Typ[types.Int], point),
		"Field":    field("Place", false),
		"Embedded": field("point", true),
		"Takes":    takes,
		"Returns":  types.NewSignatureType(nil, nil, nil, nil, tuple, false),
		"Demands":  types.NewInterfaceType([]*types.Func{types.NewFunc(0, home, "At", takes)}, nil),
		"Union":    types.NewInterfaceType(nil, []types.Type{types.NewUnion([]*types.Term{types.NewTerm(true, point)})}),
		"Method":   types.NewPointer(own),
		"Alias":    types.NewAlias(types.NewTypeName(0, home, "Place", nil), point),
	} {
		home.Scope().Insert(types.NewVar(0, home, name, hiding))
		want = append(want, name)
	}
	home.Scope().Insert(types.NewVar(0, home, "Unexported", field("place", false)))
	home.Scope().Insert(types.NewVar(0, home, "concealed", point))
	var found []string
	for _, fault := range foreign(home) {
		assert.Contains(t, fault, "example.org/geo")
		found = append(found, strings.Fields(strings.TrimPrefix(fault, home.Path()+"."))[0])
	}
	assert.ElementsMatch(t, want, found)
}
