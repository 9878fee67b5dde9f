package access

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/internal/columns"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Kinds is a set of statement kinds that a decision may run.
type Kinds uint8

// The statement kinds.
const (
	ReadRows Kinds = 1 << iota
	CreateRows
	UpdateRows
	DeleteRows
)

// Action is a verb of a type.
type Action struct {
	Name      string // lower snake case
	Kinds     Kinds  // statements a decision for it may run; 0: as StandardActions says, else none
	Sensitive bool   // never covered by "*" on an allow; what deletes rows always is
}

// Field is one field of a type.
type Field struct {
	Name  string
	Label map[string]string // by language, "en" and "zh"
}

// Type is one kind of record the host protects.
type Type struct {
	Name string
	// Model is a value of the host's struct. What Schema and Fields leave out is taken from it: attributes with
	// their kinds, fields, the key "id", and the table, which is what its method TableName says, else Name.
	Model   any
	Schema  scope.Schema
	Actions []Action // none: view, create, edit, delete
	Fields  []Field
	Label   map[string]string
	// Sensitive keeps "*" as a type on an allow from covering this type.
	Sensitive bool
}

// Catalog is what the host protects.
type Catalog struct {
	Types []Type
}

// StandardActions are the kinds and the sensitivity of actions that a Type names without saying more.
func StandardActions() []Action {
	return []Action{
		{Name: "view", Kinds: ReadRows},
		{Name: "create", Kinds: CreateRows},
		{Name: "edit", Kinds: ReadRows | UpdateRows},
		{Name: "delete", Kinds: ReadRows | DeleteRows, Sensitive: true},
		{Name: "export", Kinds: ReadRows, Sensitive: true},
		{Name: "print", Kinds: ReadRows},
		{Name: "import", Kinds: CreateRows, Sensitive: true},
		{Name: "assign", Kinds: ReadRows | UpdateRows},
		{Name: "transfer", Kinds: ReadRows | UpdateRows},
		{Name: "claim", Kinds: ReadRows | UpdateRows},
		{Name: "merge", Kinds: ReadRows | UpdateRows | DeleteRows},
		{Name: "approve", Kinds: ReadRows | UpdateRows},
		{Name: "share"},
		{Name: "unmask", Kinds: ReadRows, Sensitive: true},
		{Name: "impersonate", Sensitive: true},
		{Name: "administer", Sensitive: true},
		{Name: "explain", Sensitive: true},
		{Name: "sign_in"},
	}
}

// PolicyType is the type every Catalog has: the policy itself, with the actions view, administer and explain.
const PolicyType = "policy"

// Complete checks the Catalog and returns its types by name, with what is taken from their models filled in.
func (c Catalog) Complete() ([]Type, error) {
	compiled, err := compileCatalog(c)
	if err != nil {
		return nil, err
	}
	return compiled.complete(), nil
}

// catalog is a validated Catalog.
type catalog struct {
	types         map[string]*typeInfo
	byName        table[*typeInfo] // types
	names         []string
	actions       []string // of all types, sorted
	actionNumbers map[string]int
}

type typeInfo struct {
	Type
	number  int // among the types, by name
	actions map[string]*actionInfo
	byName  table[*actionInfo] // actions
	fields  []string
	keyKind scope.Kind                   // of the key's first attribute
	layout  atomic.Pointer[scope.Layout] // of the Model, or of the first struct that was seen
	shapes  shapes
	alike   int // the same for types that say the same of owner, team, region and creator
}

type actionInfo struct {
	Action
	number int    // among the type's actions
	global int    // among the actions of all types
	cell   uint32 // the same for no other action of any type
}

func compileCatalog(c Catalog) (*catalog, error) {
	out := &catalog{types: map[string]*typeInfo{}}
	policy := Type{
		Name: PolicyType, Sensitive: true,
		Schema:  scope.Schema{SingleTenant: true, Key: []string{"id"}, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindText}}},
		Actions: []Action{{Name: "view"}, {Name: "administer"}, {Name: "explain"}},
	}
	for _, t := range append([]Type{policy}, c.Types...) {
		info, err := compileType(t)
		if err != nil {
			return nil, invalid("catalog type", t.Name, err)
		}
		if out.types[t.Name] != nil {
			return nil, invalid("catalog type", t.Name, fmt.Errorf("is there twice"))
		}
		out.types[t.Name] = info
		out.names = append(out.names, t.Name)
	}
	slices.Sort(out.names)
	return out, out.count()
}

