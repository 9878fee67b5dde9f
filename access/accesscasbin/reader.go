package accesscasbin

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// contents are all rows at one state of the adapter's store. They never change.
type contents struct {
	lines   map[string][][]string // by tenant, sorted, each once
	version uint64                // as Options.Version had it; else
	changed map[string]uint64     // by tenant: the number of its last change
}

// revision is that of a tenant: its own or that of the shared rows, whichever changed later.
func (c contents) revision(tenant string) uint64 {
	return max(c.version, c.changed[tenant], c.changed[access.Shared])
}

// reader reads the adapter; it is used by one goroutine at a time. It remembers no more of the rows than a digest.
type reader struct {
	adapter persist.Adapter
	version func(context.Context) (uint64, error)
	proven  bool // the adapter tells when it meets rows that a model does not take
	digests map[string][sha256.Size]byte
	changed map[string]uint64
	last    uint64 // the highest number given
}

// maxTries bounds how often rows are read that change while they are read.
const maxTries = 5

// read is one pass over all rows. A panic of what the host gave must not end the process.
func (r *reader) read() (c contents, err error) {
	defer func() {
		if p := recover(); p != nil {
			c, err = contents{}, fmt.Errorf("accesscasbin: reading the rows panicked: %v", p)
		}
	}()
	if r.version == nil {
		lines, err := r.lines()
		if err != nil {
			return contents{}, err
		}
		r.note(lines)
		return contents{lines: lines, changed: maps.Clone(r.changed)}, nil
	}
	for range maxTries {
		before, err := r.version(context.Background())
		if err != nil {
			return contents{}, err
		}
		lines, err := r.lines()
		if err != nil {
			return contents{}, err
		}
		after, err := r.version(context.Background())
		if err != nil {
			return contents{}, err
		}
		if before == after {
			return contents{lines: lines, version: before}, nil
		}
	}
	return contents{}, fmt.Errorf("accesscasbin: Options.Version moved during each of %d attempts to read the rows: does it move without a change?", maxTries)
}

// lines reads and checks every row.
func (r *reader) lines() (map[string][][]string, error) {
	m, err := widened()
	if err != nil {
		return nil, err
	}
	if err := r.load(m); err != nil {
		return nil, fmt.Errorf("accesscasbin: the adapter could not load its rows: %w", err)
	}
	lines, err := decode(m)
	if err != nil {
		return nil, err
	}
	if !r.proven && len(lines) > 0 {
		if r.load(model.Model{}) == nil {
			return nil, errors.New("accesscasbin: the adapter hides rows that a model does not take, and a deny among them would be lost unseen: " +
				"use another adapter; policy that is text is read by access.ParseRows")
		}
		r.proven = true
	}
	return lines, nil
}

// load calls the adapter. Some panic on rows that they did not expect.
func (r *reader) load(m model.Model) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked: %v: is there a row without any value?", p)
		}
	}()
	return r.adapter.LoadPolicy(m)
}

// note gives tenants whose rows are not what they were a new number, which is higher than any given before, here or by
// a process that ended. Only tenants that have or had rows are remembered, not every name that anybody asks about.
func (r *reader) note(lines map[string][][]string) {
	if r.digests == nil {
		r.digests, r.changed = map[string][sha256.Size]byte{}, map[string]uint64{}
	}
	next := max(r.last+1, uint64(time.Now().UnixMicro()))
	mark := func(tenant string) {
		if d := digest(lines[tenant]); d != r.digests[tenant] {
			r.digests[tenant], r.changed[tenant], r.last = d, next, next
		}
	}
	for tenant := range lines {
		mark(tenant)
	}
	for tenant := range r.changed {
		mark(tenant)
	}
}

// digest is the same for the same rows only.
func digest(lines [][]string) [sha256.Size]byte {
	var text []byte
	for _, line := range lines {
		text = binary.AppendUvarint(text, uint64(len(line)))
		for _, v := range line {
			text = append(binary.AppendUvarint(text, uint64(len(v))), v...)
		}
	}
	return sha256.Sum256(text)
}
