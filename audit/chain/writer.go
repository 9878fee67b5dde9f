package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

// Writer is an [audit.Sink] that appends to one chain. It is safe for concurrent use. Make it with [Open] or [NewWriter];
// the zero Writer refuses every event.
//
// After a write that failed, the end of the chain is uncertain: the Writer refuses everything from then on with the same
// error. [Open] tells what became of the file.
type Writer struct {
	mu   sync.Mutex
	out  io.Writer
	file *ownFile // nil unless made by Open
	at   Checkpoint
	err  error // set once, refuses all that follows
}

// NewWriter returns a Writer that begins a chain of its own on w, which it neither closes nor reads.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: w, at: Checkpoint{Last: genesis}}
}

// Write implements [audit.Sink]. The events of one call go out in a single write to the file, one line each. When Write
// returns nil they survive the end of this process; call Sync to have them survive the end of the machine. An event that
// cannot be written as JSON in [MaxLine] bytes is refused together with its whole call, and leaves the chain as it was.
func (w *Writer) Write(_ context.Context, events ...audit.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.usable(); err != nil {
		return err
	}
	text, next, err := encode(w.at, events)
	if err != nil || len(text) == 0 {
		return err
	}
	if w.file != nil {
		if err := w.file.untouched(); err != nil {
			return w.fail(err)
		}
	}
	n, err := w.out.Write(text)
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return w.fail(err)
	}
	if w.file != nil {
		w.file.size += int64(n)
	}
	w.at = next
	return nil
}

// encode returns the lines of the events and the state of the chain behind them.
func encode(at Checkpoint, events []audit.Event) ([]byte, Checkpoint, error) {
	var text []byte
	for i, e := range events {
		event, err := json.Marshal(e)
		if err != nil {
			return nil, at, fmt.Errorf("audit/chain: event %d of %d: %w", i+1, len(events), err)
		}
		begin := len(text)
		text, at.Last = appendLine(text, at.Records+1, at.Last, event)
		at.Records++
		if size := len(text) - begin; size > MaxLine {
			return nil, at, fmt.Errorf("audit/chain: event %d of %d needs a line of %d bytes, %d at most; say less in its Detail",
				i+1, len(events), size, MaxLine)
		}
	}
	return text, at, nil
}

// Checkpoint returns the state of the chain behind the last event written. Keep it elsewhere and give it to [Verify] later.
func (w *Writer) Checkpoint() Checkpoint {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// Sync has what was written reach the disk. On a writer given to [NewWriter] it calls that writer's own Sync() error, if
// there is one.
func (w *Writer) Sync() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.usable(); err != nil {
		return err
	}
	if s, ok := w.out.(interface{ Sync() error }); ok {
		if err := s.Sync(); err != nil {
			return w.fail(err)
		}
	}
	return nil
}

// Close syncs and closes the file that [Open] opened, and refuses all further writes. Closing twice is no error. A writer
// given to [NewWriter] stays open.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if errors.Is(w.err, os.ErrClosed) {
		return nil
	}
	w.err = fmt.Errorf("audit/chain: the writer is closed: %w", os.ErrClosed)
	if w.file == nil {
		return nil
	}
	return errors.Join(w.file.Sync(), w.file.Close())
}

func (w *Writer) usable() error {
	if w.out == nil && w.err == nil {
		return errors.New("audit/chain: this Writer writes nowhere; make it with Open or NewWriter")
	}
	return w.err
}

func (w *Writer) fail(err error) error {
	w.err = fmt.Errorf("audit/chain: nothing more is written after record %d: %w", w.at.Records, err)
	return w.err
}
