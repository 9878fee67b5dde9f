package access

import "fmt"

// ReadsRows reports whether statements that read rows may run under the decision: ReadRows is among its Kinds.
func (d Decision) ReadsRows() bool { return d.Kinds()&ReadRows != 0 }

// Binding is a text that two decisions have in common only if they are for the same subject (with the same actor, in
// the same tenant), the same type and the same action, at the same revision of policy and directory. A token that was
// handed out under a decision and is signed together with its Binding is of no use under any other. It is no secret and
// not for people; it is "" unless the decision is allowed.
func (d Decision) Binding() string {
	if !d.Allowed() {
		return ""
	}
	s, at := d.Subject(), d.Revision()
	return fmt.Sprintf("%q %q %q %t %q %q %d %d", s.Tenant, s.ID, s.Actor, s.system, d.Type(), d.Action(), at.policy, at.directory)
}
