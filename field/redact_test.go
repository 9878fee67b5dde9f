package field_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

func maskAll(t *testing.T, fields []string, form field.Form) field.Mask {
	return newMask(t, fields, field.Rule{Role: "a", Field: "*", When: always, Form: form})
}

func TestRedactMasksWhateverHoldsText(t *testing.T) {
	out, err := field.Redact(context.Background(), maskAll(t, customerFields, masker("first3")), newCustomer("alice", 7))
	require.NoError(t, err)
	const start = "can*"
	assert.Contains(t, out.Phone, start)
	assert.Contains(t, *out.Email, start)
	assert.Contains(t, out.Name, start)
	assert.Contains(t, out.Note.String, start)
	assert.True(t, out.Note.Valid)
	assert.Contains(t, out.Nick.V, start)
	assert.Contains(t, out.Place.City, start)
	out.base, out.Contact, out.Name, out.Shadow, out.Place = base{}, nil, "", "", address{}
	out.Note, out.Nick = sql.NullString{}, sql.Null[string]{}
	assert.Zero(t, out, "what holds no text is zero")

	out, err = field.Redact(context.Background(), maskAll(t, customerFields, masker("first3")),
		customer{Note: sql.NullString{String: "left over"}, Any: "any text", Contact: &Contact{}})
	require.NoError(t, err)
	assert.Equal(t, customer{Any: "any*****", Contact: &Contact{}}, out, "NULL stays NULL, empty stays empty")
}

func TestRedactMasksInMaps(t *testing.T) {
	in := map[string]any{"phone": mobile("13212345917"), "email": ptr("ada@email.com"), "score": 5, "team_id": nil, "seen": (*time.Time)(nil), "other": 1}
	m := maskAll(t, customerFields, masker("first3"))
	out, err := field.Redact(context.Background(), m, in)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"phone": mobile("132********"), "email": ptr("ada**********"), "score": "****", "team_id": nil, "seen": (*time.Time)(nil)}, out)
	row, err := field.Row(context.Background(), m, in)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"phone": mobile("132********"), "email": "ada**********", "score": "****", "team_id": nil, "seen": nil}, row)
}

func TestRedactTakesEveryShape(t *testing.T) {
	ctx := context.Background()
	m := newMask(t, leadFields, field.Rule{Role: "a", Field: "name", When: always, Form: read})
	l := lead{Name: "Ada", Phone: "132"}
	want := lead{Name: "Ada"}

	p, err := field.Redact(ctx, m, &l)
	require.NoError(t, err)
	assert.Equal(t, &want, p)
	pp, err := field.Redact(ctx, m, ptr(&l))
	require.NoError(t, err)
	assert.Equal(t, want, **pp)
	array, err := field.Redact(ctx, m, [2]lead{l, l})
	require.NoError(t, err)
	assert.Equal(t, [2]lead{want, want}, array)
	nested, err := field.Redact(ctx, m, map[string]any(nil))
	require.NoError(t, err)
	assert.Nil(t, nested)
	list, err := field.Redact(ctx, m, []any{l, &l, nil, map[string]any{"name": "Ada", "phone": "132"}, [][]lead{{l}, {}, nil}})
	require.NoError(t, err)
	assert.Equal(t, []any{want, &want, nil, map[string]any{"name": "Ada"}, [][]lead{{want}, {}, nil}}, list)
	none, err := field.Redact(ctx, m, []lead(nil))
	require.NoError(t, err)
	assert.Nil(t, none)
	empty, err := field.Redact(ctx, m, []lead{})
	require.NoError(t, err)
	assert.NotNil(t, empty)
	nothing, err := field.Redact[any](ctx, m, nil)
	require.NoError(t, err)
	assert.Nil(t, nothing)
	hidden, err := field.Redact(ctx, field.Mask{}, l)
	require.NoError(t, err)
	assert.Zero(t, hidden, "the zero mask hides everything")
	dark, err := field.Redact(ctx, field.Mask{}, newCustomer("alice", 7))
	require.NoError(t, err)
	assert.NotPanics(t, func() { assert.Empty(t, dark.Phone) }, "promoted fields can still be read")
}

func TestRedactLooksAtEveryRecord(t *testing.T) {
	m := newMask(t, leadFields, field.Rule{Role: "a", Field: "phone", When: mine, Form: read},
		field.Rule{Role: "b", Field: "phone", When: always, Form: phone})
	in := []lead{{base: base{OwnerID: "alice"}, Phone: "13212345917"}, {base: base{OwnerID: "bob"}, Phone: "13212345917"}}
	out, err := field.Redact(context.Background(), m, in)
	require.NoError(t, err)
	assert.Equal(t, []lead{{Phone: "13212345917"}, {Phone: "132****5917"}}, out)
	_, err = field.Redact(context.Background(), m, []struct{ Phone string }{{"13212345917"}})
	assert.ErrorContains(t, err, "owner_id")
	mixed, err := field.Redact(context.Background(), m, []any{in[0], map[string]any{"owner_id": "bob", "phone": "13212345917"}, in[1]})
	require.NoError(t, err)
	assert.Equal(t, []any{out[0], map[string]any{"phone": "132****5917"}, out[1]}, mixed)
}

