package chain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Open opens the chain at path for appending. A file that does not exist is created, readable by its owner alone (0600).
//
// Of an existing one the last line is verified, in time and memory that do not grow with the file; run [Verify] for the
// rest. If that line is not sound, or torn because a process died in it, Open returns an error that names the line and
// says what to do; it never alters what is there. A file that another Writer has open is refused where the system can tell.
func Open(path string) (*Writer, error) {
	path, err := filepath.Abs(path) // the working directory may change
	if err != nil {
		return nil, fmt.Errorf("audit/chain: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit/chain: %w", err)
	}
	w, err := resume(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

func resume(f *os.File) (*Writer, error) {
	if err := lock(f); err != nil {
		return nil, fmt.Errorf("audit/chain: %s is open in another writer (%w); give each process a file of its own", f.Name(), err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("audit/chain: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("audit/chain: %s is no regular file; use NewWriter for a pipe or a device", f.Name())
	}
	at, err := lastLine(f, info.Size())
	if err != nil {
		return nil, err
	}
	own := &ownFile{File: f, size: info.Size()}
	return &Writer{out: f, file: own, at: at}, nil
}

// lastLine verifies the last line of the file and returns the state of the chain behind it. It reads at most the last two
// lines, the second for the number of a torn one.
func lastLine(f *os.File, size int64) (Checkpoint, error) {
	if size == 0 {
		return Checkpoint{Last: genesis}, nil
	}
	tail := make([]byte, min(size, 2*MaxLine))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return Checkpoint{}, fmt.Errorf("audit/chain: %w", err)
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	torn := len(tail) - whole
	last := tail[:whole]
	if whole > 0 {
		last = last[bytes.LastIndexByte(last[:whole-1], '\n')+1:]
	}
	at := Checkpoint{Last: genesis}
	if whole > 0 || torn > MaxLine {
		var ok bool
		if at, ok = stateAfter(last); !ok {
			return Checkpoint{}, fmt.Errorf("audit/chain: the last whole line of %s is not sound; run Verify on it to learn where the damage begins, keep the file as evidence, and open a new one", f.Name())
		}
	}
	if torn > 0 {
		return Checkpoint{}, fmt.Errorf("audit/chain: line %d of %s is torn: its last %d bytes have no end. Keep a copy as evidence, then cut the file to its first %d bytes to go on with this chain, or move it away to begin a new one",
			at.Records+1, f.Name(), torn, size-int64(torn))
	}
	return at, nil
}

// stateAfter returns the state behind a line that is sound in itself.
func stateAfter(text []byte) (Checkpoint, bool) {
	l, ok := parseLine(text)
	if !ok {
		return Checkpoint{}, false
	}
	seq, err := strconv.Atoi(l.seq)
	if err != nil || seq < 1 || (seq == 1 && l.prev != genesis) {
		return Checkpoint{}, false
	}
	hash, kind := check(text, seq, l.prev)
	return Checkpoint{seq, hash}, kind == ""
}

// ownFile is a file that nobody else may touch while it is open.
type ownFile struct {
	*os.File
	size int64 // as this writer left it
}

// untouched returns an error if the file at the path is no longer this one, as this writer left it.
func (f *ownFile) untouched() error {
	here, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(f.Name())
	if err != nil {
		return err
	}
	if !os.SameFile(here, there) {
		return fmt.Errorf("%s was moved or replaced while open; Close the writer before and Open it after", f.Name())
	}
	if here.Size() != f.size {
		return fmt.Errorf("%s has %d bytes where this writer left %d: somebody else wrote to it or cut it; run Verify on it", f.Name(), here.Size(), f.size)
	}
	return nil
}
