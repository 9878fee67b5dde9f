package chain_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

func TestVerifySound(t *testing.T) {
	for n := range 5 {
		text := written(t, n)
		report, err := chain.Verify(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, report.Err())
		assert.Equal(t, n, report.Records)

		events, err := naive(text)
		require.NoError(t, err, "the documented format and the written one agree")
		require.Len(t, events, n)
		for i, e := range events {
			assert.Equal(t, event(i+1), e)
		}
	}
}

func TestVerifyNamesTheLineAndItsKind(t *testing.T) {
	whole := lines(written(t, 5))
	edit := func(f func(l []string) []string) string { return strings.Join(f(slices.Clone(whole)), "") }
	for _, c := range []struct {
		name, text string
		bad        int
		kind       string
	}{
		{"first line removed", edit(func(l []string) []string { return l[1:] }), 1, chain.BadSequence},
		{"a line removed", edit(func(l []string) []string { return slices.Delete(l, 2, 3) }), 3, chain.BadSequence},
		{"two lines swapped", edit(func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), 2, chain.BadSequence},
		{"a line repeated", edit(func(l []string) []string { return slices.Insert(l, 2, l[1]) }), 3, chain.BadSequence},
		{"an empty line", edit(func(l []string) []string { return slices.Insert(l, 2, "\n") }), 3, chain.BadJSON},
		{"a line emptied", edit(func(l []string) []string { l[3] = "{}\n"; return l }), 4, chain.BadJSON},
		{"denied made allowed", edit(func(l []string) []string {
			l[1] = strings.Replace(l[1], `"allowed":false`, `"allowed":true`, 1)
			return l
		}), 2, chain.BadHash},
		{"a space added", edit(func(l []string) []string { l[1] = strings.Replace(l[1], `,"prev"`, ` ,"prev"`, 1); return l }), 2, chain.BadSequence},
		{"a key added", edit(func(l []string) []string { l[1] = strings.Replace(l[1], `{"seq"`, `{"x":1,"seq"`, 1); return l }), 2, chain.BadJSON},
		{"number written otherwise", edit(func(l []string) []string { l[1] = strings.Replace(l[1], `"seq":2`, `"seq":02`, 1); return l }), 2, chain.BadSequence},
		{"altered and hashed anew", edit(func(l []string) []string {
			l[1] = forged(2, whole[0], `{"id":"d-2","kind":"decision","allowed":true}`)
			return l
		}), 3, chain.BadPrev},
		{"hash in capitals", edit(func(l []string) []string {
			i := strings.LastIndex(l[4], `"hash":"`) + len(`"hash":"`)
			l[4] = l[4][:i] + strings.ToUpper(l[4][i:i+64]) + l[4][i+64:]
			return l
		}), 5, chain.BadHash},
		{"event is no object", edit(func(l []string) []string { l[1] = forged(2, whole[0], `null`); return l }), 2, chain.BadJSON},
		{"event is no JSON", edit(func(l []string) []string { l[1] = forged(2, whole[0], `{"id":}`); return l }), 2, chain.BadJSON},
		{"event is nothing", edit(func(l []string) []string { l[1] = forged(2, whole[0], ""); return l }), 2, chain.BadJSON},
		{"ends before the event", edit(func(l []string) []string {
			l[1] = l[1][:strings.Index(l[1], `"event":`)+len(`"event":`)] + "\"}\n"
			return l
		}), 2, chain.BadJSON},
		{"ends in prev", edit(func(l []string) []string { l[1] = l[1][:30] + "\n"; return l }), 2, chain.BadJSON},
		{"carriage returns", strings.ReplaceAll(edit(slices.Clone[[]string]), "\n", "\r\n"), 1, chain.BadJSON},
		{"byte order mark", "\ufeff" + edit(slices.Clone[[]string]), 1, chain.BadJSON},
		{"torn in the last line", strings.Join(whole, "")[:len(strings.Join(whole, ""))-10], 5, chain.BadTruncated},
		{"last newline missing", strings.TrimSuffix(strings.Join(whole, ""), "\n"), 5, chain.BadTruncated},
		{"something behind the end", strings.Join(whole, "") + "x", 6, chain.BadTruncated},
		{"a line without end", strings.Join(whole, "") + strings.Repeat("x", chain.MaxLine+1), 6, chain.BadTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := chain.Verify(strings.NewReader(c.text))
			require.NoError(t, err)
			assert.Equal(t, c.bad, report.Bad)
			assert.Equal(t, c.kind, report.Kind)
			assert.Equal(t, c.bad-1, report.Records, "the records before are sound")
			assert.ErrorIs(t, report.Err(), chain.ErrBroken)
			_, err = naive([]byte(c.text))
			assert.Error(t, err)
		})
	}
}

// forged is a line numbered seq that is sound in itself, behind the line before.
func forged(seq int, before, event string) string {
	prev := before[len(before)-67 : len(before)-3]
	hash := sha256.Sum256([]byte(fmt.Sprintf("crmaccess audit chain 1\n%s\n%d\n%s", prev, seq, event)))
	return fmt.Sprintf("{\"seq\":%d,\"prev\":%q,\"event\":%s,\"hash\":\"%x\"}\n", seq, prev, event, hash)
}

