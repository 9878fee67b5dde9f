// Package audit holds what is put on record about access: the [Event], the [Sink] that records it, and three small sinks.
//
// # Whole program
//
//	file, err := chain.Open("/var/log/crm/audit.jsonl") // tamper-evident, package audit/chain
//	sink, err := audit.Fanout(file, audit.Slog(logger))
//	err = sink.Write(ctx, audit.Event{ID: "d-1", Time: now, Kind: audit.KindDecision, Subject: "alice", Action: "view"})
//
// # What an error means
//
// A nil error says that every event given is recorded. An error says that at least one is not, and the caller gives the
// same events again or refuses the access. Repeating can record an event twice; its ID tells. A sink never drops an event
// without an error.
//
// # What an event may carry
//
// An event is read by more people than the record it speaks of. The caller puts values of masked or hidden fields into
// Detail only in the form in which such a reader may see them, and names the fields in Fields instead of copying them.
package audit
