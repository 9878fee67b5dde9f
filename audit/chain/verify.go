package chain

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// What is wrong with the bad line of a [Report].
const (
	BadJSON       = "json"       // not a line of this format
	BadSequence   = "sequence"   // its number does not follow the one before: lines were removed, inserted or moved
	BadPrev       = "prev"       // it does not name the hash of the line before
	BadHash       = "hash"       // its content is not what was hashed
	BadTruncated  = "truncated"  // the last line has no end: the writer died in it, or the file was cut
	BadTooLong    = "too_long"   // longer than MaxLine
	BadCheckpoint = "checkpoint" // the chain is sound, but not the one that a checkpoint was taken from
)

// Checkpoint is the state of a chain at one moment. Kept where those who can write to the file cannot, it later proves
// that the file still begins with the same records.
type Checkpoint struct {
	Records int    `json:"records"`
	Last    string `json:"last"`
}

// Report is what Verify found. Records counts the sound lines before the first bad one, or all, and Last is the hash of the
// last of them. An empty chain has no records and 64 zeros for Last.
type Report struct {
	Records int    `json:"records"`
	Last    string `json:"last"`
	Bad     int    `json:"bad,omitempty"`  // number of the first bad line, from 1; 0 if there is none
	Kind    string `json:"kind,omitempty"` // what is wrong with it, one of the Bad constants
}

// ErrBroken is wrapped by the error of [Report.Err].
var ErrBroken = errors.New("audit/chain: broken chain")

// Err returns nil if the chain is sound, else an error that names the bad line and what is wrong with it. The zero Report,
// which [Verify] returns beside an error, is not sound.
func (r Report) Err() error {
	switch {
	case r.Bad != 0:
		return fmt.Errorf("%w: line %d: %s", ErrBroken, r.Bad, r.Kind)
	case r.Last == "":
		return fmt.Errorf("%w: nothing was verified", ErrBroken)
	}
	return nil
}

// Checkpoint returns the state of the sound part of the chain.
func (r Report) Checkpoint() Checkpoint { return Checkpoint{r.Records, r.Last} }

// Verify reads a chain to its end or to its first bad line, and reports which it was. The error says only that r could not
// be read. Memory does not grow with the chain.
//
// known are checkpoints taken from this chain before. One that does not fit is reported as BadCheckpoint, at the line it
// speaks of or, when the chain ends before that, at the line after its last. Without checkpoints an empty file is a sound
// chain of no records.
func Verify(r io.Reader, known ...Checkpoint) (Report, error) {
	known = slices.Clone(known)
	slices.SortStableFunc(known, func(a, b Checkpoint) int { return a.Records - b.Records })
	in := bufio.NewReaderSize(r, MaxLine)
	report := Report{Last: genesis}
	for {
		rest, fits := compare(known, report)
		if !fits {
			report.Bad, report.Kind = max(report.Records, 1), BadCheckpoint
			return report, nil
		}
		known = rest
		text, err := in.ReadSlice('\n')
		switch {
		case err == nil:
		case errors.Is(err, bufio.ErrBufferFull):
			report.Bad, report.Kind = report.Records+1, BadTooLong
			return report, nil
		case !errors.Is(err, io.EOF):
			return Report{}, fmt.Errorf("audit/chain: line %d: %w", report.Records+1, err)
		case len(text) > 0:
			report.Bad, report.Kind = report.Records+1, BadTruncated
			return report, nil
		case len(known) > 0:
			report.Bad, report.Kind = report.Records+1, BadCheckpoint
			return report, nil
		default:
			return report, nil
		}
		hash, kind := check(text, report.Records+1, report.Last)
		if kind != "" {
			report.Bad, report.Kind = report.Records+1, kind
			return report, nil
		}
		report.Records++
		report.Last = hash
	}
}

// check returns the hash of a line, or what is wrong with it as line number seq behind the line with hash prev.
func check(text []byte, seq int, prev string) (hash, kind string) {
	l, ok := parseLine(text)
	switch {
	case !ok:
		return "", BadJSON
	case l.seq != strconv.Itoa(seq):
		return "", BadSequence
	case l.prev != prev:
		return "", BadPrev
	case l.hash != hashOf(l.prev, l.seq, l.event):
		return "", BadHash
	}
	return l.hash, ""
}

// compare takes from the sorted checkpoints those that speak of the state reached. fits is false if one contradicts it.
func compare(known []Checkpoint, reached Report) (rest []Checkpoint, fits bool) {
	for len(known) > 0 && known[0].Records <= reached.Records {
		if known[0] != reached.Checkpoint() {
			return known, false
		}
		known = known[1:]
	}
	return known, true
}
