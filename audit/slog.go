package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
)

// Slog returns a sink that writes each event as one record of level INFO with the message "audit", the event's own time
// and its other fields as attributes, named as in the JSON form.
//
// A handler's error is returned, which [slog.Logger] itself would swallow. A logger that drops level INFO is an error too,
// as is a nil one: nothing would be on record. What the handler does with a record that it took (buffering, sampling) is
// beyond this sink's knowledge, so a logger alone is no evidence; see package audit/chain.
func Slog(l *slog.Logger) Sink {
	return slogSink{l}
}

type slogSink struct{ logger *slog.Logger }

func (s slogSink) Write(ctx context.Context, events ...Event) error {
	if s.logger == nil {
		return errors.New("audit: Slog was given a nil logger")
	}
	h := s.logger.Handler()
	if !h.Enabled(ctx, slog.LevelInfo) {
		return errors.New("audit: the logger given to Slog drops level INFO; give it a handler that keeps it")
	}
	for i, e := range events {
		r := slog.NewRecord(e.Time, slog.LevelInfo, "audit", 0)
		r.AddAttrs(attrs(e)...)
		if err := h.Handle(ctx, r); err != nil {
			return fmt.Errorf("audit: event %d of %d: %w", i+1, len(events), err)
		}
	}
	return nil
}

func attrs(e Event) []slog.Attr {
	out := []slog.Attr{slog.String("id", e.ID), slog.String("kind", e.Kind)}
	text := func(key, value string) {
		if value != "" {
			out = append(out, slog.String(key, value))
		}
	}
	list := func(key string, values []string) {
		if len(values) > 0 {
			out = append(out, slog.Any(key, slices.Clone(values)))
		}
	}
	text("tenant", e.Tenant)
	text("subject", e.Subject)
	text("actor", e.Actor)
	text("action", e.Action)
	text("type", e.Type)
	text("record", e.Record)
	out = append(out, slog.Bool("allowed", e.Allowed))
	list("reasons", e.Reasons)
	list("rules", e.Rules)
	text("revision", e.Revision)
	text("address", e.Address)
	text("purpose", e.Purpose)
	if e.Count != 0 {
		out = append(out, slog.Int("count", e.Count))
	}
	list("fields", e.Fields)
	if len(e.Detail) > 0 {
		var detail []any
		for _, key := range slices.Sorted(maps.Keys(e.Detail)) {
			detail = append(detail, slog.String(key, e.Detail[key]))
		}
		out = append(out, slog.Group("detail", detail...))
	}
	return out
}
