package deptest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestImports(t *testing.T) {
	packages := map[string]bool{}
	for _, f := range files(t) {
		packages[f.pkg] = true
		for _, fault := range faults(f) {
			t.Error(fault)
		}
	}
	for _, c := range closures {
		assert.True(t, packages[c.pkg], "%s has a row but no files; move the row with its package", c.pkg)
	}
}

// What must be refused, and what must not, in words of its own: the tables above could be wrong.
func TestRulesBite(t *testing.T) {
	for _, c := range []struct {
		pkg, imports string
		test         bool
		fault        string // empty: allowed
	}{
		{pkg: "./scope", imports: "gorm.io/gorm", fault: "no ORM"},
		{pkg: "./scope", imports: "./access", fault: "a leaf"},
		{pkg: "./scope", imports: "./scope/scopegorm", fault: "a leaf"},
		{pkg: "./scope", imports: "example.org/handy", fault: "a leaf"},
		{pkg: "./scope", imports: "database/sql/driver"},
		{pkg: "./scope", imports: "github.com/jackc/pgx/v5/stdlib", fault: "driver"},
		{pkg: "./scope", imports: "github.com/jackc/pgx/v5/stdlib", test: true},
		{pkg: "./scope/orgtree", imports: "database/sql"},
		{pkg: "./scope/orgtree", imports: "gorm.io/gorm", fault: "no ORM"},
		{pkg: "./scope/scopegorm", imports: "gorm.io/gorm/clause"},
		{pkg: "./scope/scopegorm", imports: "github.com/casbin/gorm-adapter/v3", fault: "Casbin"},
		{pkg: "./scope/scopesql", imports: "./scope"},
		{pkg: "./scope/scopesql", imports: "./access", fault: "a leaf"},
		{pkg: "./scope/scopesql", imports: "github.com/jackc/pgx/v5/stdlib", fault: "driver"},
		{pkg: "./field", imports: "./access", fault: "a leaf"},
		{pkg: "./field", imports: "./scope"},
		{pkg: "./field", imports: "github.com/rivo/uniseg"},
		{pkg: "./field", imports: "github.com/golang/geo/s2", fault: "a leaf"},
		{pkg: "./access/condition", imports: "github.com/golang/geo/s2"},
		{pkg: "./access/condition", imports: "./access", fault: "a leaf"},
		{pkg: "./access/condition", imports: "net/http", fault: "transport"},
		{pkg: "./audit", imports: "./scope", fault: "a leaf"},
		{pkg: "./audit/chain", imports: "./access", fault: "a leaf"},
		{pkg: "./access/reasontext", imports: "./access", fault: "a leaf"},
		{pkg: "./access", imports: "./internal/casbinx"},
		{pkg: "./access", imports: "./access/accessgorm", fault: "the hub"},
		{pkg: "./access", imports: "./scope/scopegorm", fault: "the hub"},
		{pkg: "./access", imports: "github.com/casbin/casbin/v2", fault: "Casbin"},
		{pkg: "./access", imports: "github.com/casbin/casbin/v2", test: true},
		{pkg: "./access", imports: "net/http", fault: "transport"},
		{pkg: "./access", imports: "net/netip"},
		{pkg: "./access", imports: "testing", fault: "production"},
		{pkg: "./access", imports: "testing/fstest", fault: "production"},
		{pkg: "./access", imports: "testing", test: true},
		{pkg: "./access/accesstest", imports: "testing"},
		{pkg: "./access/accesshttp", imports: "net/http"},
		{pkg: "./access/accesshttp", imports: "gorm.io/gorm", fault: "no ORM"},
		{pkg: "./access/accessgorm", imports: "github.com/casbin/gorm-adapter/v3"},
		{pkg: "./access/accessgorm", imports: "github.com/redis/go-redis/v9", fault: "Redis"},
		{pkg: "./access/accessredis", imports: "github.com/redis/go-redis/v9"},
		{pkg: "./access/preset", imports: "gopkg.in/yaml.v3", fault: "YAML"},
		{pkg: "./access/preset", imports: "gopkg.in/yaml.v3", test: true, fault: "YAML"},
		{pkg: "./access/policy", imports: "gopkg.in/yaml.v3"},
		{pkg: "./internal/columns", imports: "./scope", fault: "no hub"},
		{pkg: "./internal/when", imports: "./access", fault: "parser"},
		{pkg: "./internal/casbinx", imports: "./access", fault: "without a store"},
		{pkg: "./internal/casbinx", imports: "github.com/casbin/gorm-adapter/v3", fault: "without a store"},
		{pkg: "./examples/crm", imports: "gorm.io/gorm"},
		{pkg: "./examples/crm", imports: "testing", fault: "production"},
		{pkg: "./examples/crm", imports: "./internal/casbinx", fault: "host"},
		{pkg: "./access", imports: "./examples/crm/internal/model", test: true, fault: "examples"},
	} {
		found := strings.Join(faults(file{pkg: c.pkg, imports: []string{c.imports}, test: c.test}), "\n")
		if c.fault == "" {
			assert.Empty(t, found)
		} else {
			assert.Contains(t, found, c.fault, "%s importing %s, test file: %t", c.pkg, c.imports, c.test)
		}
	}
}
