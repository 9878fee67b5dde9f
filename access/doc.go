// Package access decides: may this subject do this to these records, which of them, which of their fields, and why?
//
// # A whole program
//
//	authz, err := access.New(ctx, store, access.Config{
//		Catalog:   access.Catalog{Types: []access.Type{{Name: "customer", Model: Customer{}, Schema: scope.Schema{
//			Tenant: "tenant_id", Owner: []string{"owner_id"}, Team: "team_id"}}}},
//		Directory: directory,
//	})
//	…
//	dec, err := authz.Authorize(ctx, access.Request{
//		Subject:  access.Subject{ID: "alice", Tenant: "acme"},
//		Action:   "view",
//		Resource: access.Resource{Type: "customer"},
//	})
//	if err != nil {
//		return err // could not decide
//	}
//	if !dec.Allowed() {
//		return dec.Err() // decided: no
//	}
//	err = scopegorm.Filter(db, dec).Find(&customers).Error
//	out, err := field.Redact(ctx, dec.Fields(), customers)
//
// The store keeps the policy (NewMemoryStore, or package accessgorm for a database), the Catalog says what the host
// protects, the Directory who belongs where. The decision carries a predicate over records (Scope), a mask over fields
// (Fields) and its reasons.
//
// # Policy
//
// Policy is rows of Casbin's RBAC model with domains; a tenant is what Casbin calls a domain:
//
//	p  = sub, dom, obj, act, when, eft       p,  r:sales_rep, acme, customer, view,  own || shared, allow
//	p2 = sub, dom, obj, field, when, level   p2, r:support,   acme, customer, phone, global,        mask:phone
//	g  = sub, role, dom                      g,  u:alice,     r:sales_rep,    acme
//
// A rule's when joins names with && || ! and parentheses. A name is a scope (a set of records: own, team, region,
// global …), a condition (a circumstance: a time of day, a place, a network) or a definition of the policy. Every name
// is true, false or unknown; an allow applies only if its when is true, a deny unless it is false, so that what cannot
// be known never helps the subject. old. and new. before a scope pin it to one image of a write; action.export and its
// like are true for that action.
//
// The tenant "*" holds rows of roles that every tenant has. On an allow, "*" as type or action covers what is ordinary;
// sensitive actions (delete, export, import, unmask, impersonate, administer, explain) are always named.
//
// # The order of a decision
//
//  1. An invalid request, an unknown type or action is ErrInvalid; no policy is ErrUnavailable, one not checked for
//     longer than MaxStale is ErrStale. With an error comes the zero Decision, which is denied.
//  2. A subject suspended, inactive or unknown is denied, and so is a record of another tenant.
//  3. Roles are the assignments, the grants live now, and all that these inherit.
//  4. Any deny that applies denies. For a collection, what is left of it is ANDed, negated, to the predicate.
//  5. One allow must apply. For a collection their predicates are ORed.
//  6. A write must pass 4 and 5 on each image.
//  7. The mask comes from the field rules; every field that a write changes must be at the level edit on both images.
//  8. The reasons are the rules that decided, or the nearest misses.
//  9. ValidUntil is the first instant at which time alone could change the answer.
//  10. The event is written. If it can't be, Config.AuditFailure decides; its zero value denies.
//
// # Looking after a policy
//
// Lint finds what is likely not meant: rules that can never apply, that denies take back, or that export more than may
// be viewed, denies that come by inheritance, sensitive actions without a condition on the sign-in, roles that nobody
// holds or that have no purpose and owner (see RoleInfo), names that are unknown or unused, and more. The same is logged
// once after a policy was loaded; it warns and refuses nothing. What is refused, when it is written and when it is
// loaded, is a row that is invalid and a policy beyond the limits MaxRoles, MaxNames and 32 roles in a chain. A load
// that is refused leaves the last good policy in force until MaxStale, and Health says which row it was.
//
// # Changing a policy that is in use
//
// Diff tells who would gain and who would lose what by a change, subject by subject, with a request that is answered
// differently for each difference; Simulate answers requests as if it were applied. A Shadow runs the changed policy beside the
// live one for as long as you like: it decides nothing, and tells where it would have decided otherwise. A host that
// comes from checks of its own (user.Role == "manager") wraps each in Compare: the old check stays in force, and
// CompareReport tells which types have had no disagreement for how long. What Shadow and Compare count is of this
// process alone.
//
// # What to show
//
// A denial is a value and Decision.Err turns it into an error whose text is safe to show. Reasons marked Public may be
// shown to the person; all others, and every Explanation, are for holders of the action explain.
//
// Authorizer.Explain says of an allow on which minimal reasons it rests, and of a denial which rules came nearest, what
// each lacked and which single change would do, each tried out before it is told; Authorizer.ExplainTo first asks whether
// the asker holds explain. Authorizer.WhoCan lists everybody who may do something now, and through which rules.
//
// Libraries: roles follow casbin/v2's own role manager and its Enforce is what a decision is checked against
// (Config.CrossCheck), both behind internal/casbinx; golang.org/x/text finds ids that are not in normal form C, and
// golang.org/x/sync's singleflight lets many first requests of a tenant share one load. Both are kept by the Go team.
package access
