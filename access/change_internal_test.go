package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unpacked writes a snapshot's rows out, sorted.
func (s *snapshot) unpacked() []string {
	var out []string
	s.rows.each(func(role string, _ *roleRows) bool {
		for _, r := range s.rulesOf(role) {
			out = append(out, r.String())
		}
		for _, r := range s.fieldsOf(role) {
			out = append(out, r.String())
		}
		return true
	})
	s.users.each(func(id string, u *user) bool {
		for _, r := range u.direct {
			out = append(out, Assignment{id, r, s.tenant}.String())
		}
		for _, g := range u.grants {
			out = append(out, fmt.Sprintf("%+v", g))
		}
		for _, reason := range u.suspended {
			out = append(out, "suspended "+id+reason)
		}
		return true
	})
	for _, l := range s.links {
		out = append(out, l.String())
	}
	slices.Sort(out)
	return out
}

// A changed snapshot is the one compiled from the changed rows, also in what it refuses.
func TestWithIsCompilingAnew(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 3))
	cat, err := compileCatalog(Catalog{Types: []Type{
		{Name: "deal", Schema: scope.Schema{SingleTenant: true, Owner: []string{"owner_id"}, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}, {Name: "owner_id", Kind: scope.KindText}}}, Fields: []Field{{Name: "id"}, {Name: "phone"}}},
		{Name: "lead", Schema: scope.Schema{SingleTenant: true, Owner: []string{"owner_id"}, Attrs: []scope.Attr{{Name: "id", Kind: scope.KindInt}, {Name: "owner_id", Kind: scope.KindText}}}},
	}})
	require.NoError(t, err)
	stock, err := stockNames(&Config{})
	require.NoError(t, err)
	e := &engine{cat, stock, field.NewMaskers()}
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	random := func() Rows {
		var r Rows
		for range 1 + rng.IntN(2) {
			role := pick("a", "b", "c", "d")
			switch rng.IntN(7) {
			case 0, 1:
				r.Rules = append(r.Rules, Rule{role, "acme", pick("deal", "lead", "*"), pick("view", "edit", "*"), pick("own", "global", "own || global"), Effect(pick("allow", "deny"))})
			case 2:
				r.Fields = append(r.Fields, FieldRule{role, "acme", "deal", pick("phone", "*"), pick("own", "global"), pick("read", "hide", "mask:full")})
			case 3:
				r.Assignments = append(r.Assignments, Assignment{pick("x", "y", "z"), role, "acme"})
			case 4:
				r.Grants = append(r.Grants, Grant{Subject: pick("x", "y"), Role: role, Tenant: "acme", Until: time.Unix(int64(1+rng.IntN(3)), 0)})
			case 5:
				r.Suspensions = append(r.Suspensions, Suspension{Subject: pick("x", "y"), Tenant: "acme"})
			case 6:
				r.Inherits = append(r.Inherits, Inheritance{role, pick("a", "b", "c", "d"), "acme"})
			}
		}
		return r
	}
	rows := Rows{}
	snap, err := e.compile(Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	applied := 0
	for range 4000 {
		c := Change{Tenant: "acme", Add: random()}
		if rng.IntN(2) == 0 {
			c = Change{Tenant: "acme", Remove: random()}
		}
		nextRows, errRows := rows.with(c)
		var anew *snapshot
		if errRows == nil {
			anew, errRows = e.compile(Policy{Tenant: "acme", Rows: nextRows})
		}
		before := snap.unpacked()
		next, err := snap.with(c)
		require.Equal(t, errRows == nil, err == nil, "%+v: %v, %v", c, errRows, err)
		require.Equal(t, before, snap.unpacked(), "the snapshot before is as it was")
		if err != nil {
			continue
		}
		applied++
		require.Equal(t, anew.unpacked(), next.unpacked())
		require.Equal(t, anew.own, next.own)
		for _, id := range []string{"x", "y", "z"} {
			was, _ := newView(anew, nil).holder(id, time.Unix(1, 0), time.Unix(1, 0))
			is, err := newView(next, nil).holder(id, time.Unix(1, 0), time.Unix(1, 0))
			require.NoError(t, err)
			assert.Equal(t, was.set.roles, is.set.roles)
			assert.Equal(t, was.bar, is.bar)
			for _, typ := range []string{"deal", "lead"} {
				info := cat.types[typ]
				p1, err1 := anew.program(was.set, info, info.actions["view"])
				p2, err2 := next.program(is.set, info, info.actions["view"])
				require.NoError(t, err1)
				require.NoError(t, err2)
				require.ElementsMatch(t, texted(anew, p1), texted(next, p2), "%+v", c)
			}
		}
		rows, snap = nextRows, next
	}
	t.Logf("%d of 4000 changes applied", applied)
	require.Greater(t, applied, 500)
}

// texted are the program's whens, told apart by effect.
func texted(s *snapshot, p *program) []string {
	var out []string
	for _, c := range p.allows {
		out = append(out, "allow "+c.when)
	}
	for _, c := range p.denies {
		out = append(out, "deny "+c.when)
	}
	for _, f := range p.fields {
		out = append(out, strings.Join([]string{f.role, f.field, f.form.String()}, " "))
	}
	return out
}
