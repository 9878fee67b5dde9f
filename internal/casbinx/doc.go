// Package casbinx is what the library asks of Casbin: its model, an enforcer for one tenant's rows, and the closure of
// role inheritance.
//
// # Model
//
// [Model] is an ordinary RBAC-with-domains model. Three functions stand in its matcher: coversType and coversAction,
// which the caller supplies, and holds, which asks the values kept of a decision whether the rule's when is true (for
// an allow) or not false (for a deny). Casbin parses no when and evaluates no condition.
//
// # Enforcers
//
// [New] builds an enforcer from rows and never changes it afterwards: a new policy is a new enforcer. It refuses rows
// that Casbin would take and then ignore, merge or trip over: blank values, commas, an effect that is neither allow nor
// deny, too few or too many values, another tenant's rows, role cycles, and role chains beyond [MaxDepth]. [Enforce]
// refuses questions with blank parts, which Casbin may allow when it has no rows.
//
// # Roles
//
// [Roles] answers which roles a role inherits. It is filled with links between roles only; users never enter it.
package casbinx
