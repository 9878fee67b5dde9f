package audit

import (
	"context"
	"errors"
	"fmt"
)

// Sink records events.
//
// Write records the events given, in their order, and returns nil only when all of them are recorded. On an error some
// may be recorded and some not; the caller may give all of them again, so that each is recorded at least once. Write may
// be called by several goroutines at once; the events of one call stay in order, calls follow each other in any order.
// Write neither changes the events nor keeps what they point at ([Event.Clone] makes a copy to keep).
//
// ctx bounds how long Write may wait. A sink that can record at once does so even when ctx has ended: a client who hangs
// up leaves his trace all the same.
type Sink interface {
	Write(ctx context.Context, events ...Event) error
}

// Fanout returns a sink that gives every event to each of the sinks, in the order given. A failing sink does not keep the
// events from the others; the errors of all that failed are joined, so one failure is enough for Write to fail. No sink,
// or a nil one, is refused.
func Fanout(sinks ...Sink) (Sink, error) {
	if len(sinks) == 0 {
		return nil, errors.New("audit: Fanout without a sink would record nothing; give it at least one")
	}
	for i, s := range sinks {
		if s == nil {
			return nil, fmt.Errorf("audit: sink %d of %d given to Fanout is nil", i+1, len(sinks))
		}
	}
	return fanout(append([]Sink(nil), sinks...)), nil
}

type fanout []Sink

func (f fanout) Write(ctx context.Context, events ...Event) error {
	var errs []error
	for _, s := range f {
		if err := s.Write(ctx, events...); err != nil {
			errs = append(errs, fmt.Errorf("audit: %T: %w", s, err))
		}
	}
	return errors.Join(errs...)
}
