package accessgorm

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// TestLoad_rowsChangedByHand edits the tables with SQL; every edit of acme's rows must be a refused load, and no edit
// may disturb a tenant it does not concern.
func TestLoad_rowsChangedByHand(t *testing.T) {
	for _, c := range []struct{ name, sql, says string }{
		{"a role given", `INSERT INTO crmaccess_rule (ptype, v0, v1, v2) VALUES ('g', 'u:mallory', 'r:manager', 'acme')`, "by other means"},
		{"a rule added", `INSERT INTO crmaccess_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'r:rep', 'acme', '*', '*', 'always', 'allow')`, "by other means"},
		{"a deny lost", `DELETE FROM crmaccess_rule WHERE v5 = 'deny'`, "by other means"},
		{"a deny made an allow", `UPDATE crmaccess_rule SET v5 = 'allow' WHERE v5 = 'deny'`, "by other means"},
		{"a deny misspelt", `UPDATE crmaccess_rule SET v5 = 'Deny' WHERE v5 = 'deny'`, "by other means"},
		{"a deny moved to another tenant", `UPDATE crmaccess_rule SET v1 = 'globex' WHERE v5 = 'deny'`, "by other means"},
		{"a tenant in another spelling", `UPDATE crmaccess_rule SET v1 = 'ACME' WHERE v5 = 'deny'`, "by other means"},
		{"a row type changed", `UPDATE crmaccess_rule SET ptype = 'p3' WHERE v5 = 'deny'`, "by other means"},
		{"a value as a blob", `UPDATE crmaccess_rule SET v1 = CAST('acme' AS BLOB) WHERE v5 = 'deny'`, "by other means"},
		{"two rules that Casbin's index takes for one", `INSERT INTO crmaccess_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'r:rep', 'acme', 'a,b', 'c', 'w', 'deny'), ('p', 'r:rep', 'acme', 'a', 'b,c', 'w', 'deny')`, "comma"},
		{"last value blank", `UPDATE crmaccess_rule SET v5 = '' WHERE v5 = 'deny'`, "blank value"},
		{"inner value blank", `UPDATE crmaccess_rule SET v3 = '' WHERE v5 = 'deny'`, "blank"},
		{"first value blank", `UPDATE crmaccess_rule SET v0 = '' WHERE v5 = 'deny'`, "blank"},
		{"a row of four values", `INSERT INTO crmaccess_rule (ptype, v0, v1, v2, v3) VALUES ('p', 'r:rep', 'acme', 'deal', 'view')`, "blank value"},
		{"an assignment of four values", `UPDATE crmaccess_rule SET v3 = '2030-01-01' WHERE v0 = 'u:alice'`, "4 values"},
		{"no prefix", `UPDATE crmaccess_rule SET v0 = 'alice' WHERE v0 = 'u:alice'`, "neither with u: nor with r:"},
		{"a user's own rule", `UPDATE crmaccess_rule SET v0 = 'u:mallory' WHERE v5 = 'allow'`, "does not begin with r:"},
		{"a value too long", `UPDATE crmaccess_rule SET v4 = '` + strings.Repeat("x", 101) + `' WHERE v5 = 'deny'`, "101 bytes"},
		{"a grant prolonged", `UPDATE crmaccess_grant SET ends = '9999-12-31T00:00:00.000000000Z'`, "edited by hand"},
		{"a grant added", `INSERT INTO crmaccess_grant SELECT tenant, 'x', 'mallory', role, begins, ends, purpose FROM crmaccess_grant LIMIT 1`, "edited by hand"},
		{"a grant lost", `DELETE FROM crmaccess_grant`, "by other means"},
		{"a definition edited", `UPDATE crmaccess_definition SET body = replace(body, '!always', 'always')`, "edited by hand"},
		{"a definition lost", `DELETE FROM crmaccess_definition WHERE name = 'late'`, "by other means"},
		{"a suspension lost", `DELETE FROM crmaccess_suspension`, "by other means"},
		{"a suspension edited", `UPDATE crmaccess_suspension SET subject = 'nobody'`, "edited by hand"},
		{"a role's purpose edited", `UPDATE crmaccess_role SET purpose = 'anything' WHERE name = 'rep'`, "edited by hand"},
		{"a role made a group", `UPDATE crmaccess_role SET kind = 'group' WHERE name = 'rep'`, "edited by hand"},
		{"a role lost", `DELETE FROM crmaccess_role WHERE name = 'rep'`, "by other means"},
		{"a role added", `INSERT INTO crmaccess_role SELECT tenant, 'x', 'boss', kind, purpose, owner FROM crmaccess_role LIMIT 1`, "edited by hand"},
		{"a digest edited", `UPDATE crmaccess_revision SET digest = replace(digest, 'a', 'b') || '' WHERE tenant = 'acme'`, "by other means"},
		{"a digest blanked", `UPDATE crmaccess_revision SET digest = '' WHERE tenant = 'acme'`, "hexadecimal"},
		{"a digest shortened", `UPDATE crmaccess_revision SET digest = substr(digest, 2) WHERE tenant = 'acme'`, "hexadecimal"},
		{"a digest with something behind", `UPDATE crmaccess_revision SET digest = digest || 'x' WHERE tenant = 'acme'`, "hexadecimal"},
		{"a count edited", `UPDATE crmaccess_revision SET row_count = row_count + 1 WHERE tenant = 'acme'`, "by other means"},
		{"the revision lost", `DELETE FROM crmaccess_revision WHERE tenant = 'acme'`, "by other means"},
		{"the revision zeroed", `UPDATE crmaccess_revision SET rev = 0 WHERE tenant = 'acme'`, "by other means"},
		{"a shared rule added", `INSERT INTO crmaccess_rule (ptype, v0, v1, v2, v3, v4, v5) VALUES ('p', 'r:rep', '*', '*', '*', 'always', 'allow')`, "by other means"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, s := fresh(t)
			must(t, s, "acme", everything("acme"), access.Rows{})
			must(t, s, "globex2", everything("globex2"), access.Rows{})
			done := db.Exec(c.sql + acmeOnly(c.sql))
			require.NoError(t, done.Error)
			require.NotZero(t, done.RowsAffected)

			p, err := s.Load(ctx, "acme")
			assert.ErrorIs(t, err, access.ErrInvalid)
			assert.ErrorContains(t, err, c.says)
			assert.Zero(t, p, "nothing is returned beside the error")
			if !strings.Contains(c.sql, "'*', '*', '*'") {
				_, err = s.Load(ctx, "globex2")
				assert.NoError(t, err, "another tenant's rows are as they were")
			}
		})
	}
}

