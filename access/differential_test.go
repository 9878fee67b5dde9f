package access_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
	"github.com/stretchr/testify/require"
)

// naive values a when by its text, with names valued by brute force.
type naive struct {
	w        *world
	subject  string
	action   string
	old, new *record
	img      string
	env      condition.Env
	keep     map[string]bool // the names that are known; nil: all
}

func (n naive) Value(text string) int8 {
	e, err := when.Parse(text)
	if err != nil {
		panic(err)
	}
	return n.of(e, "")
}

func (n naive) of(e when.Expr, pin string) int8 {
	switch e.Op {
	case when.Not:
		return -n.of(e.Kids[0], pin)
	case when.And:
		v := int8(1)
		for _, k := range e.Kids {
			v = min(v, n.of(k, pin))
		}
		return v
	case when.Or:
		v := int8(-1)
		for _, k := range e.Kids {
			v = max(v, n.of(k, pin))
		}
		return v
	}
	if e.Name.Pin == "action" {
		if e.Name.Name == n.action {
			return 1
		}
		return -1
	}
	if e.Name.Pin != "" {
		pin = e.Name.Pin
	}
	if e.Name.Name == "mixed" {
		inner, _ := when.Parse("own || team && !office")
		return n.of(inner, pin)
	}
	if n.keep != nil && !n.keep[leafName(e.Name.Name, pin)] {
		return 0
	}
	r := n.old
	if pin == "new" || pin == "" && n.img == "new" {
		r = n.new
	}
	return n.w.truth(e.Name.Name, n.subject, r, n.env)
}

// enforcer is Casbin over the world's rows as they are stored, one g row for each grant live at the time.
func (w *world) enforcer(t require.TestingT) casbinEnforcer {
	var lines [][]string
	for _, r := range append(slices.Clone(w.rows.Rules), w.shared.Rules...) {
		r.Tenant = "acme"
		lines = append(lines, r.Line())
	}
	for _, i := range w.rows.Inherits {
		lines = append(lines, i.Line())
	}
	for _, a := range w.rows.Assignments {
		lines = append(lines, a.Line())
	}
	for _, g := range w.rows.Grants {
		if !w.now.Before(g.From) && w.now.Before(g.Until) {
			lines = append(lines, access.Assignment{Subject: g.Subject, Role: g.Role, Tenant: "acme"}.Line())
		}
	}
	ordinary := func(action string) bool { return action != "export" && action != "delete" }
	e, err := casbinx.New(lines, casbinx.Functions{
		CoversType: func(pattern, typ, _ string) bool { return pattern == typ || pattern == "*" },
		CoversAction: func(pattern, _, action, eft string) bool {
			return pattern == action || pattern == "*" && (eft == "deny" || ordinary(action))
		},
	})
	require.NoError(t, err)
	return func(n naive, typ string) bool {
		ok, err := casbinx.Enforce(e, "u:"+n.subject, "acme", typ, n.action, n)
		require.NoError(t, err)
		return ok
	}
}

type casbinEnforcer func(n naive, typ string) bool

func (w *world) authorizer(t require.TestingT) *access.Authorizer {
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
	require.NoError(t, err)
	dir := access.NewMemoryDirectory()
	dir.Set("acme", w.org)
	a, err := access.New(context.Background(), store, access.Config{
		Catalog:   access.Catalog{Types: []access.Type{customerType("customer"), customerType("deal")}},
		Directory: dir, Now: func() time.Time { return w.now }, CrossCheck: 0.05, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	return a
}

// Every random decision is Casbin's, and a collection selects exactly the records that Casbin allows one by one.
func TestDifferential(t *testing.T) {
	want := 20_000
	if s := os.Getenv("CRMACCESS_DECISIONS"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		want = max(want, n)
	}
	base := rand.Uint64()
	t.Logf("base seed %d", base)
	decided, allowed, unknownSubjects := 0, 0, 0
	for i := uint64(0); decided < want; i++ {
		w := newWorld(base + i)
		a, casbin := w.authorizer(t), w.enforcer(t)
		for _, subject := range w.subjects() {
			env := w.env()
			for _, typ := range []string{"customer", "deal"} {
				for _, action := range worldActions {
					ask := func(res access.Resource) access.Decision {
						res.Type = typ
						d, err := a.Authorize(context.Background(), access.Request{
							Subject: access.Subject{ID: subject, Tenant: "acme"}, Action: action, Resource: res, Env: env,
						})
						require.NoError(t, err, "seed %d", base+i)
						return d
					}
					where := func(r *record) string {
						return fmt.Sprintf("seed %d: %s %s %s %+v", base+i, subject, action, typ, r)
					}
					barred := w.people[subject].Inactive
					list := ask(access.Resource{})
					for k := range w.records {
						r := &w.records[k]
						n := naive{w: w, subject: subject, action: action, old: r, img: "old", env: env}
						theirs := casbin(n, typ) && !barred
						if action == "create" {
							n.old, n.new, n.img = nil, r, "new"
							theirs = casbin(n, typ) && !barred
							require.Equal(t, theirs, allowedUpToFields(ask(access.Resource{New: r.view()})), where(r))
						} else {
							require.Equal(t, theirs, ask(access.Resource{Record: r.view()}).Allowed(), where(r))
						}
						in, err := list.Scope().Match(r.view())
						require.NoError(t, err)
						require.Equal(t, theirs, in, "collection: %s", where(r))
						decided += 2
						if theirs {
							allowed += 2
						}
						if action == "edit" {
							next := &w.records[w.rng.IntN(len(w.records))]
							n.new = next
							onOld := casbin(n, typ)
							n.img = "new"
							both := onOld && casbin(n, typ) && !barred
							require.Equal(t, both, allowedUpToFields(ask(access.Resource{Record: r.view(), New: next.view()})), where(r))
							decided++
						}
					}
				}
			}
			if barred := w.people[subject].Inactive; barred {
				unknownSubjects++
			}
		}
		require.NoError(t, a.Close())
	}
	t.Logf("%d decisions, %d%% allowed", decided, 100*allowed/decided)
	require.Greater(t, allowed*100/decided, 10)
	require.Less(t, allowed*100/decided, 70)
	require.Positive(t, unknownSubjects)
}

// allowedUpToFields sets the field step aside: these worlds have no field rules, so every write ends there.
func allowedUpToFields(d access.Decision) bool {
	if d.Allowed() {
		return true
	}
	rs := d.Reasons()
	return len(rs) == 1 && rs[0].Code == access.ReasonFieldNotWritable
}
