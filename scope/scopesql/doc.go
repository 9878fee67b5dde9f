// Package scopesql writes the rows of a decision as SQL for hosts that use database/sql, sqlx or the like, without an
// ORM.
//
// # One condition
//
// [Where] is a decision's scope as text and bound values, to stand in a statement of the host's:
//
//	dec, err := authz.Authorize(ctx, access.Request{Subject: alice, Action: "view", Resource: access.Resource{Type: "customer"}})
//	where, args, err := scopesql.Where(dec, scopesql.Place{Dialect: scope.Postgres, Table: "c"})
//
// Names come from the type's Schema and are quoted, values are bound. It takes decisions, never a bare predicate,
// because only a decision knows whether it was allowed, and whether its action reads rows. Nobody here sees that the
// statement runs: the host calls Authorizer.Commit itself, and puts what it reads through field.Redact.
//
// # Pages
//
// A [Pager] writes whole statements for lists, page by page from where the last one ended, however deep:
//
//	pager, err := scopesql.NewPager(scopesql.Config{Dialect: scope.Postgres, Keys: [][]byte{key}})
//	query, err := pager.List(dec, scopesql.List{
//		Columns: []string{"id", "name", "created_at"}, Filter: scope.All(),
//		Order: []scopesql.Order{{Attr: "created_at", Desc: true, NotNull: true}}, Size: 50, After: r.FormValue("after"),
//	})
//	err = sqlxDB.SelectContext(ctx, &customers, query.SQL, query.Args...)
//	page, err := scopesql.PageOf(query, customers) // its Rows, and cursors to Next and Prev
//
// The attributes of filter and order are names of the Schema that Decision.Queryable accepts: to sort by a column that
// is hidden would tell its values. The key ends every order, so no two rows are equal and none is skipped or shown twice.
// Text is ordered by its bytes. NULLs come last, in either direction and on every database, unless the column
// is said to be NotNull.
//
// A cursor is signed, and good for this decision's subject, tenant, type, action, scope and revision, and for this filter
// and order; for anything else it is [ErrCursor], and so is the cursor of last week. What to do is the same in all
// cases: begin at the first page. A cursor is not secret: it has the values by which the row that a page ended with was
// ordered, which is why the key must be shown in clear too.
//
// # Scopes that are an OR
//
// For team, which is owner_id = ? OR team_id IN (?, …), with ORDER BY and LIMIT, a database walks the tenant in the
// order of the list until the page is full; with teams that have few rows, all of it. So a page is read as a UNION ALL of
// selects, one for each value, each with ORDER BY and LIMIT of its own, and each without the rows of those before it.
// With indexes on (tenant, owner, order…) and (tenant, team, order…) each reads a page at most. [Pager.Count] adds up the
// branches in the same way. This is done for up to [MaxBranches] alternatives that each ask for values of an attribute,
// and as long as it is the faster form: up to 50 values, 4 on MySQL and MariaDB. Everything else is one condition with
// the same rows.
//
// An order of numbers, times and, on PostgreSQL, uuids is served by plain indexes, if NotNull. One of text is served by
// those that have it: on PostgreSQL COLLATE "C". A text key behind an attribute that is served costs nothing there; MySQL
// sorts the rows of a branch wherever text is in the order.
//
// # GORM
//
// scopegorm refuses the statements of a Pager as it refuses all raw SQL. With GORM, run them on a connection pool of
// database/sql.
package scopesql