// acmeOnly narrows an edit to acme's rows.
func acmeOnly(sql string) string {
	switch {
	case strings.HasPrefix(sql, "INSERT"), strings.Contains(sql, "tenant ="):
		return ""
	case strings.Contains(sql, "crmaccess_rule") && strings.Contains(sql, "u:alice"):
		return " AND v2 = 'acme'"
	case strings.Contains(sql, "crmaccess_rule"):
		return " AND v1 = 'acme'"
	case strings.Contains(sql, "WHERE"):
		return " AND tenant = 'acme'"
	}
	return " WHERE tenant = 'acme'"
}

func TestLoad_namesTheRow(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "acme", everything("acme"), access.Rows{})
	require.NoError(t, db.Exec(`INSERT INTO crmaccess_rule (id, ptype, v0, v1, v2) VALUES (4711, 'p', 'r:rep', 'acme', 'deal')`).Error)
	_, err := s.Load(ctx, "acme")
	var invalid *access.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.ErrorContains(t, err, "rule table")
	assert.ErrorContains(t, err, "id 4711")
	assert.Contains(t, invalid.Value, "r:rep, acme, deal")
}

func TestLoad_rowsOfNobodyAreNobodys(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "acme", everything("acme"), access.Rows{})
	require.NoError(t, db.Exec(`INSERT INTO crmaccess_rule (ptype) VALUES ('p'), ('g'), ('')`).Error)
	require.NoError(t, db.Exec(`INSERT INTO crmaccess_rule (ptype, v0, v2, v3, v4, v5) VALUES ('p', 'r:rep', '*', '*', 'always', 'allow')`).Error)
	p, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	assertRows(t, everything("acme"), p.Rows)
}

func TestTables_refuseNullAndDuplicates(t *testing.T) {
	db, s := fresh(t)
	must(t, s, "acme", everything("acme"), access.Rows{})
	for _, column := range []string{"ptype", "v0", "v1", "v2", "v3", "v4", "v5"} {
		assert.Error(t, db.Exec("UPDATE crmaccess_rule SET "+column+" = NULL").Error, column)
	}
	assert.Error(t, db.Exec(`INSERT INTO crmaccess_rule (ptype, v0, v1, v2, v3, v4, v5) SELECT ptype, v0, v1, v2, v3, v4, v5 FROM crmaccess_rule`).Error)
	assert.NoError(t, db.Exec(`INSERT INTO crmaccess_rule (ptype, v0, v1, v2) VALUES ('g', 'u:Alice', 'r:rep', 'x'), ('g', 'u:alice', 'r:rep', 'x'), ('g', 'u:alice ', 'r:rep', 'x')`).Error,
		"texts that differ in case or a blank are different")
}

func TestApply_refusesABrokenRevisionRow(t *testing.T) {
	db, s := fresh(t)
	rev := must(t, s, "acme", everything("acme"), access.Rows{})
	require.NoError(t, db.Exec("UPDATE crmaccess_revision SET digest = 'x' WHERE tenant = 'acme'").Error)
	_, err := s.Apply(ctx, entry("acme", rev, rules("acme", 0, 1), access.Rows{}))
	assert.ErrorIs(t, err, access.ErrInvalid)

	require.NoError(t, db.Exec("DELETE FROM crmaccess_revision WHERE tenant = ''").Error)
	_, err = s.Apply(ctx, entry("acme", rev, rules("acme", 0, 1), access.Rows{}))
	assert.ErrorContains(t, err, "run Migrate")
}
