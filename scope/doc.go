// Package scope says which records a decision covers, as a predicate that is matched in Go and
// rendered as SQL, and the two agree on every record.
//
//	customers := &scope.Schema{
//		Type: "customer", Table: "customers", Key: []string{"id"}, Tenant: "tenant_id",
//		Owner: []string{"owner_id"}, Team: "team_id",
//		Attrs: []scope.Attr{
//			{Name: "id", Kind: scope.KindInt}, {Name: "tenant_id", Kind: scope.KindText},
//			{Name: "owner_id", Kind: scope.KindInt}, {Name: "team_id", Kind: scope.KindInt},
//		},
//	}
//	alice := scope.Subject{ID: "7", Tenant: "acme", Teams: []string{"3"}}
//	p, err := scope.Team().Resolve(alice, customers).Within(customers, alice.Tenant)
//	ok, err := p.Match(scope.Of(&customer))                     // one record
//	where, args, err := p.SQL(customers, scope.Postgres, "")    // the same records, as rows
//
// Packages scopegorm and scopesql do the last step for hosts, from decisions.
//
// # Three values
//
// A test is True, False or Unknown, by Kleene's logic; see [Truth]. A comparison with NULL is
// unknown, and unknown selects nothing, negated or not: what is missing never helps who asks.
// [IsNull] and [IsBlank] are never unknown. [Is], which tests ownership, is False on NULL. [In] of
// no values is False even on NULL.
//
// # What is nothing, and what is all
//
// The zero [Predicate] is unknown. [And] and [Or] of nothing are [None]. Every record is only ever
// selected by [All], which stands in the source for a reviewer to see.
//
// # Missing is not NULL
//
// A record whose shape lacks an attribute (a projection, a map without the key) can't be decided:
// [Predicate.Eval] returns a [*MissingError] that names it. An error is neither an allow nor a
// denial.
//
// # Tenants
//
// A scope by itself knows no tenant. [Predicate.Within] ANDs it, and into every test of related
// rows too, so a row of another tenant that points at a record never counts.
//
// # Ids and kinds
//
// Ids arrive as text and are converted to the attribute's [Kind] once, in canonical form only:
// "042" is not 42. An id that does not convert owns nothing. 0 and blank are nobody. Text is
// equal if its bytes are, also where a column's collation is laxer.
//
// # What a database must hold
//
// The agreement of Go and SQL supposes that columns are of the declared kinds: uuids in
// canonical lower case where the database has no uuid type, times in UTC where it keeps them as
// text (SQLite), decimals in exact numeric columns, text in UTF-8.
// SQLite computes with decimals beyond 15 digits as floating-point numbers.
//
// # Scopes
//
// A [Resolver] turns a scope's name into a predicate for one [Subject]. [Stock] has those that
// come with the library, [Criterion] is one defined as data, and a host may write its own. For
// every record own ⊆ team ⊆ region ⊆ global, and team ⊆ team_tree. A subtree of teams, regions or
// reports travels in SQL as a list of ids; one of more than 1,000 is a [*BudgetError].
package scope
