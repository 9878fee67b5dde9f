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
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/require"
)

// twoWorlds are a tenant before a random change and after it, each with its Authorizer on a clock of the test's.
type twoWorlds struct {
	*world
	change    access.Change
	was, next *access.Authorizer
	clock     atomic.Pointer[time.Time]
}

func newTwoWorlds(t *testing.T, seed uint64) *twoWorlds {
	w := &twoWorlds{world: newWorld(seed)}
	w.addFieldRules()
	if w.rng.IntN(2) == 0 {
		w.makeEveryFieldWritable()
	}
	w.people["root"] = access.Person{ID: "root"}
	w.org.People = append(w.org.People, w.people["root"])
	w.rows.Rules = append(w.rows.Rules, access.Rule{Role: "admin", Tenant: "acme", Type: "policy", Action: "administer", When: "always", Effect: access.Allow})
	w.rows.Assignments = append(w.rows.Assignments, access.Assignment{Subject: "root", Role: "admin", Tenant: "acme"})
	for {
		w.change = w.randomChange()
		w.clock.Store(&w.now)
		w.was, w.next = w.authorizerOn(t), w.authorizerOn(t, w.change)
		if w.next != nil {
			return w
		}
		require.NoError(t, w.was.Close())
	}
}

// authorizerOn is an Authorizer of the world after the changes, or nil if one can't be made.
func (w *twoWorlds) authorizerOn(t *testing.T, changes ...access.Change) *access.Authorizer {
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: w.rows}, access.Policy{Tenant: access.Shared, Rows: w.shared})
	require.NoError(t, err)
	dir := access.NewMemoryDirectory()
	dir.Set("acme", w.org)
	a, err := access.New(context.Background(), store, access.Config{
		Catalog:   access.Catalog{Types: []access.Type{customerType("customer"), customerType("deal")}},
		Directory: dir, Now: func() time.Time { return *w.clock.Load() }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	for _, c := range changes {
		if _, err := a.Apply(context.Background(), by("root"), c); err != nil {
			require.NoError(t, a.Close())
			return nil
		}
	}
	return a
}

func (w *twoWorlds) close(t *testing.T) {
	require.NoError(t, w.was.Close())
	require.NoError(t, w.next.Close())
}

// randomChange adds and removes a few rows, or says one rule in other words.
func (w *twoWorlds) randomChange() access.Change {
	c := access.Change{Tenant: "acme", Base: 1}
	roles := []string{"a", "b", "c", "d", "ann"}
	for range 1 + w.rng.IntN(2) {
		switch w.rng.IntN(9) {
		case 0, 1:
			r := access.Rule{Role: pick(w.rng, roles...), Tenant: "acme", Type: pick(w.rng, "customer", "deal", "*"),
				Action: pick(w.rng, append(worldActions, "*")...), When: w.when(w.rng.IntN(3)).String(), Effect: pick(w.rng, access.Allow, access.Allow, access.Deny)}
			c.Add.Rules = append(c.Add.Rules, r)
		case 2, 3:
			r := pick(w.rng, w.rows.Rules[:len(w.rows.Rules)-1]...)
			other := r
			other.When = fmt.Sprintf(pick(w.rng, "!!(%s)", "(%[1]s) && (own || !own || global)", "(%[1]s) || own && (%[1]s)", "(%[1]s) && (team || !team)", "(%s) || own", "(%s) && team"), r.When)
			if len(other.When) < access.MaxID {
				c.Remove.Rules, c.Add.Rules = append(c.Remove.Rules, r), append(c.Add.Rules, other)
			}
		case 4:
			c.Remove.Rules = append(c.Remove.Rules, pick(w.rng, w.rows.Rules[:len(w.rows.Rules)-1]...))
		case 5:
			who := pick(w.rng, w.subjects()...)
			if w.rng.IntN(2) == 0 {
				from := w.now.Add(time.Duration(w.rng.IntN(5)-2) * time.Hour)
				c.Add.Grants = append(c.Add.Grants, access.Grant{Subject: who, Role: pick(w.rng, roles...), Tenant: "acme", From: from, Until: from.Add(90 * time.Minute)})
			} else {
				c.Add.Assignments = append(c.Add.Assignments, access.Assignment{Subject: who, Role: pick(w.rng, roles...), Tenant: "acme"})
			}
		case 6:
			c.Add.Fields = append(c.Add.Fields, access.FieldRule{Role: pick(w.rng, roles...), Tenant: "acme", Type: "customer", Field: pick(w.rng, "*", "stage", "owner_id"),
				When: pick(w.rng, "own", "team", "global", "office", "!office", "open_stage", "own && mfa"), Level: pick(w.rng, "hide", "read", "edit", "mask:full", "once")})
		case 7:
			if len(w.rows.Fields) > 0 {
				c.Remove.Fields = append(c.Remove.Fields, pick(w.rng, w.rows.Fields...))
			}
		case 8:
			if w.rng.IntN(2) == 0 {
				c.Add.Suspensions = append(c.Add.Suspensions, access.Suspension{Subject: pick(w.rng, "ann", "bob", "42"), Tenant: "acme"})
			} else {
				i := slices.IndexFunc(w.rows.Definitions, func(d access.Definition) bool { return d.Name == "mixed" })
				was := w.rows.Definitions[i]
				now := was
				now.Expr = pick(w.rng, "team && !office || own", "own", "own || team && !office && global", "region")
				c.Remove.Definitions, c.Add.Definitions = append(c.Remove.Definitions, was), append(c.Add.Definitions, now)
			}
		}
	}
	return c
}

// question is a random request, at the world's time.
func (w *twoWorlds) question() access.Request {
	r := access.Request{Subject: access.Subject{ID: pick(w.rng, w.subjects()...), Tenant: "acme"}, Action: pick(w.rng, worldActions...), Env: w.env()}
	r.Resource.Type = pick(w.rng, "customer", "customer", "deal")
	one := w.record(int64(w.rng.IntN(20) + 1))
	switch {
	case r.Action == "create":
		if w.rng.IntN(4) > 0 {
			if w.rng.IntN(2) == 0 {
				one.ID = 0
			}
			r.Resource.New = one.view()
		}
	case r.Action == "edit" && w.rng.IntN(2) == 0:
		next, set := w.world.change(one)
		if w.rng.IntN(3) == 0 {
			r.Resource.Set = set
		} else {
			r.Resource.Record, r.Resource.New = one.view(), next.view()
		}
	case w.rng.IntN(4) > 0:
		r.Resource.Record = one.view()
	}
	return r
}

// answer is what a request comes to: whether it is allowed, and what fields show on which records.
func (w *twoWorlds) answer(t *testing.T, a *access.Authorizer, r access.Request, where string) (allowed bool, in []bool, levels []string) {
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err, where)
	if _, some := scope.Apart(d.Scope(), scope.None(), d.Schema()); some == scope.False {
		return false, nil, nil
	}
	for _, one := range w.records {
		yes := matches(t, d.Scope(), one, where)
		in = append(in, yes)
		if yes {
			levels = append(levels, levelsOf(t, d.Fields(), one.view(), where))
		}
	}
	for _, img := range []scope.Record{r.Resource.Record, r.Resource.New} {
		if !img.IsZero() {
			levels = append(levels, levelsOf(t, d.Fields(), img, where))
		}
	}
	if r.Resource.Collection() {
		for _, f := range []string{"stage", "owner_id", "created_by", "id"} {
			levels = append(levels, fmt.Sprint(f, d.Queryable(f) == nil))
		}
	}
	return true, in, levels
}

