package access

import "time"

// ReasonCode says why, for programs; package reasontext has the sentences.
type ReasonCode string

// The reason codes. Those marked public may be shown to the person refused, because he can act on them.
const (
	ReasonRule             ReasonCode = "rule"               // an allow applied
	ReasonDenyRule         ReasonCode = "deny_rule"          // a deny applied
	ReasonNoRule           ReasonCode = "no_rule"            // no rule of any role is about this action on this type
	ReasonOutsideScope     ReasonCode = "outside_scope"      // the record is in none of the scopes
	ReasonConditionUnmet   ReasonCode = "condition_unmet"    // circumstances other than those below
	ReasonUnknownSubject   ReasonCode = "unknown_subject"    // the directory does not know him
	ReasonUnknownTenant    ReasonCode = "unknown_tenant"     // nobody knows it
	ReasonSuspended        ReasonCode = "suspended"          // barred, or inactive in the directory
	ReasonTenantMismatch   ReasonCode = "tenant_mismatch"    // the record belongs to another tenant
	ReasonNotFound         ReasonCode = "not_found"          // there is no record of that id in the tenant
	ReasonOutsideWindow    ReasonCode = "outside_window"     // public, At is the next opening
	ReasonOutsideArea      ReasonCode = "outside_area"       // public
	ReasonPlaceUnknown     ReasonCode = "place_unknown"      // public
	ReasonOutsideNetwork   ReasonCode = "outside_network"    // public
	ReasonAddressUnknown   ReasonCode = "address_unknown"    // public
	ReasonNeedsAssurance   ReasonCode = "needs_assurance"    // public
	ReasonNeedsApproval    ReasonCode = "needs_approval"     // public
	ReasonFieldNotWritable ReasonCode = "field_not_writable" // public, Missing names the fields
)

// ReasonCodes lists every code.
func ReasonCodes() []ReasonCode {
	return []ReasonCode{
		ReasonRule, ReasonDenyRule, ReasonNoRule, ReasonOutsideScope, ReasonConditionUnmet, ReasonUnknownSubject,
		ReasonUnknownTenant, ReasonSuspended, ReasonTenantMismatch, ReasonNotFound, ReasonOutsideWindow,
		ReasonOutsideArea, ReasonPlaceUnknown, ReasonOutsideNetwork, ReasonAddressUnknown, ReasonNeedsAssurance,
		ReasonNeedsApproval, ReasonFieldNotWritable,
	}
}

// Reason is one reason of a decision.
type Reason struct {
	Code    ReasonCode
	Rule    Rule      // the rule, if one decided or came near; for holders of explain only
	Missing []string  // names that were not as the rule needs them, or fields
	At      time.Time // when it could be otherwise; zero: not known
	Public  bool      // may be shown to the person refused
}
