package scopesql

import "github.com/seed9b40ffc1/crmaccess/scope"

// The budget of one statement. Beyond MaxTests, MaxDepth and MaxBinds there is a [*BudgetError], never a shorter list.
const (
	MaxTests = 800    // tests of a column in one condition; SQLite refuses expressions of depth 1,000
	MaxDepth = 40     // parentheses within each other in one condition; SQLite's parser gives up at about 75
	MaxBinds = 30_000 // bound values; SQLite takes 32,766, PostgreSQL and MySQL 65,535
	MaxSize  = 1_000  // rows of a page
	MaxOrder = 8      // attributes that a list is ordered by, beside the key
)

// MaxBranches is how many alternatives of a scope are read one by one. One with more is a single condition.
const MaxBranches = 8

// maxSelects is how many selects a page is worth, one for each value of each branch, before one condition is the faster
// form: measured on a million rows for PostgreSQL and MariaDB.
func maxSelects(d scope.Dialect) int {
	if d == scope.MySQL {
		return 4
	}
	return 50
}
