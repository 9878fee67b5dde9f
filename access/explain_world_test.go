package access_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/require"
)

// entangle makes a world's people come by roles in several ways, suspends one of them and adds two whom the directory does
// not know: one is a system subject.
func (w *world) entangle() {
	roles := []string{"a", "b", "c", "d", "ann"}
	add := func(a access.Assignment) {
		if !slices.Contains(w.rows.Assignments, a) {
			w.rows.Assignments = append(w.rows.Assignments, a)
		}
	}
	for range 4 {
		add(access.Assignment{Subject: pick(w.rng, w.subjects()...), Role: pick(w.rng, roles...), Tenant: "acme"})
	}
	add(access.Assignment{Subject: "ghost", Role: pick(w.rng, roles...), Tenant: "acme"})
	add(access.Assignment{Subject: "system:job", Role: pick(w.rng, roles...), Tenant: "acme"})
	for _, l := range w.rows.Inherits {
		if w.rng.IntN(3) == 0 {
			l.Tenant = access.Shared
			w.shared.Inherits = append(w.shared.Inherits, l)
		}
	}
	if w.rng.IntN(3) == 0 {
		w.rows.Suspensions = append(w.rows.Suspensions, access.Suspension{Subject: "bob", Tenant: "acme", Reason: "leave"})
	}
	for _, r := range w.rows.Rules {
		if w.rng.IntN(8) == 0 && !usesDefinitions(r.When) {
			if r.Tenant = access.Shared; !slices.Contains(w.shared.Rules, r) {
				w.shared.Rules = append(w.shared.Rules, r)
			}
		}
	}
}

func (w *world) entangleWritable() { w.entangle(); w.makeEveryFieldWritable() }

// copied is a world of its own with the same policy, people and time.
func (w *world) copied() *world {
	out := *w
	clone := func(r access.Rows) access.Rows {
		r.Rules, r.Fields, r.Assignments = slices.Clone(r.Rules), slices.Clone(r.Fields), slices.Clone(r.Assignments)
		r.Inherits, r.Grants, r.Suspensions = slices.Clone(r.Inherits), slices.Clone(r.Grants), slices.Clone(r.Suspensions)
		r.Definitions = slices.Clone(r.Definitions)
		return r
	}
	out.rows, out.shared = clone(w.rows), clone(w.shared)
	out.org.People = slices.Clone(w.org.People)
	return &out
}

// unknowable is a scope of which nothing is ever known.
type unknowable struct{}

func (unknowable) Check(*scope.Schema) error                            { return nil }
func (unknowable) Resolve(scope.Subject, *scope.Schema) scope.Predicate { return scope.Predicate{} }

// decides asks a new Authorizer over the world.
func (w *world) decides(t require.TestingT, r access.Request, where string) bool {
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
	require.NoError(t, err, where)
	dir := access.NewMemoryDirectory()
	dir.Set("acme", w.org)
	a, err := access.New(context.Background(), store, access.Config{
		Catalog:   access.Catalog{Types: []access.Type{customerType("customer"), customerType("deal")}},
		Directory: dir, Now: func() time.Time { return w.now }, Scopes: map[string]scope.Resolver{"unknowable": unknowable{}},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err, where)
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err, where)
	require.NoError(t, a.Close(), where)
	return d.Allowed()
}

// leafName is how an explanation calls a scope, or a condition, which has no pin.
func leafName(name, pin string) string {
	if pin == "" || isCondition(name) || name == "approved" {
		return name
	}
	return pin + "." + name
}

// restricted writes an expression with every name unknowable that is not among those to keep.
func restricted(e when.Expr, pin string, keep map[string]bool) when.Expr {
	if e.Op != when.Ref {
		out := when.Expr{Op: e.Op}
		for _, k := range e.Kids {
			out.Kids = append(out.Kids, restricted(k, pin, keep))
		}
		return out
	}
	if e.Name.Pin == "action" {
		return e
	}
	if e.Name.Pin != "" {
		pin = e.Name.Pin
	}
	if e.Name.Name == "mixed" {
		inner, err := when.Parse("own || team && !office")
		if err != nil {
			panic(err)
		}
		return restricted(inner, pin, keep)
	}
	if !keep[leafName(e.Name.Name, pin)] {
		return when.Expr{Op: when.Ref, Name: when.Name{Name: "unknowable"}}
	}
	if isCondition(e.Name.Name) || e.Name.Name == "approved" {
		pin = ""
	}
	return when.Expr{Op: when.Ref, Name: when.Name{Pin: pin, Name: e.Name.Name}}
}

