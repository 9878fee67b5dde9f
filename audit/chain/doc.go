// Package chain writes audit events as JSON lines, each of which carries the hash of the one before, and verifies such
// files: what was altered, removed or inserted afterwards shows.
//
//	w, err := chain.Open("/var/log/crm/audit.jsonl")
//	err = w.Write(ctx, event)  // in the hands of the operating system
//	err = w.Sync()             // on the disk
//
//	report, err := chain.Verify(file)
//	if err != nil          { return err } // could not be read
//	if report.Err() != nil { alarm() }    // was read, and is not what was written
//
// # The format
//
// A line is exactly
//
//	{"seq":1,"prev":"<64 hex digits>","event":{…},"hash":"<64 hex digits>"}
//
// with one newline behind it, no other space outside the event, and hex digits in lower case. seq counts from 1 without a
// gap. prev is the hash of the line before, 64 zeros in the first. hash is the SHA-256 of these bytes:
//
//	crmaccess audit chain 1\n<prev>\n<seq>\n<event>
//
// where <event> is the event as it stands in the line, byte for byte, so that a program in any language can verify a chain
// without agreeing with this one about how JSON is written.
//
// # What a chain proves and what it does not
//
// Any byte changed in any line, and any line removed or inserted before the last, is found at that line. Two things a file
// alone cannot show: that lines are missing from its end, and that somebody who may write to it computed the whole chain
// anew. Both show if a [Checkpoint] was kept where that person cannot write (another machine, a mail, a ticket), and is
// given to [Verify].
//
// # Rotation
//
// A writer notices when its file is moved, cut or written to by another, and refuses from then on. To rotate: Close, rename,
// Open again. Each file is a chain of its own; put the last checkpoint of a file on record in the next one.
package chain
