// Package accessgorm keeps policy in the host's own database through GORM and Casbin's gorm-adapter.
//
//	err := accessgorm.Migrate(ctx, db)   // at install or deployment, by someone who may create tables
//	store, err := accessgorm.New(db)     // at run time: no DDL, no query
//	authz, err := access.New(ctx, store, access.Config{…})
//
// # Tables
//
//	crmaccess_rule        rules, field rules, assignments and inheritance, as Casbin rows in gorm-adapter's columns
//	crmaccess_grant       roles given for a period
//	crmaccess_definition  names that rules may use, their meaning as JSON
//	crmaccess_suspension  subjects barred from everything
//	crmaccess_role        what roles are for, who answers for them, and which are permission groups
//	crmaccess_revision    for each tenant the number of its last change, how many rows it has and their digest;
//	                      the row of the blank tenant is the counter all changes take their number from
//	crmaccess_log         every change with its author, written in the change's own transaction
//
// [WithTable] puts another word in front of the names. A casbin_rule of the host's is never touched.
//
// # The host's handle is borrowed
//
// Statements run on the handle's connection pool and on nothing else of it: the host's callbacks, plugins, read
// replicas, naming strategy and context neither see nor change them, and the handle is not changed or closed. A handle
// inside a transaction is refused, because a store outlives it.
//
// # Who reads and who writes
//
// The adapter loads: one tenant's rows and the shared ones, in one transaction with their revision. It writes nothing:
// its deletes take a blank column for any value and swallow errors, its inserts hide duplicates, and SavePolicy empties
// the table outside its transaction. Changes are this package's own statements, each checked for the number of rows it
// touched.
//
// # Rows changed behind the store's back
//
// Each load counts the rows and compares their digest with what the last change left. A row added, removed or edited by
// other means is an error, and no part of the policy is returned: put the rows back, as the change log has them. The
// digest has no secret, so it finds mistakes and plain tampering, not someone who writes a fitting digest as well.
//
// Supported is SQLite. With several connections set a busy timeout (_pragma=busy_timeout(5000)), or a change may fail
// because another is being written.
package accessgorm
