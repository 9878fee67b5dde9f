package accessgorm

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm/callbacks"
)

// dialect is what differs between databases.
type dialect struct {
	ddl       string            // statements of Migrate, each ending a line with ;
	read      *sql.TxOptions    // a transaction that sees one state of the database throughout
	callbacks *callbacks.Config // how GORM inserts
	verify    func(ctx context.Context, pool *sql.DB, rules string) error
}

//go:embed sqlite.sql
var sqliteDDL string

var dialects = map[string]dialect{
	"sqlite": {
		ddl:       sqliteDDL,
		read:      &sql.TxOptions{ReadOnly: true},
		callbacks: &callbacks.Config{LastInsertIDReversed: true},
		verify:    verifySQLite,
	},
}

func dialectOf(database string) (dialect, error) {
	d, ok := dialects[database]
	if !ok {
		return d, fmt.Errorf("accessgorm: the database %q is not supported, sqlite is", database)
	}
	return d, nil
}

// schema is the DDL under the names that were chosen.
func (d dialect) schema(o options) string {
	return strings.ReplaceAll(d.ddl, "crmaccess_", o.prefix+"_")
}

// verifySQLite refuses a rule table that could hold NULL or take two different texts for equal.
func verifySQLite(ctx context.Context, pool *sql.DB, rules string) error {
	const columns = `'ptype','v0','v1','v2','v3','v4','v5'`
	var sound int
	err := pool.QueryRowContext(ctx, `SELECT COUNT(*) FROM pragma_table_info(?) WHERE name IN (`+columns+`) AND type = 'TEXT' AND "notnull" = 1`, rules).Scan(&sound)
	if err != nil {
		return fmt.Errorf("accessgorm: table %s: %w", rules, err)
	}
	var lax sql.NullString
	err = pool.QueryRowContext(ctx, `SELECT group_concat(name) FROM pragma_index_xinfo(?) WHERE key = 1 AND coll <> 'BINARY'`, rules+"_row").Scan(&lax)
	if err != nil {
		return fmt.Errorf("accessgorm: table %s: %w", rules, err)
	}
	if sound != len(strings.Split(columns, ",")) || lax.Valid {
		return fmt.Errorf("accessgorm: table %s: %w", rules, errShape)
	}
	return nil
}

var errShape = errors.New("is there in another shape: ptype and v0 … v5 must be TEXT NOT NULL with binary collation; move it away or choose another name with WithTable")
