package field_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

type image = map[string]any

func refused(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var w *field.WriteError
	require.ErrorAs(t, err, &w)
	require.ErrorIs(t, err, field.ErrNotWritable)
	return w.Fields
}

func TestCheckWrite(t *testing.T) {
	fields := []string{"name", "phone", "grade", "note", "owner_id"}
	m := newMask(t, fields,
		field.Rule{Role: "a", Field: "name", When: always, Form: edit},
		field.Rule{Role: "a", Field: "phone", When: always, Form: phone},
		field.Rule{Role: "a", Field: "grade", When: always, Form: once},
		field.Rule{Role: "a", Field: "owner_id", When: always, Form: edit},
		field.Rule{Role: "a", Field: "note", When: mine, Form: edit})
	stored := image{"id": 1, "tenant_id": "acme", "name": "Ada", "phone": "13212345917", "grade": "A", "note": "x", "owner_id": "bob"}
	own := image{"id": 1, "tenant_id": "acme", "name": "Ada", "phone": "13212345917", "grade": "A", "note": "x", "owner_id": "alice"}
	for _, c := range []struct {
		name          string
		before, after image
		want          []string
		reason        string
	}{
		{"nothing", stored, stored, nil, "no difference, no write"},
		{"at edit", stored, image{"name": "Bo"}, nil, "what after lacks is unchanged"},
		{"masked sent back", stored, image{"name": "Bo", "phone": "132****5917"}, []string{"phone"}, "the masked form is another value"},
		{"masked elsewhere and sent back", stored, image{"name": "A**"}, []string{"name"}, "it may be changed, but not into its masked form"},
		{"emptied", stored, image{"name": ""}, nil, "to empty a field is a change like others"},
		{"own emptied", own, image{"note": ""}, nil, "one's own note is at edit"},
		{"hidden emptied", stored, image{"note": ""}, []string{"note"}, "what is not seen cannot be emptied"},
		{"once is over", stored, image{"grade": "B"}, []string{"grade"}, "set at create only"},
		{"no field", stored, image{"tenant_id": "globex", "id": 2, "unknown": 1}, []string{"id", "tenant_id", "unknown"}, "key and tenant are no exception"},
		{"take and write", stored, image{"owner_id": "alice", "note": "y"}, []string{"note"}, "not mine before"},
		{"write and give", own, image{"owner_id": "bob", "note": "y"}, []string{"note"}, "not mine afterwards"},
		{"own", own, image{"note": "y"}, nil, "mine before and after"},
		{"create", nil, image{"name": "Bo", "grade": "A", "owner_id": "bob"}, nil, "once suffices"},
		{"create masked", nil, image{"name": "Bo", "phone": "132", "owner_id": "bob"}, []string{"phone"}, "not writable"},
		{"create own", nil, image{"note": "n", "owner_id": "alice"}, nil, "the new image decides"},
		{"create another's", nil, image{"note": "n", "owner_id": "bob"}, []string{"note"}, "the new image decides"},
		{"create unset", nil, image{"phone": "", "tenant_id": nil, "id": 0, "at": time.Time{}, "owner_id": "bob"}, nil, "nothing is set"},
		{"create pointer to zero", nil, image{"phone": new(string), "owner_id": "bob"}, []string{"phone"}, "a pointer says that it is meant"},
		{"image without it", image{"name": "Ada", "owner_id": "bob"}, image{"phone": "132"}, []string{"phone"}, "what was there is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before scope.Record
			if c.before != nil {
				before = scope.FromMap(c.before)
			}
			assert.Equal(t, c.want, refused(t, field.CheckWrite(m, before, scope.FromMap(c.after))), c.reason)
		})
	}
}

func TestCheckWriteCannotDecide(t *testing.T) {
	m := newMask(t, []string{"name"}, field.Rule{Role: "a", Field: "name", When: mine, Form: edit})
	full := scope.FromMap(image{"name": "Ada", "owner_id": "alice"})
	bare := scope.FromMap(image{"name": "Bo"})
	for name, err := range map[string]error{
		"no new image":       field.CheckWrite(m, full, scope.Record{}),
		"nil new image":      field.CheckWrite(m, full, scope.Of[lead](nil)),
		"empty new image":    field.CheckWrite(m, full, scope.FromMap(image{})),
		"create without it":  field.CheckWrite(m, scope.Record{}, bare),
		"old image lacks it": field.CheckWrite(m, bare, full),
		"nil old image":      field.CheckWrite(m, scope.Of[lead](nil), full),
	} {
		assert.Error(t, err, name)
		assert.False(t, errors.Is(err, field.ErrNotWritable), "%s: not a denial: %v", name, err)
	}
	assert.NoError(t, field.CheckWrite(m, full, bare))
	err := field.CheckWrite(field.Mask{}, full, scope.FromMap(image{"phone": "1", "a": "2"}))
	assert.EqualError(t, err, "field: not writable: a, phone")
}

