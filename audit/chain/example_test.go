package chain_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

func refused(id string) audit.Event {
	return audit.Event{ID: id, Time: time.Date(2026, 3, 9, 18, 30, 0, 0, time.UTC), Kind: audit.KindDecision,
		Subject: "eve", Action: "export", Type: "customer"}
}

func Example() {
	dir, _ := os.MkdirTemp("", "audit")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "audit.jsonl")

	for _, id := range []string{"d-1", "d-2"} { // the second run goes on where the first ended
		w, err := chain.Open(path)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(w.Write(context.Background(), refused(id)), w.Close())
	}

	f, _ := os.Open(path)
	defer f.Close()
	report, err := chain.Verify(f)
	fmt.Println(report.Records, report.Err(), err)
	// Output:
	// <nil> <nil>
	// <nil> <nil>
	// 2 <nil> <nil>
}

// Eve may write to the file, and makes her refused export an allowed one.
func ExampleVerify_altered() {
	var file bytes.Buffer
	w := chain.NewWriter(&file)
	_ = w.Write(context.Background(), refused("d-1"), refused("d-2"), refused("d-3"))

	lines := bytes.SplitAfter(file.Bytes(), []byte("\n"))
	lines[1] = bytes.Replace(lines[1], []byte(`"allowed":false`), []byte(`"allowed":true`), 1)

	report, _ := chain.Verify(bytes.NewReader(bytes.Join(lines, nil)))
	fmt.Println(report.Err())
	// Output: audit/chain: broken chain: line 2: hash
}

// Eve cuts off the lines that speak of her. The shorter chain is sound in itself; the checkpoint that was mailed to the
// auditor shows that it was longer.
func ExampleVerify_checkpoint() {
	var file bytes.Buffer
	w := chain.NewWriter(&file)
	_ = w.Write(context.Background(), refused("d-1"), refused("d-2"), refused("d-3"))
	mailed := w.Checkpoint()

	cut := bytes.SplitAfter(file.Bytes(), []byte("\n"))[0]

	alone, _ := chain.Verify(bytes.NewReader(cut))
	fmt.Println(alone.Err())
	anchored, _ := chain.Verify(bytes.NewReader(cut), mailed)
	fmt.Println(anchored.Err())
	// Output:
	// <nil>
	// audit/chain: broken chain: line 2: checkpoint
}
