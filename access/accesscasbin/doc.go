// Package accesscasbin joins the library with Casbin: it hands its policy to tools that work on a *casbin.Enforcer, and
// takes policy from any Casbin adapter.
//
// # An enforcer for tools
//
//	e, rev, err := accesscasbin.Enforcer(ctx, authz, "acme", time.Time{})
//
// is an ordinary enforcer of the rows in force for one tenant: list its roles, draw them, diff them, or ask it. It is a
// copy. What a tool changes in it changes no decision, and a change of the policy does not reach it; make a fresh one
// for each report, for an enforcer remembers each role question it was asked.
//
// Casbin cannot value a rule's when: own, office_hours and the like stand in the request as a fifth value, kept, that
// holds what a decision found of them. [Enforce] fills it from the decision, [Requests] gives whole requests for
// BatchEnforce and EnforceEx, which names the row that decided:
//
//	dec, err := authz.Authorize(ctx, request)     // or Explain, for a question that nothing is recorded of
//	same, err := accesscasbin.Enforce(e, dec)     // what the rules said of the record, by Casbin
//
// That is the part of a decision that rows decide: roles, denies, allows. A suspended subject, a record of another
// tenant, the fields of a write, collections and the audit trail are not in it, so Authorize decides and the enforcer
// tells about it. Who changes his copy gets answers accordingly: after EnableEnforce(false) Casbin's own methods allow
// everything, while [Enforce] refuses to ask. Without a kept value every question about a rule is an error.
//
// # Policy from an adapter
//
//	store, err := accesscasbin.NewStore(fileadapter.NewAdapter("policy.csv"), accesscasbin.Options{})
//	authz, err := access.New(ctx, store, access.Config{…})
//
// reads rows of this shape, and only reads:
//
//	p,  r:sales_rep, acme, customer, view,  own,    allow
//	p2, r:sales_rep, acme, customer, phone, always, mask:phone
//	g,  u:alice, r:sales_rep, acme
//	g,  r:sales_mgr, r:sales_rep, acme
//
// Casbin and its adapters take much that they then drop, merge or trip over. Here one row of another shape refuses the
// load, whoever's it is, and the error names it: too few or too many values, a blank one, a comma, a type other than
// p, p2 and g, a subject without u: or r:, a tenant that no id can be. The Authorizer then keeps the last good policy
// until Config.MaxStale.
//
//   - Filtered adapters are asked for everything: a filter that overlooks the shared rows, or g rows by their tenant,
//     would lose denies. A tenant among very many is loaded better by package accessgorm.
//   - Adapters that hide rows they cannot place, as Casbin's own string adapter does, are refused. Policy that is text
//     is read by access.ParseRows.
//   - A file must be replaced as a whole, by renaming: a file read while it is written is a policy with rows missing.
//   - Grants and suspensions have no Casbin rows, so this store has none. Definitions are given in [Options].
package accesscasbin