func levelsOf(t *testing.T, m field.Mask, r scope.Record, where string) string {
	l, err := m.For(r)
	require.NoError(t, err, where)
	var out []string
	for _, f := range m.Fields() {
		out = append(out, f+"="+l.Of(f).String())
	}
	return strings.Join(out, " ")
}

// inTwoWorlds runs a test in forty pairs of worlds, or as many as CRMACCESS_WORLDS says.
func inTwoWorlds(t *testing.T, test func(w *twoWorlds, where string)) {
	n := 40
	if s := os.Getenv("CRMACCESS_WORLDS"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	base := rand.Uint64()
	t.Logf("base seed %d", base)
	for i := range uint64(n) {
		w := newTwoWorlds(t, base+i)
		test(w, fmt.Sprintf("seed %d", base+i))
		w.close(t)
	}
}

// diff is what the change does.
func (w *twoWorlds) diff(t *testing.T, where string) access.Differences {
	d, err := w.was.Diff(context.Background(), by("root"), w.change, access.DiffOptions{})
	require.NoError(t, err, where)
	return d
}

// Whatever random request is answered differently, the difference is named for its subject, type and action, and goes in
// its direction.
func TestDiffLeavesNothingOut(t *testing.T) {
	asked, differed, quiet := 0, 0, 0
	inTwoWorlds(t, func(w *twoWorlds, where string) {
		d := w.diff(t, where)
		if d.None() {
			quiet++
		}
		for range 150 {
			r := w.question()
			told := fmt.Sprintf("%s: %s %s %s %+v\nchange %+v\n%s", where, r.Subject.ID, r.Action, r.Resource.Type, r.Resource, w.change, d.Text("en"))
			was, wasIn, wasLevels := w.answer(t, w.was, r, told)
			now, nowIn, nowLevels := w.answer(t, w.next, r, told)
			asked++
			if was == now && slices.Equal(wasIn, nowIn) && slices.Equal(wasLevels, nowLevels) {
				continue
			}
			differed++
			records, fields := w.named(d, r)
			onlyFields := was == now && slices.Equal(wasIn, nowIn)
			switch {
			case onlyFields:
				require.NotEmpty(t, slices.Concat(records, fields), "levels: %s\n%s\n%s", told, wasLevels, nowLevels)
			case fields != nil:
			default:
				gain := !was && now || slices.ContainsFunc(seq(len(nowIn)), func(i int) bool { return nowIn[i] && was && !wasIn[i] })
				loss := was && !now || slices.ContainsFunc(seq(len(wasIn)), func(i int) bool { return wasIn[i] && now && !nowIn[i] })
				require.True(t, slices.ContainsFunc(records, func(x access.Difference) bool {
					open := x.Kind == access.DiffMay || x.Uncertain || x.Kind == access.DiffChanged
					return open || gain && !loss && x.Kind == access.DiffGained || loss && !gain && x.Kind == access.DiffLost
				}), "gain %v loss %v: %s", gain, loss, told)
			}
		}
	})
	t.Logf("%d asked, %d differed, %d changes change nothing", asked, differed, quiet)
	require.Greater(t, differed, 10)
	require.Positive(t, quiet)
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// named are the differences about the request's subject, type and action: of records, and of fields.
func (w *twoWorlds) named(d access.Differences, r access.Request) (records, fields []access.Difference) {
	for _, x := range d.List {
		now := !w.now.Before(x.From) && (x.Until.IsZero() || w.now.Before(x.Until))
		if now && x.Type == r.Resource.Type && slices.Contains(x.Actions, r.Action) && slices.Contains(x.Subjects, r.Subject.ID) {
			if x.Fields == nil {
				records = append(records, x)
			} else {
				fields = append(fields, x)
			}
		}
	}
	return records, fields
}

// Every difference that is named for certain has an example, which the two Authorizers answer differently, in its
// direction.
func TestDiffNamesNothingThatIsNot(t *testing.T) {
	kinds := map[string]int{}
	inTwoWorlds(t, func(w *twoWorlds, where string) {
		d := w.diff(t, where)
		slices.SortFunc(d.List, func(a, b access.Difference) int { // a clock that was ahead ends grants for good
			var at [2]time.Time
			for i, x := range []access.Difference{a, b} {
				if x.Example != nil {
					at[i] = x.Example.Time
				}
			}
			return at[0].Compare(at[1])
		})
		for _, x := range d.List {
			told := fmt.Sprintf("%s: %s\nchange %+v", where, access.Differences{List: []access.Difference{x}}.Text("en"), w.change)
			of := "records "
			if x.Fields != nil {
				of = "fields "
			}
			kinds[of+string(x.Kind)]++
			if x.Kind == access.DiffMay {
				require.Nil(t, x.Example, told)
				continue
			}
			require.NotNil(t, x.Example, told)
			at := x.Example.Time
			w.clock.Store(&at)
			was, err := w.was.Authorize(context.Background(), x.Example.Request())
			require.NoError(t, err, told)
			next, err := w.next.Authorize(context.Background(), x.Example.Request())
			require.NoError(t, err, told)
			if x.Fields == nil {
				require.NotEqual(t, was.Allowed(), next.Allowed(), told)
				if x.Kind != access.DiffChanged {
					require.Equal(t, x.Kind == access.DiffGained, next.Allowed(), told)
				}
				continue
			}
			if was.Allowed() != next.Allowed() {
				continue
			}
			require.True(t, was.Allowed(), told)
			r := x.Example.Request().Resource
			img := r.Record
			if img.IsZero() {
				img = r.New
			}
			either := levelsOf(t, was.Fields(), img, told) != levelsOf(t, next.Fields(), img, told)
			if !r.New.IsZero() {
				either = either || levelsOf(t, was.Fields(), r.New, told) != levelsOf(t, next.Fields(), r.New, told)
			}
			require.True(t, either, told)
		}
	})
	t.Log(kinds)
	require.Greater(t, kinds["records gained"]+kinds["records lost"], 20)
	require.Positive(t, kinds["fields gained"]+kinds["fields lost"])
}

// What a change takes its inverse gives, to the same people.
func TestDiffOfTheInverseIsTheMirror(t *testing.T) {
	mirrored := map[access.DiffKind]access.DiffKind{access.DiffGained: access.DiffLost, access.DiffLost: access.DiffGained}
	inTwoWorlds(t, func(w *twoWorlds, where string) {
		d := w.diff(t, where)
		now, err := w.next.Policy(context.Background(), "acme")
		require.NoError(t, err)
		back := access.Change{Tenant: "acme", Base: now.Revision, Add: w.change.Remove, Remove: w.change.Add}
		other, err := w.next.Diff(context.Background(), by("root"), back, access.DiffOptions{})
		require.NoError(t, err, where)
		for i := range other.List {
			x := &other.List[i]
			if k, ok := mirrored[x.Kind]; ok {
				x.Kind = k
			}
			x.Old, x.New = x.New, x.Old
			for j, l := range x.Levels {
				x.Levels[j] = access.LevelChange{Old: l.New, New: l.Old}
			}
			slices.SortFunc(x.Levels, func(a, b access.LevelChange) int { return strings.Compare(a.Old+" "+a.New, b.Old+" "+b.New) })
		}
		told := fmt.Sprintf("%s\nchange %+v\n%s", where, w.change, d.Text("en"))
		require.ElementsMatch(t, bare(d.List), bare(other.List), told)
		require.Equal(t, d.Unheld, other.Unheld, told)
	})
}

func bare(list []access.Difference) []string {
	var out []string
	for _, x := range list {
		x.Example = nil
		out = append(out, fmt.Sprintf("%+v", x))
	}
	return out
}
