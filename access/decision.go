package access

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Decision is the answer to one request. The zero Decision is a denial that selects and shows nothing. A Decision does
// not change and may be shared; it keeps the policy that it was made on in memory.
type Decision struct {
	q quick
	d *decided // set: the decision went the long way
}

// full is all that the decision was made from; nil for the zero Decision.
func (d Decision) full() *decided {
	if d.d != nil || d.q.auth == nil {
		return d.d
	}
	return d.q.full()
}

// decided is all that a decision was made from; what callers seldom ask for is worked out when they do.
type decided struct {
	auth     *Authorizer
	view     *view
	req      Request
	typ      *typeInfo
	images   images
	parties  []*party
	allowed  bool
	scope    scope.Predicate // if allowed: what it covers
	key      scope.Predicate // of the record as it stands
	until    time.Time       // see Decision.ValidUntil; zero: never
	supposed bool            // by Explain or Simulate: nothing may be done under it
	early    []Reason        // set: it ended before the rules were asked
	fields   []string        // offending fields of a write

	id        string // see Decision.ID
	idOnce    sync.Once
	committed atomic.Bool
}

func (d *decided) end(r Reason) { d.early = []Reason{r} }
func (d *decided) ended() bool  { return d.early != nil }

// Allowed reports whether the action may be done.
func (d Decision) Allowed() bool {
	if d.d != nil {
		return d.d.allowed
	}
	return d.q.allowed
}

// Err is nil if the action is allowed, else a *DeniedError.
func (d Decision) Err() error {
	if d.Allowed() {
		return nil
	}
	e := &DeniedError{Action: d.Action(), Type: d.Type()}
	for _, r := range d.Reasons() {
		if r.Public {
			told := Reason{Code: r.Code, At: r.At, Public: true}
			if x := d.full(); x != nil && x.fields != nil {
				told.Missing = r.Missing
			}
			e.Public = append(e.Public, told)
		}
	}
	return e
}

// Scope selects the records that the decision covers, the tenant's only. That of a decision about one record selects
// that record while it still fits, and so is the key of a write; that of a create tests the record to be made. Unless
// the decision is allowed it selects nothing.
func (d Decision) Scope() scope.Predicate {
	switch {
	case !d.Allowed():
		return scope.None()
	case d.d == nil && d.q.list != nil:
		return d.q.list.scope
	}
	return d.full().scope
}

// ScopeAfter is Scope for a write that sets these attributes: a stored row is in it if the row is in reach now and
// would pass the rules with the values set. A name that is no attribute or field of the type selects nothing.
func (d Decision) ScopeAfter(values map[string]scope.Value) scope.Predicate {
	if !d.Allowed() {
		return scope.None()
	}
	x := d.full()
	for name := range values {
		if _, ok := x.typ.Schema.Attr(name); !ok && !x.typ.hasField(name) {
			return scope.None()
		}
	}
	if values == nil {
		values = map[string]scope.Value{}
	}
	out, err := x.where(values)
	if err != nil {
		return scope.None()
	}
	return out
}

// where builds the predicate of the decision, for a write that sets the values if there are any.
func (d *decided) where(values map[string]scope.Value) (scope.Predicate, error) {
	all := []scope.Predicate{scope.All()}
	for _, p := range d.parties {
		all = append(all, p.where(d, values))
	}
	if !d.images.old.IsZero() {
		all = append(all, d.key)
	}
	out := scope.And(all...)
	if err := out.Check(&d.typ.Schema); err != nil {
		return scope.None(), invalid("scope", d.typ.Name, err)
	}
	out, err := out.Within(&d.typ.Schema, d.req.Subject.Tenant)
	if err != nil || len(values) == 0 {
		return out, err
	}
	tenant, err := scope.All().Within(&d.typ.Schema, d.req.Subject.Tenant)
	return scope.And(out, tenant.Set(values)), err
}

// where is the predicate of one party. A write decided on both images has tested the new one already; until its values
// are known as a set, names pinned to it keep the value they had then.
func (p *party) where(d *decided, values map[string]scope.Value) scope.Predicate {
	switch {
	case d.images.old.IsZero() && !d.images.new.IsZero():
		return p.predicate(reading{bare: asIs, old: unknown, new: asIs})
	case values == nil && !d.images.new.IsZero():
		return p.predicate(reading{bare: asIs, old: asIs, new: kept(p.kept[0].values)})
	}
	return p.rows(values)
}

// key selects one record.
func (t *typeInfo) key(r scope.Record) (scope.Predicate, error) {
	all := make([]scope.Predicate, 0, len(t.Schema.Key))
	for _, name := range t.Schema.Key {
		attr, _ := t.Schema.Attr(name)
		v, err := r.Value(name, attr.Kind)
		if err != nil {
			return scope.None(), err
		}
		all = append(all, scope.Eq(name, v))
	}
	return scope.And(all...), nil
}

