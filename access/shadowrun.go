package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// run makes decisions again until the shadow is stopped.
func (s *Shadow) run() {
	defer close(s.worked)
	for {
		select {
		case <-s.life.Done():
			return
		case job := <-s.queue:
			if s.life.Err() == nil {
				s.safely(job)
			}
		}
	}
}

// safely contains what the host's scopes, loader, store or logger do.
func (s *Shadow) safely(job shadowed) {
	defer func() {
		if recover() != nil {
			s.fail()
		}
	}()
	ctx, cancel := context.WithTimeout(s.life, s.a.cfg.MaxStale/2)
	defer cancel()
	if err := s.again(ctx, job); err != nil {
		s.fail()
	}
}

func (s *Shadow) fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.failed++
}

// again makes a decision on the live policy it was made on and on the candidate.
func (s *Shadow) again(ctx context.Context, job shadowed) error {
	c, err := s.apply(ctx, job.view.snap)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.counts.skipped++
		return nil
	}
	if s.seats == nil || s.seated != c || s.seats.org != job.view.org {
		s.seats, s.seated = newSeats(c.snap, job.view.org), c
	}
	was, err := s.a.suppose(ctx, job.view, []Request{job.request})
	if err != nil {
		return err
	}
	if was[0].Allowed() != job.allowed {
		return fmt.Errorf("access: the copy of the request is not decided as the request was")
	}
	now, err := s.a.suppose(ctx, s.seats.of(job.request.Subject), []Request{job.request})
	if err != nil {
		return err
	}
	s.note(was[0], now[0])
	return nil
}

// note counts what came out, and logs a disagreement of a sort not seen before.
func (s *Shadow) note(was, now Decision) {
	how := compareDecisions(was, now)
	if how == "" {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.counts.compared++
		return
	}
	x := Disagreement{Type: now.Type(), Action: now.Action(), How: how, Old: was.Allowed(), New: now.Allowed(), Example: exampleOf(now)}
	x.decidedBy(now.Reasons())
	if x.Rule == "" && was.Allowed() {
		x.Rule = ruleOf(was) // the rule that allowed it is gone
	}
	key := strings.Join([]string{x.Example.Subject, x.Example.Actor, x.Type, x.Action, string(how), x.Rule}, "\n")
	if s.count(key, x, s.a.cfg.Now()) {
		s.log(x)
	}
}

func (s *Shadow) log(x Disagreement) {
	defer func() { _ = recover() }()
	s.a.cfg.Logger.Warn("access: the shadow policy disagrees", "tenant", s.tenant, "subject", x.Example.Subject, "actor", x.Example.Actor,
		"action", x.Action, "type", x.Type, "record", x.Example.Record, "how", string(x.How), "rule", x.Rule)
}

// count reports whether the disagreement is the first of its key.
func (s *Shadow) count(key string, x Disagreement, now time.Time) (fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.compared++
	return s.found.add(key, x, now)
}

func ruleOf(d Decision) string {
	var x Disagreement
	x.decidedBy(d.Reasons())
	return x.Rule
}

// compareDecisions says how two decisions differ: whether they allow, which records of a list, which fields.
func compareDecisions(was, now Decision) ShadowKind {
	switch {
	case was.Allowed() && !now.Allowed():
		return ShadowDenies
	case !was.Allowed() && now.Allowed():
		return ShadowAllows
	case !was.Allowed():
		return ""
	}
	if was.Collection() {
		_, more := scope.Apart(now.Scope(), was.Scope(), now.Schema())
		_, less := scope.Apart(was.Scope(), now.Scope(), now.Schema())
		if more != scope.False || less != scope.False {
			return ShadowRecords
		}
	}
	if fieldsDiffer(was, now) {
		return ShadowFields
	}
	return ""
}

// fieldsDiffer compares levels on the records asked about; of a list what is certain without one.
func fieldsDiffer(was, now Decision) bool {
	old, next := was.Fields(), now.Fields()
	if was.Collection() {
		return levelsDiffer(old, old.Without(), next.Without())
	}
	for _, r := range []scope.Record{was.d.images.old, was.d.images.new} {
		if r.IsZero() {
			continue
		}
		before, err := old.For(r)
		after, err2 := next.For(r)
		if err == nil && err2 == nil && levelsDiffer(old, before, after) {
			return true
		}
	}
	return false
}

func levelsDiffer(m field.Mask, a, b field.Levels) bool {
	return slices.ContainsFunc(m.Fields(), func(f string) bool { return a.Of(f) != b.Of(f) })
}
