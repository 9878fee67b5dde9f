package accessgorm

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// rowHash is the SHA-256 of a row; no two different rows are written alike.
func rowHash(table string, values ...string) [32]byte {
	text := make([]byte, 0, 256)
	text = append(binary.AppendUvarint(text, uint64(len(table))), table...)
	for _, v := range values {
		text = append(binary.AppendUvarint(text, uint64(len(v))), v...)
	}
	return sha256.Sum256(text)
}

// sum is the number of rows of a set and the sums of the four lanes of their hashes, so that it depends on no order and
// a change can be added to it. The zero value is the empty set.
type sum struct {
	rows  uint64
	lanes [4]uint64
}

func (s *sum) add(h [32]byte) {
	s.rows++
	for i := range s.lanes {
		s.lanes[i] += binary.BigEndian.Uint64(h[8*i:])
	}
}

func (s *sum) plus(o sum) {
	s.rows += o.rows
	for i := range s.lanes {
		s.lanes[i] += o.lanes[i]
	}
}

func (s *sum) minus(o sum) {
	s.rows -= o.rows
	for i := range s.lanes {
		s.lanes[i] -= o.lanes[i]
	}
}

const digestLayout = "%016x%016x%016x%016x"

func (s sum) digest() string {
	return fmt.Sprintf(digestLayout, s.lanes[0], s.lanes[1], s.lanes[2], s.lanes[3])
}

// sum reads back what the row was left with.
func (r revisionRow) sum() (sum, error) {
	s := sum{rows: r.RowCount}
	_, err := fmt.Sscanf(r.Digest, digestLayout, &s.lanes[0], &s.lanes[1], &s.lanes[2], &s.lanes[3])
	if err != nil || s.digest() != r.Digest {
		return sum{}, fmt.Errorf("the digest %q is not 64 hexadecimal digits", r.Digest)
	}
	return s, nil
}