// only is the world with one allow rule, all denies, and nothing known but the names to keep; without a rule it has no
// allow at all.
func (w *world) only(rule *access.Rule, keep map[string]bool) *world {
	out := w.copied()
	out.rows.Rules, out.shared.Rules = nil, nil
	for _, r := range slices.Concat(w.rows.Rules, w.shared.Rules) {
		if r.Effect == access.Allow && (rule == nil || r != *rule) {
			continue
		}
		e, err := when.Parse(r.When)
		if err != nil {
			panic(err)
		}
		r.Tenant, r.When = "acme", "w"+strconv.Itoa(len(out.rows.Rules))
		out.rows.Definitions = append(out.rows.Definitions, access.Definition{Name: r.When, Tenant: "acme", Expr: restricted(e, "", keep).String()})
		out.rows.Rules = append(out.rows.Rules, r)
	}
	return out
}

// along is the world in which the subject holds nothing but by the path, one step of it left out if there is one of that
// number.
func (w *world) along(subject string, path []access.Step, without int) *world {
	out := w.copied()
	out.rows.Assignments = slices.DeleteFunc(out.rows.Assignments, func(a access.Assignment) bool { return a.Subject == subject })
	out.rows.Grants = slices.DeleteFunc(out.rows.Grants, func(g access.Grant) bool { return g.Subject == subject })
	out.rows.Inherits, out.shared.Inherits = nil, nil
	for i, s := range path {
		switch {
		case i == without:
		case s.Assignment != nil:
			out.rows.Assignments = append(out.rows.Assignments, *s.Assignment)
		case s.Grant != nil:
			out.rows.Grants = append(out.rows.Grants, *s.Grant)
		case s.Inherits.Tenant == access.Shared:
			out.shared.Inherits = append(out.shared.Inherits, *s.Inherits)
		default:
			out.rows.Inherits = append(out.rows.Inherits, *s.Inherits)
		}
	}
	return out
}

// facts are the names of a ground.
func facts(g access.Ground) map[string]bool {
	out := map[string]bool{}
	for _, n := range g.Names {
		out[n.Name] = true
	}
	for _, d := range g.Denies {
		for _, n := range d.Names {
			out[n.Name] = true
		}
	}
	return out
}

// questions are requests of all kinds about the world: records, collections, creates and bulk writes.
func (w *world) questions(subject string, env condition.Env) map[string]access.Request {
	s := access.Subject{ID: subject, Tenant: "acme"}
	r := w.records[w.rng.IntN(len(w.records))]
	_, set := w.change(r)
	out := map[string]access.Request{}
	for _, q := range []struct {
		action string
		res    access.Resource
	}{
		{"view", access.Resource{Record: r.view()}}, {"edit", access.Resource{Record: r.view()}}, {"export", access.Resource{Record: r.view()}},
		{"create", access.Resource{New: r.view()}}, {"view", access.Resource{}}, {"edit", access.Resource{Set: set}},
	} {
		q.res.Type = "customer"
		out[fmt.Sprintf("%s %s old=%t new=%t set=%v %+v", subject, q.action, !q.res.Record.IsZero(), !q.res.New.IsZero(), q.res.Set, r)] =
			access.Request{Subject: s, Action: q.action, Resource: q.res, Env: env}
	}
	return out
}

func explained(t *testing.T, a *access.Authorizer, r access.Request, where string) access.Explanation {
	t.Helper()
	x, err := a.Explain(context.Background(), r)
	require.NoError(t, err, where)
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err, where)
	require.Equal(t, d.Allowed(), x.Allowed, where)
	return x
}
