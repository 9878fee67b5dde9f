package scope

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseID(t *testing.T) {
	for _, row := range []struct {
		kind Kind
		text string
		ok   bool
	}{
		{KindInt, "42", true}, {KindInt, "-42", true}, {KindInt, "9223372036854775807", true},
		{KindInt, "042", false}, {KindInt, " 42", false}, {KindInt, "42 ", false}, {KindInt, "+42", false},
		{KindInt, "42.0", false}, {KindInt, "4_2", false}, {KindInt, "0x2a", false}, {KindInt, "-0", false},
		{KindInt, "0", false}, {KindInt, "", false}, {KindInt, "9223372036854775808", false}, {KindInt, "u:42", false}, {KindInt, "४२", false},
		{KindText, "alice", true}, {KindText, " alice ", true}, {KindText, "0", true}, {KindText, "", false}, {KindText, " \t\u00a0", false},
		{KindUUID, uuidA, true}, {KindUUID, "AAAAAAAA-0000-4000-8000-000000000001", false}, {KindUUID, nilUUID, false},
		{KindUUID, "{" + uuidA + "}", false}, {KindUUID, "aaaaaaaa00004000800000000000000000001", false}, {KindUUID, "aaaaaaaa-0000-4000-8000-00000000000g", false},
		{KindBool, "true", false}, {KindDecimal, "1", false}, {KindTime, "2026-03-01T12:00:00Z", false}, {0, "42", false}, {99, "42", false},
	} {
		v, ok := ParseID(row.kind, row.text)
		assert.Equal(t, row.ok, ok, "%s %q", row.kind, row.text)
		if ok {
			assert.Equal(t, row.text, v.String(), "the canonical text")
			assert.Equal(t, row.kind, v.Kind())
		} else {
			assert.True(t, v.IsZero())
		}
	}
}

type (
	userID   int32
	stageTxt string
	failing  struct{}
)

func (failing) Value() (driver.Value, error) { return nil, errors.New("broken") }

func TestValueOf(t *testing.T) {
	seven, text := 7, "x"
	var nilInt *int
	var nilStage **stageTxt
	at := time.Date(2026, 3, 1, 20, 0, 0, 5, time.FixedZone("", 8*3600))
	raw := [16]byte{0xaa, 0xaa, 0xaa, 0xaa, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}
	for _, row := range []struct {
		kind Kind
		x    any
		want Value // absent: an error
	}{
		{KindInt, 7, Int(7)}, {KindInt, int8(-7), Int(-7)}, {KindInt, uint64(7), Int(7)}, {KindInt, userID(7), Int(7)}, {KindInt, &seven, Int(7)},
		{KindInt, uint64(math.MaxUint64), Value{}}, {KindInt, "7", Value{}}, {KindInt, 7.0, Value{}}, {KindInt, true, Value{}},
		{KindInt, nil, Null()}, {KindInt, nilInt, Null()}, {KindText, nilStage, Null()}, {KindText, []byte(nil), Null()},
		{KindInt, sql.NullInt64{}, Null()}, {KindInt, sql.NullInt64{Int64: 7, Valid: true}, Int(7)}, {KindInt, &sql.NullInt64{Int64: 7, Valid: true}, Int(7)},
		{KindText, sql.NullString{String: "x", Valid: true}, Text("x")}, {KindText, failing{}, Value{}}, {KindText, (*failing)(nil), Null()},
		{KindText, "x", Text("x")}, {KindText, &text, Text("x")}, {KindText, stageTxt("x"), Text("x")}, {KindText, []byte("x"), Text("x")},
		{KindText, 7, Value{}}, {KindText, 'x', Value{}}, {KindText, at, Value{}}, {KindText, []string{"x"}, Value{}}, {KindText, struct{}{}, Value{}},
		{KindBool, true, Bool(true)}, {KindBool, sql.NullBool{Bool: false, Valid: true}, Bool(false)}, {KindBool, 1, Value{}}, {KindBool, "true", Value{}},
		{KindUUID, uuidA, uuid(uuidA)}, {KindUUID, raw, uuid(uuidA)}, {KindUUID, &raw, uuid(uuidA)}, {KindUUID, "", Value{kind: KindUUID}},
		{KindUUID, "AAAAAAAA-0000-4000-8000-000000000001", Value{}}, {KindUUID, raw[:], Value{}}, {KindUUID, 7, Value{}},
		{KindDecimal, "1.50", dec("1.5")}, {KindDecimal, 2, dec("2")}, {KindDecimal, uint64(math.MaxUint64), dec("18446744073709551615")},
		{KindDecimal, 10.1, dec("10.1")}, {KindDecimal, float32(10.1), dec("10.1")}, {KindDecimal, math.NaN(), Value{}}, {KindDecimal, math.Inf(1), Value{}}, {KindDecimal, "1e3", Value{}},
		{KindTime, at, Time(at.UTC())}, {KindTime, &at, Time(at)}, {KindTime, sql.NullTime{Time: at, Valid: true}, Time(at)}, {KindTime, time.Time{}, Time(time.Time{})},
		{KindTime, "2026-03-01", Value{}}, {KindTime, int64(0), Value{}}, {0, 7, Value{}}, {99, "x", Value{}},
	} {
		v, err := ValueOf(row.kind, row.x)
		if row.want.IsZero() {
			assert.Error(t, err, "%s of %T %v", row.kind, row.x, row.x)
			continue
		}
		assert.NoError(t, err, "%s of %T %v", row.kind, row.x, row.x)
		assert.Equal(t, row.want, v, "%s of %T %v", row.kind, row.x, row.x)
	}
}

