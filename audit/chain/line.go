package chain

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
)

// MaxLine is the longest line in bytes, newline included. [Writer.Write] refuses an event that would need more, and
// [Verify] takes a longer line for a forged one.
const MaxLine = 1 << 20

const (
	hashDomain = "crmaccess audit chain 1\n"
	hashLen    = 2 * sha256.Size

	beforeSeq   = `{"seq":`
	beforePrev  = `,"prev":"`
	beforeEvent = `","event":`
	beforeHash  = `,"hash":"`
	lineEnd     = "\"}\n"
)

// genesis stands in for the hash of the line before the first.
var genesis = strings.Repeat("0", hashLen)

// line is one line taken apart. event aliases the bytes that were parsed.
type line struct {
	seq        string
	prev, hash string
	event      []byte
}

// hashOf is the hash that a line with this content must carry.
func hashOf(prev, seq string, event []byte) string {
	h := sha256.New()
	h.Write([]byte(hashDomain + prev + "\n" + seq + "\n"))
	h.Write(event)
	return hex.EncodeToString(h.Sum(nil))
}

// appendLine adds the line of event to dst and returns it with the line's hash.
func appendLine(dst []byte, seq int, prev string, event []byte) (out []byte, hash string) {
	number := strconv.Itoa(seq)
	hash = hashOf(prev, number, event)
	dst = append(dst, beforeSeq+number+beforePrev+prev+beforeEvent...)
	dst = append(dst, event...)
	return append(dst, beforeHash+hash+lineEnd...), hash
}

// parseLine takes apart a line with its newline. ok is false unless the line has exactly the layout that appendLine gives
// it; whether seq, prev and hash are the right ones is for the caller to see.
func parseLine(b []byte) (l line, ok bool) {
	b, ok = bytes.CutPrefix(b, []byte(beforeSeq))
	if !ok {
		return line{}, false
	}
	seq, b, ok := bytes.Cut(b, []byte(beforePrev))
	if !ok || len(b) < hashLen {
		return line{}, false
	}
	prev, b := b[:hashLen], b[hashLen:]
	b, ok = bytes.CutPrefix(b, []byte(beforeEvent))
	if !ok {
		return line{}, false
	}
	b, ok = bytes.CutSuffix(b, []byte(lineEnd))
	if !ok || len(b) < hashLen {
		return line{}, false
	}
	b, hash := b[:len(b)-hashLen], b[len(b)-hashLen:]
	event, ok := bytes.CutSuffix(b, []byte(beforeHash))
	if !ok || len(event) == 0 || event[0] != '{' || !json.Valid(event) {
		return line{}, false
	}
	return line{seq: string(seq), prev: string(prev), hash: string(hash), event: event}, true
}