// clone returns a copy that shares no list with t.
func (t Type) clone() Type {
	s := &t.Schema
	s.Key, s.Owner, s.Attrs, s.Relations = slices.Clone(s.Key), slices.Clone(s.Owner), slices.Clone(s.Attrs), slices.Clone(s.Relations)
	for i := range s.Relations {
		s.Relations[i].Attrs = slices.Clone(s.Relations[i].Attrs)
	}
	t.Actions, t.Fields = slices.Clone(t.Actions), slices.Clone(t.Fields)
	return t
}

// count gives types and actions their numbers.
func (c *catalog) count() error {
	c.actionNumbers = map[string]int{}
	for i, name := range c.names {
		t := c.types[name]
		t.number = i
		for action := range t.actions {
			c.actionNumbers[action] = 0
		}
		if len(t.fields) >= anyNumber {
			return invalid("catalog type", name, fmt.Errorf("has %d fields, fewer than %d are allowed", len(t.fields), anyNumber))
		}
	}
	alike := map[string]int{}
	for _, name := range c.names {
		sameness := c.types[name].sameness()
		if _, ok := alike[sameness]; !ok {
			alike[sameness] = len(alike)
		}
		c.types[name].alike = alike[sameness]
	}
	c.actions = sortedKeys(c.actionNumbers)
	for i, name := range c.actions {
		c.actionNumbers[name] = i
	}
	if len(c.names) >= anyNumber || len(c.actions) >= anyNumber {
		return invalid("catalog", "", fmt.Errorf("has %d types and %d actions, fewer than %d of each are allowed", len(c.names), len(c.actions), anyNumber))
	}
	c.byName = newTable(c.types)
	cell := uint32(0)
	for _, name := range c.names {
		t := c.types[name]
		for _, action := range sortedKeys(t.actions) {
			act := t.actions[action]
			act.global, act.cell = c.actionNumbers[action], cell
			cell++
		}
		t.byName = newTable(t.actions)
	}
	return nil
}

// sameness is all that a stock scope reads of the type, and what its records look like.
func (t *typeInfo) sameness() string {
	s := &t.Schema
	text := fmt.Sprintf("%T", t.Model)
	for _, list := range [][]string{s.Owner, {s.Team}, {s.Region}, {s.Creator}} {
		text += "|"
		for _, name := range list {
			a, _ := s.Attr(name)
			text += fmt.Sprintf("%q %d ", name, a.Kind)
		}
	}
	return text
}

// shapes are what records of a type must have for what reads them, each once.
type shapes struct {
	mu sync.Mutex
	of map[string]*scope.Shape
}

func (t *typeInfo) shape(attrs []string) *scope.Shape {
	attrs = slices.Compact(slices.Sorted(slices.Values(attrs)))
	key := strings.Join(attrs, ",")
	t.shapes.mu.Lock()
	defer t.shapes.mu.Unlock()
	if t.shapes.of[key] == nil {
		if t.shapes.of == nil {
			t.shapes.of = map[string]*scope.Shape{}
		}
		t.shapes.of[key] = scope.NewShape(attrs...)
	}
	return t.shapes.of[key]
}

// layoutOf is the layout of a record's struct type; nil if it is no struct, or another than is usual for the type.
func (t *typeInfo) layoutOf(r scope.Record) *scope.Layout {
	l := t.layout.Load()
	if l == nil {
		l = scope.NewLayout(&t.Schema, r)
		t.layout.Store(l)
	}
	if l.Fits(r) {
		return l
	}
	return nil
}

// complete are the types by name.
func (c *catalog) complete() []Type {
	out := make([]Type, 0, len(c.names))
	for _, n := range c.names {
		t := c.types[n]
		info := t.Type.clone()
		info.Actions = nil
		for _, name := range sortedKeys(t.actions) {
			info.Actions = append(info.Actions, t.actions[name].Action)
		}
		out = append(out, info)
	}
	return out
}

