package deptest

import (
	"slices"
	"strings"
)

// Packages of this module are written "./scope". A pattern ends in "/..." for a package and all below it, or starts
// with "*" for every package whose path ends so.

// A confined library may be imported in some packages only.
type confined struct {
	imports []string
	in      []string
	tests   bool // test files are bound too
	because string
}

var confinements = []confined{
	{
		imports: []string{"gorm.io/...", "github.com/glebarez/sqlite/..."},
		in:      []string{"*gorm", "./examples/..."},
		because: "deciding needs no ORM; what speaks GORM lives in a package named *gorm",
	},
	{
		imports: []string{
			"github.com/glebarez/go-sqlite/...", "modernc.org/sqlite/...", "github.com/mattn/go-sqlite3/...",
			"github.com/jackc/...", "github.com/lib/pq/...", "github.com/go-sql-driver/...",
		},
		in:      []string{"./examples/..."},
		because: "the host chooses its database driver; the library takes an open handle",
	},
	{
		imports: []string{"github.com/redis/...", "github.com/go-redis/...", "github.com/gomodule/redigo/..."},
		in:      []string{"./access/accessredis", "./examples/..."},
		because: "Redis is optional: hosts without it compile no client",
	},
	{
		imports: []string{"net/http/...", "github.com/realclientip/..."},
		in:      []string{"./access/accesshttp", "./access/console", "./examples/..."},
		because: "a decision knows no transport; jobs and queues ask it too",
	},
	{
		imports: []string{"testing/...", "github.com/stretchr/testify/..."},
		in:      []string{"*test"},
		because: "test helpers must not reach production binaries",
	},
	{
		imports: []string{"github.com/casbin/..."},
		in:      []string{"./internal/casbinx", "./access/accesscasbin", "./access/accessgorm", "./examples/..."},
		because: "Casbin sits behind casbinx, which guards its traps; a second way in would meet them bare",
	},
	{
		imports: []string{
			"gopkg.in/yaml.v2", "gopkg.in/yaml.v3", "go.yaml.in/...", "sigs.k8s.io/yaml/...", "github.com/goccy/go-yaml/...",
		},
		in:      []string{"./access/policy"},
		tests:   true,
		because: "only policy documents are YAML; everything else is Go or JSON",
	},
	{
		imports: []string{"./examples/..."},
		in:      []string{"./examples/..."},
		tests:   true,
		because: "examples show the library; nothing depends on them",
	},
	{
		imports: []string{"./internal/..."},
		in:      []string{"./access/...", "./scope/...", "./field/...", "./audit/...", "./internal/..."},
		because: "examples show what a host can write, and a host cannot import internal packages",
	},
}

// A closed package imports the standard library and what its row lists, nothing else.
type closed struct {
	pkg     string
	may     []string
	because string
}

var closures = []closed{
	{"./scope", []string{"./internal/columns"},
		"a leaf: predicates are data that hosts match and render without the engine"},
	{"./scope/orgtree", []string{"./scope"},
		"a leaf: trees are built in memory, or read through database/sql"},
	{"./scope/scopesql", []string{"./scope"},
		"a leaf: SQL for hosts without an ORM; it takes decisions by what they do, and the host runs the statements"},
	{"./field", []string{"./scope", "./internal/columns", "github.com/rivo/uniseg"},
		"a leaf above scope: masks depend on a record, never on who decided; uniseg cuts text between characters"},
	{"./access/condition", []string{"./scope", "github.com/golang/geo/..."},
		"a leaf: circumstances are judged without policy; S2 is the geometry of the sphere"},
	{"./access/reasontext", nil,
		"a leaf: sentences by code, of use to a front end that has no Authorizer"},
	{"./audit", nil,
		"a leaf: an auditor's tool reads events without the engine"},
	{"./audit/chain", []string{"./audit"},
		"a leaf: whoever verifies a trail must not need what wrote it"},
	{"./internal/columns", nil, "scope and field stand on it, and leaves import no hub"},
	{"./internal/when", nil, "the grammar of a rule is the standard library's own parser"},
	{"./internal/casbinx", []string{"github.com/casbin/casbin/v2/..."},
		"Casbin as the library uses it, without a store"},
	{"./access", []string{
		"./scope", "./scope/orgtree", "./field", "./audit", "./access/condition", "./access/reasontext",
		"./internal/casbinx", "./internal/columns", "./internal/when", "golang.org/x/sync/singleflight", "golang.org/x/text/unicode/norm",
	}, "the hub imports leaves and casbinx; adapters import the hub, never the other way"},
}

// faults returns one sentence for each rule that file breaks.
func faults(f file) []string {
	var found []string
	complain := func(imported, because string) {
		found = append(found, f.name+": package "+f.pkg+" imports "+imported+": "+because)
	}
	for _, imported := range f.imports {
		for _, c := range confinements {
			if (c.tests || !f.test) && matches(c.imports, imported) && !matches(c.in, f.pkg) {
				complain(imported, c.because)
			}
		}
		for _, c := range closures {
			if c.pkg == f.pkg && !f.test && !standard(imported) && !matches(c.may, imported) {
				complain(imported, c.because)
			}
		}
	}
	return found
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if stem, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == stem || strings.HasPrefix(path, stem+"/")
		}
		if end, ok := strings.CutPrefix(pattern, "*"); ok {
			return strings.HasPrefix(path, "./") && strings.HasSuffix(path, end)
		}
		return path == pattern
	})
}

// standard reports whether path is in the standard library: its first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
