package access

// MissCode says which link is missing between the subject and an allow, for programs; package reasontext has the
// sentences.
type MissCode string

// The codes of misses, in the order in which a decision meets them: of several missing links the first is told.
const (
	MissUnknownTenant    MissCode = "unknown_tenant"     // nobody knows the tenant
	MissUnknownSubject   MissCode = "unknown_subject"    // the directory does not know him, or without one he holds no role
	MissSuspended        MissCode = "suspended"          // barred, or inactive in the directory
	MissNotFound         MissCode = "not_found"          // there is no record of that id in the tenant
	MissTenantMismatch   MissCode = "tenant_mismatch"    // the record belongs to another tenant
	MissNoRule           MissCode = "no_rule"            // no role has a rule that allows this action on this type
	MissRoleNotHeld      MissCode = "role_not_held"      // he does not hold the rule's role
	MissScopeFalse       MissCode = "scope_false"        // the record is not in a scope, or is in one it must not be in
	MissScopeUnknown     MissCode = "scope_unknown"      // whether it is can't be told
	MissConditionFalse   MissCode = "condition_false"    // a circumstance is not as the rule needs it
	MissConditionUnknown MissCode = "condition_unknown"  // it is not known
	MissDenyStands       MissCode = "deny_stands"        // a deny refuses what the rule would allow
	MissFieldNotWritable MissCode = "field_not_writable" // the rules allow, but fields of the write are below their level
)

// MissCodes lists every code.
func MissCodes() []MissCode {
	return []MissCode{
		MissUnknownTenant, MissUnknownSubject, MissSuspended, MissNotFound, MissTenantMismatch, MissNoRule, MissRoleNotHeld, MissScopeFalse,
		MissScopeUnknown, MissConditionFalse, MissConditionUnknown, MissDenyStands, MissFieldNotWritable,
	}
}