type ring struct {
	Name string
	Next *ring `access:"next"`
}

type hooks struct {
	Do func()   `access:"do"`
	Ch chan int `access:"ch"`
}

type hiddenBase struct{ Name string }
type behind struct{ *hiddenBase }

type twice struct {
	A string `access:"same"`
	B string `access:"same"`
}

func TestRedactRefusesWhatItCannotCopy(t *testing.T) {
	ctx := context.Background()
	m := maskAll(t, []string{"name", "next", "do", "ch", "same"}, read)
	a := &ring{Name: "a"}
	a.Next = &ring{Name: "b", Next: a}
	loop := []any{nil}
	loop[0] = loop
	var self any
	self = &self
	for name, in := range map[string]any{
		"cycle": a, "func": hooks{Do: func() {}}, "chan": hooks{Ch: make(chan int)}, "list in itself": loop, "pointer to itself": self,
		"text": "13212345917", "number": 5, "map of texts": map[string]string{"name": "x"}, "behind an unexported pointer": behind{&hiddenBase{"x"}},
		"map that holds itself":  func() any { m := map[string]any{}; m["name"] = m; return m }(),
		"two fields of one name": twice{}, "func in a list": map[string]any{"name": []any{func() {}}},
		"chan in a map":    map[string]any{"name": map[string]any{"c": make(chan int)}},
		"func below a key": map[string]any{"name": map[any]int{struct{ F *func() }{new(func())}: 1, ptr(any(func() {})): 2}},
	} {
		out, err := field.Redact(ctx, m, in)
		assert.Error(t, err, name)
		assert.Nil(t, out, name)
		row, err := field.Row(ctx, m, in)
		assert.True(t, err != nil || name == "behind an unexported pointer", name)
		assert.True(t, row == nil || err == nil, name)
	}
	for name, in := range map[string]any{"nil func": hooks{}, "nil behind": behind{}, "end of ring": ring{Name: "a", Next: &ring{Name: "b"}}} {
		out, err := field.Redact(ctx, m, in)
		require.NoError(t, err, name)
		assert.Equal(t, in, out, name)
	}
	hidden, err := field.Redact(ctx, field.Mask{}, behind{&hiddenBase{"x"}})
	require.NoError(t, err)
	assert.Zero(t, hidden)
	for _, in := range []any{"text", 5, map[string]any{"name": "x"}, struct{ Name string }{"x"}} {
		_, err := field.Rows(ctx, m, in)
		assert.Error(t, err, "%T is no list", in)
	}
	_, err = field.Rows(ctx, m, []string{"x"})
	assert.Error(t, err)
}

type deep struct {
	Name   string
	Orders []order
}

// namesake has related records by the name of a column.
type namesake struct {
	Text   string `access:"orders"`
	Orders []order
}

type closed struct {
	Name string
	note string
}

func TestRedactLeavesOutWhatIsNoField(t *testing.T) {
	ctx := context.Background()
	m := maskAll(t, []string{"name", "secret", "orders", "note"}, read)
	l, err := field.Redact(ctx, m, lead{Name: "Ada", Secret: "s"})
	require.NoError(t, err)
	assert.Equal(t, lead{Name: "Ada"}, l, "what its type excludes")
	d, err := field.Redact(ctx, m, struct{ deep }{deep{"Ada", []order{{Number: "1"}}}})
	require.NoError(t, err)
	assert.Equal(t, struct{ deep }{deep{Name: "Ada"}}, d, "related records of an embedded struct without a tag")
	n, err := field.Redact(ctx, m, namesake{"text", []order{{Number: "1"}}})
	require.NoError(t, err)
	assert.Equal(t, namesake{Text: "text"}, n, "the column has the name")
	c, err := field.Redact(ctx, m, closed{Name: "Ada", note: "n"})
	require.NoError(t, err)
	assert.Equal(t, closed{Name: "Ada"}, c, "unexported fields")
	list, err := field.Redact(ctx, m, []any{closed{"Ada", "n"}, lead{Name: "Ada"}, ring{Name: "Ada"}})
	require.NoError(t, err)
	assert.Equal(t, []any{closed{Name: "Ada"}, lead{Name: "Ada"}, ring{Name: "Ada"}}, list, "each type in its own way")
	start := []any{nil}
	start[0] = start[:0]
	list, err = field.Redact(ctx, m, start)
	require.NoError(t, err)
	assert.Equal(t, []any{[]any{}}, list, "an empty list leads nowhere")
}

