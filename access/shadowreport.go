package access

import (
	"context"
	"time"
)

// ShadowKind says how a candidate policy's answer differs from the live one's.
type ShadowKind string

// The kinds.
const (
	ShadowAllows  ShadowKind = "allows"  // what the live policy refuses
	ShadowDenies  ShadowKind = "denies"  // what the live policy allows
	ShadowRecords ShadowKind = "records" // a list of other records, or one that may be of others
	ShadowFields  ShadowKind = "fields"  // fields at other levels
)

// ShadowReport is what a shadow has seen, on this Authorizer: each process has its own.
type ShadowReport struct {
	Tenant  string    `json:"tenant"`
	Since   time.Time `json:"since"`
	Running bool      `json:"running"`
	// Applies says that the change applies to the live policy as it stands; Problem why it does not. Meanwhile decisions
	// are Skipped.
	Applies bool   `json:"applies"`
	Problem string `json:"problem,omitempty"`
	Policy  uint64 `json:"policy"` // revision of the live policy that the candidate stands on

	Compared  uint64 `json:"compared"` // decisions made on both
	Disagreed uint64 `json:"disagreed"`
	Dropped   uint64 `json:"dropped"` // not made again: too many were waiting
	Skipped   uint64 `json:"skipped"` // there was no candidate to make it on
	Failed    uint64 `json:"failed"`  // the candidate could not decide, or the request could not be copied
	Waiting   int    `json:"waiting"`

	// Disagreements are told apart by subject, type, action, kind and rule; More counts those beyond ShadowOptions.Max.
	Disagreements []Disagreement `json:"disagreements,omitempty"`
	More          uint64         `json:"more,omitempty"`
}

type shadowCounts struct {
	since                     time.Time
	compared, skipped, failed uint64
}

// Report tells what the shadow has seen so far. It first looks whether the change still applies to the policy that is live
// now, which may read the store; ctx bounds that. Show it to holders of the action explain only.
func (s *Shadow) Report(ctx context.Context) ShadowReport {
	running := s.life.Err() == nil
	if running {
		if v, err := s.a.get(ctx, s.tenant); err == nil {
			_, _ = s.apply(ctx, v.snap)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ShadowReport{
		Tenant: s.tenant, Since: s.counts.since, Running: running, Policy: s.candidate.on.revision, Applies: s.candidate.problem == nil,
		Compared: s.counts.compared, Disagreed: s.found.count[0] + s.found.count[1], Dropped: s.dropped.Load(), Skipped: s.counts.skipped,
		Failed: s.counts.failed, Waiting: len(s.queue), Disagreements: s.found.list(), More: s.found.more,
	}
	if s.candidate.problem != nil {
		out.Problem = s.candidate.problem.Error()
	}
	return out
}
