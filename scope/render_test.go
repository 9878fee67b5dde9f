package scope

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

func TestSQLText(t *testing.T) {
	p := And(Is("owner", Int(7)), Not(In("stage", Text("a"), Text("b"))), Not(Exists("twins", Compare("stage", Lt, Text("m")))))
	p = must(p.Within(leads, "acme"))
	for d, want := range map[Dialect]string{
		SQLite: `("leads"."tenant_id" COLLATE BINARY = ? AND "leads"."owner_id" = ? AND "leads"."stage" COLLATE BINARY NOT IN (?, ?)` +
			` AND (("leads"."account" IS NOT NULL AND "leads"."account" COLLATE BINARY <> ?) AND NOT EXISTS (SELECT 1 FROM "leads" AS "rel_1"` +
			` WHERE "rel_1"."account" COLLATE BINARY = "leads"."account" AND "rel_1"."tenant_id" COLLATE BINARY = ?` +
			` AND ("rel_1"."stage" COLLATE BINARY >= ?) IS NOT TRUE)))`,
		Postgres: `("leads"."tenant_id" = $1 AND "leads"."owner_id" = $2 AND "leads"."stage" NOT IN ($3, $4)` +
			` AND (("leads"."account" IS NOT NULL AND "leads"."account" <> $5) AND NOT EXISTS (SELECT 1 FROM "leads" AS "rel_1"` +
			` WHERE "rel_1"."account" = "leads"."account" AND "rel_1"."tenant_id" = $6` +
			` AND ("rel_1"."stage" COLLATE "C" >= $7) IS NOT TRUE)))`,
		MySQL: "((`leads`.`tenant_id` = ? AND BINARY `leads`.`tenant_id` = ?) AND `leads`.`owner_id` = ? AND BINARY `leads`.`stage` NOT IN (?, ?)" +
			" AND ((`leads`.`account` IS NOT NULL AND BINARY `leads`.`account` <> ?) AND NOT EXISTS (SELECT 1 FROM `leads` AS `rel_1`" +
			" WHERE `rel_1`.`account` = `leads`.`account` AND BINARY `rel_1`.`account` = BINARY `leads`.`account` AND `leads`.`id` IS NOT NULL" +
			" AND (`rel_1`.`tenant_id` = ? AND BINARY `rel_1`.`tenant_id` = ?)" +
			" AND (BINARY `rel_1`.`stage` >= ?) IS NOT TRUE)))",
	} {
		text, args, err := p.SQL(leads, d, "")
		require.NoError(t, err)
		assert.Equal(t, want, text)
		if d != MySQL {
			assert.Equal(t, []any{"acme", int64(7), "a", "b", "", "acme", "m"}, args)
		}
	}
}

// A decimal bound as bare text would be compared as text, or by MySQL as a floating-point number.
func TestDecimalsAreComparedAsNumbers(t *testing.T) {
	for d, want := range map[Dialect]string{
		SQLite: `"leads"."amount" < CAST(? AS NUMERIC)`, Postgres: `"leads"."amount" < CAST($1 AS NUMERIC)`,
		MySQL: "`leads`.`amount` < CAST(? AS DECIMAL(65,30))",
	} {
		text, args, err := Compare("amount", Lt, dec("10.50")).SQL(leads, d, "")
		require.NoError(t, err)
		assert.Equal(t, want, text)
		assert.Equal(t, []any{"10.5"}, args)
	}
}

func TestTablesOfASchemaAndHostileNames(t *testing.T) {
	s := *leads
	s.Table = "crm.leads"
	s.Attrs = append([]Attr{{Name: "evil", Kind: KindInt, Column: `x" OR 1=1 --`}}, leads.Attrs...)
	s.Relations = []Relation{leads.Relations[0]}
	s.Relations[0].Table = "crm.tickets"
	p := And(Eq("evil", Int(1)), must(Exists("tickets", All()).Within(&s, "acme")))
	text, _, err := p.SQL(&s, Postgres, "")
	require.NoError(t, err)
	assert.Contains(t, text, `"crm"."leads"."x"" OR 1=1 --" = $1`)
	assert.Contains(t, text, `FROM "crm"."tickets" AS "rel_1" WHERE "rel_1"."lead_id" = "crm"."leads"."id"`)
}