func TestValuesAreData(t *testing.T) {
	v := Time(noon.In(time.FixedZone("", 3600)))
	assert.Equal(t, Time(noon), v)
	assert.Equal(t, noon, v.Any())
	assert.True(t, Null().Equal(Null()))
	assert.False(t, Null().Equal(Value{}))
	assert.False(t, Text("7").Equal(Int(7)))
	assert.Nil(t, Null().Any())
	assert.Nil(t, Value{}.Any())
	assert.Equal(t, []string{"null", "", "true", "-7"}, []string{Null().String(), Value{}.String(), Bool(true).String(), Int(-7).String()})
	for _, row := range [][2]Value{
		{Int(math.MinInt64), Int(math.MaxInt64)}, {dec("-10"), dec("-9.5")}, {dec("9"), dec("10")}, {Text("A"), Text("a")},
		{Text("Z"), Text("é")}, {Bool(false), Bool(true)}, {Time(noon), Time(noon.Add(1))}, {Time(time.Time{}), Time(noon)}, {uuid(uuidA), uuid(uuidB)},
	} {
		c, ok := row[0].Compare(row[1])
		assert.True(t, ok && c < 0, "%s < %s", row[0], row[1])
		c, ok = row[1].Compare(row[0])
		assert.True(t, ok && c > 0)
	}
	for _, w := range []Value{{}, Null(), Text("7")} {
		_, ok := Int(7).Compare(w)
		assert.False(t, ok)
	}
	_, ok := Null().Compare(Null())
	assert.False(t, ok)
}

func TestDecimalsFitEveryDatabase(t *testing.T) {
	nines := func(n int) string { return strings.Repeat("9", n) }
	for text, ok := range map[string]bool{
		nines(35) + "." + nines(30): true, "-000" + nines(35) + "." + nines(30) + "000": true,
		nines(36): false, "0." + nines(31): false, "": false, "-": false, ".": false,
	} {
		_, err := Decimal(text)
		assert.Equal(t, ok, err == nil, text)
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "00.00", "1.50", "-12.5", ".5", "5.", "1e9", "+1", " 1", "--1", "1.2.3", "٣"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, s, u string) {
		v, err := Decimal(s)
		if err != nil {
			return
		}
		x, ok := new(big.Rat).SetString(s)
		require.True(t, ok, "%q", s)
		assert.Zero(t, x.Cmp(v.rat()), "%q became %q", s, v)
		again, err := Decimal(v.String())
		require.NoError(t, err)
		assert.Equal(t, v, again)
		if w, err := Decimal(u); err == nil {
			c, _ := v.Compare(w)
			assert.Equal(t, c == 0, v == w, "one number has one text: %q %q", v, w)
		}
	})
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"", "42", "042", uuidA, "true", "1.50", "2026-03-01T12:00:00.5+08:00", "\x00", "\xff"} {
		for k := range KindTime + 2 {
			f.Add(uint8(k), s)
		}
	}
	f.Fuzz(func(t *testing.T, k uint8, s string) {
		v, err := ParseValue(Kind(k), s)
		if err != nil {
			return
		}
		again, err := ParseValue(Kind(k), v.String())
		require.NoError(t, err)
		assert.Equal(t, v, again)
		held, err := ValueOf(Kind(k), v.Any())
		require.NoError(t, err)
		assert.Equal(t, v, held, "what is bound in SQL is the value itself")
	})
}
