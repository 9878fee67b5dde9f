package main

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tiny is a world small enough to ask Casbin all questions.
var tiny = shape{tenants: 2, rules: 60, roles: 6, users: 20, sets: 10, types: 5, actions: 3}

func onTiny(t *testing.T) *bench {
	t.Helper()
	b, err := (&lab{}).on(tiny)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.library.Close() })
	return b
}

func (b *bench) answer(t *testing.T, i int) bool {
	t.Helper()
	d, err := b.library.Authorize(context.Background(), b.questions[i].request())
	require.NoError(t, err)
	return d.Allowed()
}

func TestTheLibraryAndTheMapAgree(t *testing.T) {
	for _, s := range []shape{tiny, medium} {
		b, err := (&lab{}).on(s)
		require.NoError(t, err)
		yes := 0
		for i := range b.questions {
			q := &b.questions[i]
			allowed := b.answer(t, i)
			require.Equal(t, b.hand.allowed(q), allowed, "%+v", q)
			if allowed {
				yes++
			}
		}
		share := float64(yes) / questionsAsked
		assert.Greater(t, share, 0.3, "too few questions are allowed to compare anything")
		assert.Less(t, share, 0.7)
		require.NoError(t, b.library.Close())
	}
}

func TestEveryFormDecidesSomething(t *testing.T) {
	b := onTiny(t)
	for form, f := range forms {
		held := false
		for i := range b.questions {
			q := &b.questions[i]
			held = held || b.hand.holds(form, b.hand.tenants[q.tenant][q.who], q)
		}
		afterHours := f.when == "global && after_hours" || f.when == "after_hours" // it is noon
		assert.Equal(t, !afterHours, held, f.when)
	}
}

func TestCasbinAgrees(t *testing.T) {
	b := onTiny(t)
	for _, matcher := range []string{documented, reordered} {
		e, err := newCasbin(b.world, matcher)
		require.NoError(t, err)
		for i := range b.questions[:1000] {
			ok, err := e.Enforce(casbinAsk(b.hand, &b.questions[i])...)
			require.NoError(t, err)
			require.Equal(t, b.answer(t, i), ok, "%+v", b.questions[i])
		}
	}
}

func TestCachedCasbinAgreesUntilARoleIsTakenAway(t *testing.T) {
	b := onTiny(t)
	e, err := newCachedCasbin(b.world)
	require.NoError(t, err)
	for range 2 {
		for i := range b.questions[:300] {
			ok, err := e.Enforce(casbinAsk(b.hand, &b.questions[i])...)
			require.NoError(t, err)
			require.Equal(t, b.answer(t, i), ok)
		}
	}
	yes, err := yesAfterRevoke(e, b.world, b.hand)
	require.NoError(t, err)
	assert.True(t, yes, "the note in the table says so")
}

func TestCedarAgrees(t *testing.T) {
	b := onTiny(t)
	cedar, err := newCedar(b.world)
	require.NoError(t, err)
	for i := range b.questions {
		require.Equal(t, b.answer(t, i), cedar.allowed(i), "%+v", b.questions[i])
	}
}

// The bare map looks things up and no more; what it can't find the library denies.
func TestTheBareMapFindsWhatCanBeAllowed(t *testing.T) {
	b := onTiny(t)
	for i := range b.questions {
		q := &b.questions[i]
		types := b.bare[q.tenant][q.who]
		_, there := types[q.typ][q.action]
		assert.True(t, there || !b.answer(t, i))
	}
}

func TestACollectionSelectsWhatIsAllowedOneByOne(t *testing.T) {
	b := onTiny(t)
	for i := range b.questions {
		q := &b.questions[i]
		d, err := b.library.Authorize(context.Background(), q.of(scope.Record{}))
		require.NoError(t, err)
		selected := false
		if d.Allowed() {
			selected, err = d.Scope().Match(q.record)
			require.NoError(t, err)
		}
		require.Equal(t, b.answer(t, i), selected, "%+v", q)
	}
}

func TestAMapIsTheSameRecord(t *testing.T) {
	b := onTiny(t)
	for i := range b.questions {
		q := &b.questions[i]
		d, err := b.library.Authorize(context.Background(), q.of(scope.FromMap(q.customer.columns())))
		require.NoError(t, err)
		require.Equal(t, b.answer(t, i), d.Allowed())
	}
}

func TestHotQuestionsAreOfTheSameWorld(t *testing.T) {
	b := onTiny(t)
	hot := b.hot()
	assert.Len(t, b.questions, questionsAsked)
	for i := range hot.questions {
		require.Equal(t, b.answer(t, i), hot.answer(t, i))
	}
}

func TestTheCombinationsAreAsManyAsTheShapeSays(t *testing.T) {
	for _, s := range []shape{tiny, small, usual, worst} {
		w := generate(s, 1)
		n := 0
		eachRoleSet(w, w.names[0], func([]string, []access.Rule) { n++ })
		assert.Equal(t, s.sets, n, "%+v", s)
	}
}