func compileType(t Type) (*typeInfo, error) {
	t = t.clone()
	if err := checkName(t.Name); err != nil {
		return nil, err
	}
	t.Schema.Type = t.Name
	if t.Model != nil {
		if err := fromModel(&t); err != nil {
			return nil, err
		}
	}
	if len(t.Schema.Key) == 0 {
		t.Schema.Key = []string{"id"}
	}
	if t.Schema.Table == "" {
		t.Schema.Table = tableOf(t)
	}
	if err := t.Schema.Validate(); err != nil {
		return nil, err
	}
	key, _ := t.Schema.Attr(t.Schema.Key[0])
	info := &typeInfo{Type: t, keyKind: key.Kind, actions: map[string]*actionInfo{}}
	if t.Model != nil {
		info.layout.Store(scope.NewLayout(&t.Schema, scope.OfAny(t.Model)))
	}
	if len(t.Actions) == 0 {
		t.Actions = []Action{{Name: "view"}, {Name: "create"}, {Name: "edit"}, {Name: "delete"}}
	}
	for _, a := range t.Actions {
		if err := checkName(a.Name); err != nil {
			return nil, fmt.Errorf("action: %w", err)
		}
		if i := slices.IndexFunc(StandardActions(), func(s Action) bool { return s.Name == a.Name }); i >= 0 {
			s := StandardActions()[i]
			a.Sensitive = a.Sensitive || s.Sensitive
			if a.Kinds == 0 {
				a.Kinds = s.Kinds
			}
		}
		a.Sensitive = a.Sensitive || a.Kinds&DeleteRows != 0
		if info.actions[a.Name] != nil {
			return nil, fmt.Errorf("the action %q is there twice", a.Name)
		}
		info.actions[a.Name] = &actionInfo{Action: a, number: len(info.actions)}
	}
	for _, f := range t.Fields {
		if f.Name == "" || strings.ContainsAny(f.Name, ",*") || slices.Contains(info.fields, f.Name) {
			return nil, fmt.Errorf("field %q is blank, there twice, or holds a comma or a star", f.Name)
		}
		info.fields = append(info.fields, f.Name)
	}
	return info, nil
}

// tableOf is what the model's method TableName says, else the type's name.
func tableOf(t Type) string {
	if t.Model == nil {
		return t.Name
	}
	rt := reflect.TypeOf(t.Model)
	for rt.Kind() == reflect.Pointer {
		rt = rt.Elem()
	}
	if m, ok := reflect.New(rt).Interface().(interface{ TableName() string }); ok {
		return m.TableName()
	}
	return t.Name
}

// fromModel fills in what the Go struct already says.
func fromModel(t *Type) error {
	rt := reflect.TypeOf(t.Model)
	for rt.Kind() == reflect.Pointer {
		rt = rt.Elem()
	}
	if rt.Kind() != reflect.Struct {
		return fmt.Errorf("Model is a %s, it must be a struct", rt.Kind())
	}
	plan := columns.Of(rt)
	if plan.Err != nil {
		return plan.Err
	}
	known := map[string]bool{}
	for _, a := range t.Schema.Attrs {
		known[a.Name] = true
	}
	addFields := len(t.Fields) == 0
	for _, f := range plan.Fields {
		if addFields {
			t.Fields = append(t.Fields, Field{Name: f.Name})
		}
		if k := kindOf(f.Type); k != 0 && !known[f.Name] {
			t.Schema.Attrs = append(t.Schema.Attrs, scope.Attr{Name: f.Name, Kind: k})
		}
	}
	return nil
}

// kindOf is the attribute kind a Go type stands for, or 0.
func kindOf(t reflect.Type) scope.Kind {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return scope.KindTime
	case t.Kind() == reflect.Array && t.Len() == 16 && t.Elem().Kind() == reflect.Uint8:
		return scope.KindUUID
	}
	switch t.Kind() {
	case reflect.String:
		return scope.KindText
	case reflect.Bool:
		return scope.KindBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return scope.KindInt
	}
	return 0
}

func (c *catalog) coversType(pattern string, t *typeInfo, e Effect) bool {
	return pattern == t.Name || pattern == "*" && (e == Deny || !t.Sensitive)
}

func coversAction(pattern string, t *typeInfo, action string, e Effect) bool {
	if pattern == action {
		return true
	}
	act := t.actions[action]
	return pattern == "*" && act != nil && (e == Deny || !act.Sensitive)
}

// maskers is the set used when Config.Maskers is nil.
func maskers(m *field.Maskers) *field.Maskers {
	if m == nil {
		return field.NewMaskers()
	}
	return m
}

func (t *typeInfo) hasField(name string) bool { return slices.Contains(t.fields, name) }

func (c *catalog) hasAction(name string) bool {
	_, ok := c.actionNumbers[name]
	return ok
}