// recorder counts the calls of a Builder.
type recorder struct{ calls int }

func (r *recorder) Raw(string)            { r.calls++ }
func (r *recorder) Column(string, string) { r.calls++ }
func (r *recorder) Bind(any)              { r.calls++ }

func TestAnErrorWritesNothing(t *testing.T) {
	var nodes []orgtree.Node
	var values []Value
	for i := range listLimit + 1 {
		id := strconv.Itoa(i + 1)
		values = append(values, Int(int64(i+1)))
		n := orgtree.Node{ID: id, Parent: "1"}
		if i == 0 {
			n.Parent = ""
		}
		nodes = append(nodes, n)
	}
	big := mustTree(nodes...)
	for name, row := range map[string]struct {
		p      Predicate
		d      Dialect
		budget bool
	}{
		"no dialect":           {All(), 0, false},
		"unknown dialect":      {All(), 9, false},
		"unknown attribute":    {Or(IsNull("owner"), IsNull("gone")), SQLite, false},
		"kind":                 {Or(IsNull("owner"), Eq("owner", Text("7"))), SQLite, false},
		"tenant not fixed":     {Or(IsNull("owner"), Exists("tickets", All())), SQLite, false},
		"set beyond budget":    {Or(IsNull("owner"), In("owner", values...)), SQLite, true},
		"tree beyond budget":   {Or(IsNull("owner"), Under("team", big, "1")), SQLite, true},
		"denied tree":          {Not(Under("team", big, "1")), Postgres, true},
		"budget of other rows": {must(Exists("tickets", In("weight", values...)).Within(leads, "acme")), MySQL, true},
	} {
		var r recorder
		err := row.p.Render(&r, leads, row.d, "")
		assert.Error(t, err, name)
		assert.Zero(t, r.calls, name)
		assert.Equal(t, row.budget, errors.Is(err, ErrBudget), name)
		_, args, err := row.p.SQL(leads, row.d, "")
		assert.Error(t, err)
		assert.Nil(t, args)
	}
	_, args, err := In("owner", values[1:]...).SQL(leads, SQLite, "")
	assert.NoError(t, err)
	assert.Len(t, args, listLimit)
	_, args, err = Under("team", big, "2", "3", "2").SQL(leads, SQLite, "")
	assert.NoError(t, err)
	assert.Len(t, args, 2)
	assert.Error(t, All().Render(&recorder{}, nil, SQLite, ""))
}

func TestABudgetErrorSaysHowMany(t *testing.T) {
	values := make([]Value, listLimit+5)
	for i := range values {
		values[i] = Int(int64(i + 1))
	}
	_, _, err := In("owner", values...).SQL(leads, SQLite, "")
	var budget *BudgetError
	require.ErrorAs(t, err, &budget)
	assert.Equal(t, BudgetError{Attr: "owner", Values: listLimit + 5, Limit: listLimit}, *budget)
	assert.ErrorIs(t, err, ErrBudget)
}

func TestAPredicateOfAnotherTypeIsNotRendered(t *testing.T) {
	moved := *leads
	moved.Relations = append([]Relation{}, leads.Relations...)
	moved.Relations[1].Local = "deputy"
	p := must(Exists("twins", All()).Within(leads, "acme"))
	_, _, err := p.SQL(&moved, SQLite, "")
	assert.Error(t, err)
}

// A column may hold what is no uuid in canonical form. Go refuses to decide; SQL must then neither
// select the row nor, under a negation, let it through.
func TestUpperCaseUUIDsAreNeverLetThrough(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, w *world) {
		if w.dialect == Postgres {
			return // has a type of its own for them
		}
		_, err := w.db.Exec("INSERT INTO leads (id, creator) VALUES (1, 'AAAAAAAA-0000-4000-8000-000000000001')")
		require.NoError(t, err)
		p := Eq("creator", uuid(uuidA))
		assert.Empty(t, w.inSQL(t, p))
		assert.Empty(t, w.inSQL(t, Not(p)))
	})
}
