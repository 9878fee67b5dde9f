package access

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// candidate is the policy with the change applied to one revision of the live one.
type candidate struct {
	on      *snapshot // the live policy it was applied to
	snap    *snapshot // nil: it could not be
	problem error
	retry   time.Time // by the machine's clock: not tried before
}

var errOlder = errors.New("access: the decision was made on an older policy")

// apply returns the candidate that goes with a live policy, or why there is none.
func (s *Shadow) apply(ctx context.Context, live *snapshot) (*candidate, error) {
	s.mu.Lock()
	c := s.candidate
	s.mu.Unlock()
	switch {
	case c != nil && c.on == live && (c.problem == nil || time.Now().Before(c.retry)):
		return c, c.problem
	case c != nil && c.on.revision > live.revision:
		return nil, errOlder
	}
	next := &candidate{on: live}
	next.snap, next.problem = s.build(ctx, live)
	if next.problem != nil {
		next.retry = time.Now().Add(s.a.cfg.Poll)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.candidate = next
	return next, next.problem
}

// build applies the change to a live policy. Rows that with can't change are read anew.
func (s *Shadow) build(ctx context.Context, live *snapshot) (out *snapshot, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("%w: the store panicked: %v", ErrUnavailable, p)
		}
	}()
	if s.change.incremental() {
		return live.with(s.change)
	}
	p, err := s.a.store.Load(ctx, s.tenant)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
	}
	if p.Revision != live.revision {
		return nil, fmt.Errorf("%w: the store stands at revision %d, the live policy at %d", ErrUnavailable, p.Revision, live.revision)
	}
	if p.Rows, err = p.Rows.with(s.change); err != nil {
		return nil, err
	}
	return s.a.compile(p)
}
