package chain_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

var ctx = context.Background()

var _ audit.Sink = (*chain.Writer)(nil)

func TestWriterThatWritesNowhere(t *testing.T) {
	var zero chain.Writer
	for _, w := range []*chain.Writer{&zero, chain.NewWriter(nil)} {
		assert.ErrorContains(t, w.Write(ctx, event(1)), "writes nowhere")
		assert.ErrorContains(t, w.Sync(), "writes nowhere")
	}
}

// limited takes so many bytes, then fails with err; with a nil err it just takes fewer than it was given.
type limited struct {
	bytes.Buffer
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) <= l.left {
		l.left -= len(p)
		return l.Buffer.Write(p)
	}
	n, _ := l.Buffer.Write(p[:l.left])
	l.left = 1 << 20
	return n, l.err
}

func TestWriterRefusesAfterAFailedWrite(t *testing.T) {
	full := errors.New("disk full")
	for _, failure := range []error{full, nil} {
		out := &limited{left: len(written(t, 1)) + 20, err: failure}
		w := chain.NewWriter(out)
		require.NoError(t, w.Write(ctx, event(1)))
		first := w.Write(ctx, event(2))
		require.Error(t, first)
		if failure != nil {
			assert.ErrorIs(t, first, failure)
		}
		size := out.Len()
		assert.Equal(t, first, w.Write(ctx, event(2)), "there is room again, but the end of the chain is uncertain")
		assert.Equal(t, first, w.Sync())
		assert.Equal(t, size, out.Len())
		assert.Equal(t, 1, w.Checkpoint().Records)

		report, err := chain.Verify(&out.Buffer, w.Checkpoint())
		require.NoError(t, err)
		assert.Equal(t, chain.Report{Records: 1, Last: w.Checkpoint().Last, Bad: 2, Kind: chain.BadTruncated}, report)
	}
}

func TestWriterLeavesTheChainAsItWasForABadEvent(t *testing.T) {
	var out bytes.Buffer
	w := chain.NewWriter(&out)
	require.NoError(t, w.Write(ctx, event(1)))
	before := out.String()

	assert.ErrorContains(t, w.Write(ctx, event(2), audit.Event{Purpose: strings.Repeat("x", chain.MaxLine)}), "event 2 of 2 needs a line of")
	assert.ErrorContains(t, w.Write(ctx, event(2), audit.Event{Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}), "event 2 of 2")
	require.NoError(t, w.Write(ctx))
	assert.Equal(t, before, out.String())

	require.NoError(t, w.Write(ctx, event(2)))
	report, err := chain.Verify(&out, w.Checkpoint())
	require.NoError(t, err)
	assert.NoError(t, report.Err())
	assert.Equal(t, 2, report.Records)
}

func TestWriterLongestLineVerifies(t *testing.T) {
	var out bytes.Buffer
	w := chain.NewWriter(&out)
	require.NoError(t, w.Write(ctx, audit.Event{Purpose: "x"}))
	room := chain.MaxLine - out.Len() + 1
	require.Error(t, w.Write(ctx, audit.Event{Purpose: strings.Repeat("x", room+1)}))
	require.NoError(t, w.Write(ctx, audit.Event{Purpose: strings.Repeat("x", room)}))
	report, err := chain.Verify(&out)
	require.NoError(t, err)
	assert.NoError(t, report.Err())
	assert.Equal(t, 2, report.Records)
}

func TestWriterWritesAfterTheCallerHungUp(t *testing.T) {
	gone, cancel := context.WithCancel(ctx)
	cancel()
	var out bytes.Buffer
	require.NoError(t, chain.NewWriter(&out).Write(gone, event(2)))
	assert.Contains(t, out.String(), "d-2")
}

func TestWriterManyGoroutines(t *testing.T) {
	const writers, each = 8, 25
	var out bytes.Buffer
	w := chain.NewWriter(&out)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range each {
				assert.NoError(t, w.Write(ctx, audit.Event{Subject: strconv.Itoa(i), Count: 2 * n}, audit.Event{Subject: strconv.Itoa(i), Count: 2*n + 1}))
				w.Checkpoint()
			}
		}()
	}
	wg.Wait()
	events, err := naive(out.Bytes())
	require.NoError(t, err)
	require.Len(t, events, 2*writers*each)
	next := map[string]int{}
	for i, e := range events {
		assert.Equal(t, next[e.Subject], e.Count)
		next[e.Subject]++
		if i%2 == 1 {
			assert.Equal(t, events[i-1].Subject, e.Subject, "the events of one call stay together")
		}
	}
}

type syncer struct {
	bytes.Buffer
	synced int
	err    error
}

func (s *syncer) Sync() error { s.synced++; return s.err }

func TestWriterSyncAndClose(t *testing.T) {
	out := &syncer{}
	w := chain.NewWriter(out)
	require.NoError(t, w.Sync())
	assert.Equal(t, 1, out.synced)

	out.err = errors.New("lost")
	assert.ErrorIs(t, w.Sync(), out.err)
	assert.ErrorIs(t, w.Write(ctx, event(1)), out.err, "after a failed sync nobody knows what the disk holds")

	require.NoError(t, w.Close())
	require.NoError(t, w.Close())
	assert.ErrorIs(t, w.Write(ctx, event(1)), os.ErrClosed)
	assert.ErrorIs(t, w.Sync(), os.ErrClosed)
	require.NoError(t, chain.NewWriter(&bytes.Buffer{}).Sync())
}