// Fields is the mask of the type's fields; it hides everything unless the decision is allowed.
func (d Decision) Fields() field.Mask {
	if !d.Allowed() {
		return field.Mask{}
	}
	m, err := d.full().mask()
	if err != nil {
		return field.Mask{}
	}
	return m
}

// ValidUntil is the first instant at which time alone could change the answer, if there is one. A change of policy, of
// the directory or of the record can change it earlier.
func (d Decision) ValidUntil() (time.Time, bool) {
	x := d.full()
	if x == nil {
		return time.Time{}, false
	}
	return x.until, !x.until.IsZero()
}

// edge notes an instant at which time could change the answer.
func (d *decided) edge(t time.Time) {
	if !t.IsZero() && (d.until.IsZero() || t.Before(d.until)) {
		d.until = t
	}
}

// Revision is the policy and directory the decision was made on.
func (d Decision) Revision() Revision {
	v := d.q.view
	if d.d != nil {
		v = d.d.view
	}
	if v == nil {
		return Revision{}
	}
	return v.revision()
}

// ID names the decision in the audit trail; "" for the zero Decision.
func (d Decision) ID() string {
	switch {
	case d.d != nil:
		d.d.idOnce.Do(func() { d.d.id = randomID() })
		return d.d.id
	case d.q.auth == nil:
		return ""
	}
	return d.q.name()
}

// Subject is who asked.
func (d Decision) Subject() Subject {
	if d.d != nil {
		return d.d.req.Subject
	}
	if d.q.auth == nil {
		return Subject{}
	}
	return d.q.subject()
}

// Action is what was asked for.
func (d Decision) Action() string {
	switch {
	case d.d != nil:
		return d.d.req.Action
	case d.q.prog == nil:
		return ""
	}
	return d.q.prog.action
}

// Type is the type asked about.
func (d Decision) Type() string {
	if t := d.typ(); t != nil {
		return t.Name
	}
	return ""
}

func (d Decision) auth() *Authorizer {
	if d.d != nil {
		return d.d.auth
	}
	return d.q.auth
}

func (d Decision) typ() *typeInfo {
	switch {
	case d.d != nil:
		return d.d.typ
	case d.q.prog == nil:
		return nil
	}
	return d.q.prog.typ
}

// Record is the record the decision is about as it stands: the one given, or the one loaded by its id. It is the zero
// Record for a collection, a create, and unless the decision is allowed.
func (d Decision) Record() scope.Record {
	switch {
	case !d.Allowed():
		return scope.Record{}
	case d.d != nil:
		return d.d.images.old
	}
	return d.q.record
}

// Kinds are the statements the decision may run: none unless it is allowed, nor for one of Explain or Simulate.
func (d Decision) Kinds() Kinds {
	if !d.Allowed() || d.d != nil && d.d.supposed {
		return 0
	}
	return d.typ().actions[d.Action()].Kinds
}

// Schema describes the type asked about; nil for the zero Decision. It must not be changed.
func (d Decision) Schema() *scope.Schema {
	if t := d.typ(); t != nil {
		return &t.Schema
	}
	return nil
}

// Advisory reports whether the request was advisory.
func (d Decision) Advisory() bool {
	if d.d != nil {
		return d.d.req.Advisory
	}
	return d.q.advice
}

// Collection reports whether the decision is about the type as a whole.
func (d Decision) Collection() bool {
	if d.d != nil {
		return d.d.req.Resource.Collection()
	}
	return d.q.auth != nil && d.q.record.IsZero()
}

// Committed reports whether Commit was called for the decision. Without Config.Audit nothing is kept of it.
func (d Decision) Committed() bool { return d.d != nil && d.d.committed.Load() }

// Revision identifies a state of policy and directory. The zero Revision is older than any.
type Revision struct{ policy, directory uint64 }

func (v *view) revision() Revision {
	r := Revision{policy: v.snap.revision}
	if v.org != nil {
		r.directory = v.org.revision
	}
	return r
}

func (r Revision) newerThan(v *view) bool {
	at := v.revision()
	return r.policy > at.policy || r.directory > at.directory
}

// Policy is the number a Change is made against.
func (r Revision) Policy() uint64 { return r.policy }

// String is the token that ParseRevision reads.
func (r Revision) String() string { return fmt.Sprintf("%d.%d", r.policy, r.directory) }

// ParseRevision reads a token made by Revision.String.
func ParseRevision(token string) (Revision, error) {
	p, d, ok := strings.Cut(token, ".")
	policy, err1 := strconv.ParseUint(p, 10, 64)
	directory, err2 := strconv.ParseUint(d, 10, 64)
	r := Revision{policy, directory}
	if !ok || err1 != nil || err2 != nil || r.String() != token {
		return Revision{}, invalid("revision", token, fmt.Errorf("is not a token made by Revision.String"))
	}
	return r, nil
}