func TestRedactKeepsSharingInOneValue(t *testing.T) {
	last := &ring{Name: "z"}
	out, err := field.Redact(context.Background(), maskAll(t, []string{"any"}, read), customer{Any: []any{last, last, map[*ring]any{last: nil}}})
	require.NoError(t, err)
	list := out.Any.([]any)
	assert.Same(t, list[0], list[1])
	assert.NotSame(t, last, list[0])
	assert.Contains(t, list[2], list[0])

	type amounts struct {
		I big.Int    `access:"i"`
		R *big.Rat   `access:"r"`
		F *big.Float `access:"f"`
		Z *big.Int   `access:"z"`
	}
	in := amounts{I: *big.NewInt(5), R: big.NewRat(5, 3), F: big.NewFloat(5)}
	copied, err := field.Redact(context.Background(), maskAll(t, []string{"i", "r", "f", "z"}, read), &in)
	require.NoError(t, err)
	assert.Equal(t, "5 5/3 5 <nil>", fmt.Sprint(&copied.I, copied.R, copied.F, copied.Z))
	copied.I.Bits()[0], copied.R.Num().Bits()[0] = 9, 9
	assert.Equal(t, "5 5/3 5", fmt.Sprint(&in.I, in.R, in.F))
}

// endsAfter is a context that ends once it was asked so often.
type endsAfter struct {
	context.Context
	asked *int
}

func (c endsAfter) Err() error {
	if *c.asked--; *c.asked < 0 {
		return context.Canceled
	}
	return nil
}

func TestRedactStopsAmongRecords(t *testing.T) {
	m := maskAll(t, leadFields, read)
	out, err := field.Redact(endsAfter{context.Background(), ptr(3)}, m, make([]lead, 10))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, out)
	_, err = field.Rows(endsAfter{context.Background(), ptr(3)}, m, make([]lead, 10))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestRowsUnpackWhatPrintsBadly(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	rows, err := field.Rows(context.Background(), maskAll(t, names, read), [1]map[string]any{{
		"a": ptr("text"), "g": &[1]string{"x"}, "b": sql.NullInt64{Int64: 5, Valid: true}, "c": sql.NullString{}, "d": &at, "e": (*int)(nil), "f": sql.NamedArg{Name: "x"}}})
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{"a": "text", "g": &[1]string{"x"}, "b": int64(5), "c": nil, "d": at, "e": nil, "f": sql.NamedArg{Name: "x"}}}, rows)
	none, err := field.Rows(context.Background(), field.Mask{}, []lead(nil))
	require.NoError(t, err)
	assert.Nil(t, none)
	nobody, err := field.Row(context.Background(), field.Mask{}, nil)
	require.NoError(t, err)
	assert.Nil(t, nobody)
	rows, err = field.Rows(context.Background(), field.Mask{}, []map[string]any{nil, {"a": 1}})
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{nil, {}}, rows)
	row, err := field.Row(context.Background(), maskAll(t, []string{"phone", "name"}, read), customer{Name: "Ada"})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"phone": nil, "name": "Ada"}, row, "a column behind a nil pointer is NULL")
}

func TestRedactStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := maskAll(t, leadFields, read)
	out, err := field.Redact(ctx, m, []lead{{Name: "Ada"}})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, out)
	_, err = field.Rows(ctx, m, []lead{{Name: "Ada"}})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = field.Redact(ctx, m, []lead{})
	assert.ErrorIs(t, err, context.Canceled, "also without a record")
	_, err = field.Rows(ctx, m, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestRowsOfRecords(t *testing.T) {
	m := newMask(t, []string{"name", "phone"}, field.Rule{Role: "a", Field: "*", When: mine, Form: read})
	in := []scope.Record{scope.FromMap(map[string]any{"owner_id": "alice", "name": "Ada"}), scope.FromMap(map[string]any{"owner_id": "bob", "name": "Bo"})}
	rows, err := field.Rows(context.Background(), m, in)
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{"name": "Ada"}, {}}, rows)
	_, err = field.Row(context.Background(), m, scope.Record{})
	assert.Error(t, err)
}

func TestMaskIsConcurrent(t *testing.T) {
	m := newMask(t, leadFields, field.Rule{Role: "a", Field: "*", When: mine, Form: phone})
	in := []lead{{base: base{OwnerID: "alice"}, Phone: "13212345917"}, {Phone: "13212345917"}}
	done := make(chan []lead)
	for range 8 {
		go func() {
			out, _ := field.Redact(context.Background(), m, in)
			done <- out
		}()
	}
	for range 8 {
		out := <-done
		assert.Equal(t, "132****5917", out[0].Phone)
		assert.Empty(t, out[1].Phone)
	}
}
