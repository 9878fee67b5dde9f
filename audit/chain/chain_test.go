package chain_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

var zeros = strings.Repeat("0", 64)

func event(i int) audit.Event {
	return audit.Event{
		ID: fmt.Sprintf("d-%d", i), Time: time.Date(2026, 3, 9, 9, 0, i, 0, time.UTC), Kind: audit.KindDecision,
		Subject: "alice", Action: "view", Type: "customer", Record: fmt.Sprint(i), Allowed: i%2 == 1,
	}
}

// written is a sound chain of events 1 to n.
func written(t testing.TB, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := chain.NewWriter(&out)
	for i := range n {
		require.NoError(t, w.Write(context.Background(), event(i+1)))
	}
	return out.Bytes()
}

// lines splits a sound chain; each line keeps its newline.
func lines(text []byte) []string {
	l := strings.SplitAfter(string(text), "\n")
	return l[:len(l)-1]
}

// naive verifies a chain from the documented format alone, by way of decoded JSON, and returns its records.
func naive(text []byte) ([]audit.Event, error) {
	prev := zeros
	var events []audit.Event
	for i, text := range bytes.SplitAfter(text, []byte("\n")) {
		if len(text) == 0 {
			break
		}
		var l struct {
			Seq   int             `json:"seq"`
			Prev  string          `json:"prev"`
			Event json.RawMessage `json:"event"`
			Hash  string          `json:"hash"`
		}
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(fmt.Sprintf("crmaccess audit chain 1\n%s\n%d\n%s", l.Prev, l.Seq, l.Event)))
		if l.Seq != i+1 || l.Prev != prev || l.Hash != fmt.Sprintf("%x", sum) {
			return nil, fmt.Errorf("line %d", i+1)
		}
		if again := fmt.Sprintf("{\"seq\":%d,\"prev\":%q,\"event\":%s,\"hash\":%q}\n", l.Seq, l.Prev, l.Event, l.Hash); again != string(text) {
			return nil, fmt.Errorf("line %d: layout", i+1)
		}
		var e audit.Event
		if err := json.Unmarshal(l.Event, &e); err != nil {
			return nil, err
		}
		events, prev = append(events, e), l.Hash
	}
	return events, nil
}
