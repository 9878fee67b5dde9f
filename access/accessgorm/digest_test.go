package accessgorm

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

func TestRowHash_tellsRowsApart(t *testing.T) {
	seen := map[[32]byte][]string{}
	for _, row := range [][]string{
		{"a", "b"}, {"ab"}, {"ab", ""}, {"", "ab"}, {"a", "", "b"}, {"a,b"}, {"a\x00b"}, {"\x01a", "b"}, {}, {""}, {"", ""},
		{strings.Repeat("x", 127)}, {strings.Repeat("x", 128)}, {strings.Repeat("x", 300)},
	} {
		for _, table := range []string{"t", "ta", ""} {
			h := rowHash(table, row...)
			assert.Nil(t, seen[h], "%q and %q", seen[h], row)
			seen[h] = append([]string{table}, row...)
		}
	}
}

func TestSum_orderAndInverse(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var hashes [][32]byte
	for range 50 {
		var h [32]byte
		for i := range h {
			h[i] = byte(rnd.Uint32())
		}
		hashes = append(hashes, h)
	}
	var there, back, half sum
	for i := range hashes {
		there.add(hashes[i])
		back.add(hashes[len(hashes)-1-i])
		if i < 25 {
			half.add(hashes[i])
		}
	}
	assert.Equal(t, there, back)
	rest := there
	rest.minus(half)
	rest.plus(half)
	assert.Equal(t, there, rest)
	rest.minus(there)
	assert.Equal(t, sum{}, rest)

	row := revisionRow{RowCount: there.rows, Digest: there.digest()}
	read, err := row.sum()
	require.NoError(t, err)
	assert.Equal(t, there, read)
}

func TestTimes(t *testing.T) {
	for _, at := range []time.Time{
		{}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(2026, 3, 29, 2, 30, 0, 0, time.FixedZone("", -3600)), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		got, err := parseTime(formatTime(at))
		if at.Year() < 0 {
			assert.Error(t, err)
			continue
		}
		require.NoError(t, err)
		assert.True(t, got.Equal(at), at)
	}
	for _, s := range []string{" ", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000000+01:00", "2026-02-30T00:00:00.000000000Z", "2026-01-01T00:00:00,000000000Z", "9999-99-99"} {
		_, err := parseTime(s)
		assert.Error(t, err, s)
	}
}

// FuzzDefinition: whatever a body holds, decoding never panics, and what it accepts names the row's own tenant and name.
func FuzzDefinition(f *testing.F) {
	for _, body := range []string{`{"name":"late","tenant":"acme","expr":"own"}`, `{"NAME":"late","tenant":"acme","tenant":"globex"}`, `{`, `null`, `[]`, `{"name":"late","tenant":"acme"}{}`, `{"name":"late","tenant":"acme","scope":{"not":{"attr":"a"}}}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		row := definitionRow{Tenant: "acme", Name: "late", Body: body}
		row.Hash = hexed(row.digest())
		d, err := row.decode()
		if err == nil && (d.Name != "late" || d.Tenant != "acme") {
			t.Fatalf("%q became %+v", body, d)
		}
	})
}

// FuzzLine: a row that is accepted is written back as the same row.
func FuzzLine(f *testing.F) {
	f.Add("p", "r:rep", "acme", "deal", "view", "always", "allow")
	f.Add("p2", "r:rep", "acme", "deal", "phone", "always", "read")
	f.Add("g", "u:alice", "r:rep", "acme", "", "", "")
	f.Fuzz(func(t *testing.T, ptype, a, b, c, d, e, g string) {
		line := []string{ptype, a, b, c, d, e, g}
		for len(line) > 1 && line[len(line)-1] == "" {
			line = line[:len(line)-1]
		}
		rows, err := stored{lines: [][]string{line}}.decode()
		if err != nil {
			return
		}
		again, err := encode(lineTenant(line), rows)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if got, want := strings.Join(again.lines[0], ","), strings.Join(line, ","); got != want || rows.Len() != 1 {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func TestDecode_zeroValues(t *testing.T) {
	rows, err := stored{}.decode()
	require.NoError(t, err)
	assert.Zero(t, rows.Len())
	for _, s := range []stored{
		{lines: [][]string{nil}}, {lines: [][]string{{}}}, {lines: [][]string{{""}}},
		{grants: []grantRow{{}}}, {definitions: []definitionRow{{}}}, {suspensions: []suspensionRow{{}}},
		{roles: []roleRow{{}}},
	} {
		_, err := s.decode()
		assert.ErrorIs(t, err, access.ErrInvalid, "%+v", s)
	}
}