func TestVerifyFindsEveryFlippedByte(t *testing.T) {
	text := written(t, 3)
	for at := range text {
		for _, mask := range []byte{0x01, 0x20, 0x80, 0xff, text[at] ^ '\n'} {
			if mask != 0 {
				assertFlipFound(t, text, at, mask)
			}
		}
	}
}

func assertFlipFound(t *testing.T, text []byte, at int, mask byte) {
	t.Helper()
	flipped := slices.Clone(text)
	flipped[at] ^= mask
	report, err := chain.Verify(bytes.NewReader(flipped))
	require.NoError(t, err)
	want := 1 + bytes.Count(text[:at], []byte("\n"))
	require.Equal(t, want, report.Bad, "byte %d flipped by %#x: %+v", at, mask, report)
}

func FuzzVerify(f *testing.F) {
	f.Add("alice", 17, byte(1), []byte(nil))
	f.Add(`","hash":"`, 400, byte(0x20), []byte("{\"seq\":1,\"prev\":\""))
	f.Add("\x00\n\u2028<é>", 1, byte('\n'^'{'), written(f, 2))
	f.Fuzz(func(t *testing.T, subject string, at int, mask byte, raw []byte) {
		var out bytes.Buffer
		w := chain.NewWriter(&out)
		for i := range 3 {
			e := event(i + 1)
			e.Subject, e.Detail = subject, map[string]string{subject: subject}
			if w.Write(context.Background(), e) != nil {
				return // longer than a line may be
			}
		}
		report, err := chain.Verify(bytes.NewReader(out.Bytes()), w.Checkpoint())
		require.NoError(t, err)
		require.NoError(t, report.Err())
		if mask != 0 && at >= 0 {
			assertFlipFound(t, out.Bytes(), at%out.Len(), mask)
		}

		report, err = chain.Verify(bytes.NewReader(raw))
		require.NoError(t, err)
		if report.Err() == nil {
			events, err := naive(raw)
			require.NoError(t, err, "taken for sound: %q", raw)
			require.Len(t, events, report.Records)
		}
	})
}

func TestVerifyCheckpoints(t *testing.T) {
	ctx := context.Background()
	var out bytes.Buffer
	w := chain.NewWriter(&out)
	begin := w.Checkpoint()
	require.NoError(t, w.Write(ctx, event(1), event(2)))
	early := w.Checkpoint()
	require.NoError(t, w.Write(ctx, event(3), event(4)))
	late := w.Checkpoint()
	whole := lines(out.Bytes())

	rewritten := lines(func() []byte {
		var out bytes.Buffer
		w := chain.NewWriter(&out)
		require.NoError(t, w.Write(ctx, event(9), event(2), event(3), event(4)))
		return out.Bytes()
	}())

	for _, c := range []struct {
		name  string
		lines []string
		known []chain.Checkpoint
		bad   int
	}{
		{"all fit, in any order, also twice", whole, []chain.Checkpoint{late, early, begin, late}, 0},
		{"grown since", whole, []chain.Checkpoint{early}, 0},
		{"end cut off", whole[:3], []chain.Checkpoint{early, late}, 4},
		{"all cut off", nil, []chain.Checkpoint{early}, 1},
		{"computed anew", rewritten, []chain.Checkpoint{early, late}, 2},
		{"the zero checkpoint fits nothing", whole, []chain.Checkpoint{{}}, 1},
		{"negative", whole, []chain.Checkpoint{{Records: -1, Last: zeros}}, 1},
		{"two that contradict each other", whole, []chain.Checkpoint{early, {early.Records, late.Last}}, 2},
	} {
		report, err := chain.Verify(strings.NewReader(strings.Join(c.lines, "")), c.known...)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.bad, report.Bad, c.name)
		if c.bad != 0 {
			assert.Equal(t, chain.BadCheckpoint, report.Kind, c.name)
		}
	}
}

func TestVerifyReadError(t *testing.T) {
	gone := errors.New("device gone")
	report, err := chain.Verify(io.MultiReader(bytes.NewReader(written(t, 2)), iotest.ErrReader(gone)))
	assert.ErrorIs(t, err, gone)
	assert.ErrorIs(t, report.Err(), chain.ErrBroken, "a host that drops the error does not see a sound chain")
}

func TestVerifyReadsInAnyPieces(t *testing.T) {
	report, err := chain.Verify(iotest.OneByteReader(bytes.NewReader(written(t, 3))))
	require.NoError(t, err)
	assert.Equal(t, 3, report.Records)
	assert.NoError(t, report.Err())
}

func TestVerifyConstantMemory(t *testing.T) {
	in, out := io.Pipe()
	go func() {
		w := chain.NewWriter(out)
		e := audit.Event{ID: "1", Purpose: strings.Repeat("x", chain.MaxLine/2)}
		for range 60 {
			if w.Write(context.Background(), e) != nil {
				break
			}
		}
		out.Close()
	}()
	var most uint64
	report, err := chain.Verify(readFunc(func(p []byte) (int, error) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
		return in.Read(p)
	}))
	require.NoError(t, err)
	assert.Equal(t, 60, report.Records)
	assert.Less(t, most, uint64(20<<20), "30 MiB of chain")
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
