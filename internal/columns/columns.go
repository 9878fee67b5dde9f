package columns

import (
	"fmt"
	"reflect"
	"sync"
)

// Plan lists the columns of one struct type. It is immutable.
type Plan struct {
	Fields []Field // in order of declaration
	Err    error   // why the type has no plan: not a struct, or two fields of one name

	byName map[string]int
}

// Field is one column of a struct.
type Field struct {
	Name  string       // column name
	Index []int        // path to the field; it may lead through embedded pointers
	Type  reflect.Type // as declared
	JSON  string       // key in JSON, "" if encoding/json omits the field
}

var plans sync.Map // reflect.Type → *Plan

// Of returns the plan of struct type t, made once per type. It may be called concurrently.
func Of(t reflect.Type) *Plan {
	if p, ok := plans.Load(t); ok {
		return p.(*Plan)
	}
	p, _ := plans.LoadOrStore(t, newPlan(t))
	return p.(*Plan)
}

// Lookup finds a column by its name.
func (p *Plan) Lookup(name string) (Field, bool) {
	i, ok := p.byName[name]
	if !ok {
		return Field{}, false
	}
	return p.Fields[i], true
}

// Read returns the field of struct v, or the invalid Value if an embedded pointer on the way is
// nil: the column is then NULL.
func (f Field) Read(v reflect.Value) reflect.Value {
	for i, x := range f.Index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

func newPlan(t reflect.Type) *Plan {
	if t == nil || t.Kind() != reflect.Struct {
		return &Plan{Err: fmt.Errorf("columns: %v is not a struct: pass a pointer to the record's struct", t)}
	}
	p := &Plan{byName: map[string]int{}}
	for _, f := range visible(walk(t)) {
		if _, twice := p.byName[f.Name]; twice {
			p.Err = fmt.Errorf(`columns: %s has two fields for column %q: tag one with access:"-"`, t, f.Name)
			return &Plan{Err: p.Err}
		}
		p.byName[f.Name] = len(p.Fields)
		p.Fields = append(p.Fields, f)
	}
	return p
}