func TestCheckWriteKnowsTheMaskedFormFromEmptiness(t *testing.T) {
	maskers := field.NewMaskers()
	require.NoError(t, maskers.Register("blank", func(dst []byte, _ string) []byte { return dst }))
	m, err := field.NewMask([]string{"name"}, []field.Rule{{Role: "a", Field: "name", When: always, Form: edit}}, maskers)
	require.NoError(t, err)
	assert.NoError(t, field.CheckWrite(m, scope.FromMap(image{"name": "Ada"}), scope.FromMap(image{"name": ""})))
}

func TestCheckWriteOfRedactedCopy(t *testing.T) {
	in := newLead("alice", 7)
	m := newMask(t, leadFields, field.Rule{Role: "a", Field: "*", When: always, Form: edit},
		field.Rule{Role: "a", Field: "phone", When: always, Form: masker("first3")},
		field.Rule{Role: "a", Field: "mail", When: always, Form: hide})
	out, err := field.Redact(context.Background(), m, in)
	require.NoError(t, err)
	out.Name = "changed"
	assert.Equal(t, []string{"mail", "phone", "shadow"}, refused(t, field.CheckWrite(m, scope.Of(&in), scope.Of(&out))))
}

func TestCheckWriteComparesValues(t *testing.T) {
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var none *string
	type grade string
	for _, same := range [][2]any{
		{at, at.In(time.FixedZone("x", 3600))}, {&at, at}, {"a", ptr("a")}, {grade("a"), "a"}, {int64(5), 5}, {uint8(5), int32(5)},
		{none, nil}, {sql.NullString{}, nil}, {sql.NullString{String: "a", Valid: true}, "a"}, {&sql.NullInt64{Int64: 5, Valid: true}, 5},
		{[]string{"a"}, []string{"a"}}, {true, ptr(true)}, {sql.NullTime{Time: at, Valid: true}, at.Local()},
	} {
		for _, pair := range [][2]any{same, {same[1], same[0]}} {
			assert.NoError(t, field.CheckWrite(field.Mask{}, scope.FromMap(image{"x": pair[0]}), scope.FromMap(image{"x": pair[1]})), "%#v", pair)
		}
	}
	for _, other := range [][2]any{
		{at, at.Add(1)}, {"a", "A"}, {"5", 5}, {nil, ""}, {nil, 0}, {nil, false}, {0, false}, {int64(-1), ^uint64(0)}, {1.0, 1},
		{[]string{"a"}, []string{"b"}}, {[]string{}, []string(nil)}, {"e\u0301", "\u00e9"}, {at, nil}, {at, "2026-05-01"},
	} {
		for _, pair := range [][2]any{other, {other[1], other[0]}} {
			assert.Error(t, field.CheckWrite(field.Mask{}, scope.FromMap(image{"x": pair[0]}), scope.FromMap(image{"x": pair[1]})), "%#v", pair)
		}
	}
}

// TestCheckWriteAgreesWithLevels compares with the levels of both images, found one by one.
func TestCheckWriteAgreesWithLevels(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 3))
	fields := []string{"name", "phone", "owner_id"}
	draw := func() image {
		return image{"owner_id": []any{"alice", "bob", nil}[rnd.IntN(3)], "team_id": []any{7, 8, nil}[rnd.IntN(3)],
			"name": rnd.IntN(2), "phone": rnd.IntN(2)}
	}
	for round := range 3000 {
		m := newMask(t, fields, randomRules(rnd, fields)...)
		before, after := draw(), draw()
		then, err := m.For(scope.FromMap(before))
		require.NoError(t, err)
		now, err := m.For(scope.FromMap(after))
		require.NoError(t, err)
		var update, create []string
		for name := range after {
			if before[name] != after[name] && (then.Of(name).Level < field.Edit || now.Of(name).Level < field.Edit) {
				update = append(update, name)
			}
			if after[name] != nil && after[name] != 0 && now.Of(name).Level < field.Once {
				create = append(create, name)
			}
		}
		slices.Sort(update)
		slices.Sort(create)
		about := fmt.Sprintf("seed %d round %d", seed, round)
		require.Equal(t, update, refused(t, field.CheckWrite(m, scope.FromMap(before), scope.FromMap(after))), about)
		require.Equal(t, create, refused(t, field.CheckWrite(m, scope.Record{}, scope.FromMap(after))), about)
	}
}
