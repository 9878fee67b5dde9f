// Package scopegorm guards the rows of a GORM database: statements on protected models run only under decisions of
// package access, and reach only the rows that these cover.
//
//	authz, err := access.New(ctx, store, access.Config{Catalog: catalog, Loader: loader})
//	err = db.Use(scopegorm.New(authz, scopegorm.Options{Open: []any{&Tag{}, "customer_tags"}}))
//
//	dec, err := authz.Authorize(ctx, access.Request{Subject: alice, Action: "view", Resource: access.Resource{Type: "customer"}})
//	err = scopegorm.Filter(db, dec).Where("stage = ?", stage).Or("vip").Find(&customers).Error
//
// The guard protects every type of the Catalog that has a Model. It sits in the place of GORM's own steps, so that
// whatever the host, its hooks or other plugins add to a statement ends up in one pair of parentheses behind the scope.
//
// # Decisions
//
// [Filter] takes decisions, never a bare predicate. They travel in the context: Preload, associations, transactions and
// new sessions keep them. The Catalog says which kinds of statement an action may run, and a statement looks for a
// decision of its own kind on its own type: one to view customers neither deletes them nor shows their contacts. Without
// such a decision it fails with [ErrNoDecision]. With gorm.G the context of the call counts: use [WithDecisions].
//
// Decisions are committed once the statement has run; where that fails, so does the statement: rows read are taken from
// the host again, and GORM's transaction undoes writes. With SkipDefaultTransaction, write within a transaction of your
// own. Advisory decisions run no statement.
//
// # What a statement may do
//
//   - Reads and deletes touch the rows of Decision.Scope.
//   - Updates touch the rows that are in reach and stay in it with the values set (Decision.ScopeAfter). Rows that would
//     leave are skipped. What is set must be at edit; a column that the decision depends on is set to values only, not to
//     expressions. A write under a decision about one record that finds it no more is access.ErrChanged. On MySQL this
//     needs clientFoundRows=true, since rows that hold the values already are not counted there otherwise.
//   - Creates insert rows that the decision matches one by one. Fields that are filled must be at once or edit; the key,
//     the tenant and the times that GORM fills in need no right.
//   - To set the column of the soft delete takes a decision to delete.
//   - GORM's ErrMissingWhereClause stays: the scope is no condition of the host's.
//
// # What is refused
//
// What cannot be held to the scope fails with a [RefusedError] that names the alternative, before any SQL has run: Raw and
// Exec, upserts and the one that Save falls back to, writing associations together with a record, a text that opens
// tables (SELECT, UNION, a join of a protected table), unbalanced parentheses and comments, an alias that hides a table, a
// subquery for which there is no decision.
//
// # What the guard cannot see
//
// The connection pool itself (db.DB()), a second gorm.Open, views, triggers, cascades and functions that run SQL from a
// string. Models declared in [Options].Open are open to all, whatever record they belong to. A plugin that replaces
// GORM's steps after this one can go round it. Texts from users do not belong into conditions, guarded or not: a
// sort by a hidden column tells its values; ask Decision.Queryable.
//
// [Unguarded] is the way round for jobs and migrations; it takes a reason and is audited.
//
// # Loading records
//
// [Loader] fetches the records that requests name by id, and answers what scopes ask about related rows, for any number
// of records in one query.
package scopegorm
