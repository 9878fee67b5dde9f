package scopesql

import "github.com/seed9b40ffc1/crmaccess/scope"

// Count writes the statement that counts the rows of a list, all its pages together: one row with one integer. Its
// errors are those of [Pager.List].
func (p *Pager) Count(d Decision, filter scope.Predicate) (sql string, args []any, err error) {
	of, filter, s, err := filtered(d, filter)
	if err != nil {
		return "", nil, err
	}
	u := apartOf(of)
	u.common = scope.And(u.common, filter)
	if each := u.byBranch(); len(each) > 1 {
		if sql, args, err = p.count(s, each); err == nil {
			return sql, args, nil
		}
	}
	return p.count(s, []selection{{keep: scope.And(of, filter)}})
}

// count adds up selections that have no row in common.
func (p *Pager) count(s *scope.Schema, each []selection) (string, []any, error) {
	t := &text{dialect: p.c.Dialect, schema: s, alias: rowsAlias}
	t.Raw("SELECT ")
	for i, one := range each {
		if i > 0 {
			t.Raw(" + ")
		}
		t.Raw("(SELECT COUNT(*)")
		t.from(one)
		t.Raw(")")
	}
	return t.done()
}
