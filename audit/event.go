package audit

import (
	"maps"
	"slices"
	"time"
)

// The kinds of events that this module writes. A host may add kinds of its own; give them a prefix ("crm.merge").
const (
	KindDecision  = "decision"  // a request was allowed or refused
	KindCommit    = "commit"    // records were shown or changed under a decision
	KindPolicy    = "policy"    // rules, roles, assignments or definitions changed
	KindGrant     = "grant"     // a temporary role was given, ended or taken back
	KindShare     = "share"     // a record was shared, or a share ended
	KindApproval  = "approval"  // an approval was asked for, given, refused or spent
	KindUnmask    = "unmask"    // a masked value was shown in clear
	KindExport    = "export"    // records left the system
	KindSignIn    = "sign_in"   // a sign-in, successful or not, as the host reports it
	KindUnguarded = "unguarded" // statements ran outside the row guard
)

// Event is one fact on record: who did what to which records, whether it was allowed, and why.
//
// The zero value of every field but ID, Time, Kind and Allowed means that nothing is known or that it does not apply, and
// is left out of the JSON form. Allowed is false unless said otherwise.
type Event struct {
	ID   string    `json:"id"`   // unique; equal IDs are the same fact recorded twice
	Time time.Time `json:"time"` // when it happened, not when it was recorded
	Kind string    `json:"kind"` // one of the Kind constants, or the host's own

	Tenant  string `json:"tenant,omitempty"`
	Subject string `json:"subject,omitempty"` // whose rights were used
	Actor   string `json:"actor,omitempty"`   // who acted for the subject, if somebody did
	Action  string `json:"action,omitempty"`
	Type    string `json:"type,omitempty"`   // resource type
	Record  string `json:"record,omitempty"` // key of the record; empty for a collection

	Allowed  bool     `json:"allowed"`
	Reasons  []string `json:"reasons,omitempty"`  // stable codes
	Rules    []string `json:"rules,omitempty"`    // texts of the rules that decided
	Revision string   `json:"revision,omitempty"` // of policy and directory

	Address string            `json:"address,omitempty"` // of the client
	Purpose string            `json:"purpose,omitempty"` // as the subject stated it
	Count   int               `json:"count,omitempty"`   // records concerned
	Fields  []string          `json:"fields,omitempty"`  // fields concerned, by name
	Detail  map[string]string `json:"detail,omitempty"`  // whatever else the kind needs
}

// Clone returns a copy that shares no memory with e that either of the two could change.
func (e Event) Clone() Event {
	e.Reasons = slices.Clone(e.Reasons)
	e.Rules = slices.Clone(e.Rules)
	e.Fields = slices.Clone(e.Fields)
	e.Detail = maps.Clone(e.Detail)
	return e
}
