package scope

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

// places is a tree with ids that begin like each other.
var places = mustTree(
	orgtree.Node{ID: "1"}, orgtree.Node{ID: "11", Parent: "1"}, orgtree.Node{ID: "12", Parent: "1"},
	orgtree.Node{ID: "111", Parent: "11"}, orgtree.Node{ID: "2"}, orgtree.Node{ID: "21", Parent: "2"},
	orgtree.Node{ID: "0", Parent: "2"}, orgtree.Node{ID: "a", Parent: "2"}, orgtree.Node{ID: "A", Parent: "1"},
)

func mustTree(nodes ...orgtree.Node) *orgtree.Tree {
	t, err := orgtree.New(nodes...)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	uuidA = "aaaaaaaa-0000-4000-8000-000000000001"
	uuidB = "bbbbbbbb-0000-4000-8000-000000000002"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// leads is a type with an attribute of every kind, two owners, and relations by key and by a
// nullable text.
var leads = &Schema{
	Type: "lead", Table: "leads", Key: []string{"id"}, Tenant: "tenant",
	Owner: []string{"owner", "deputy"}, Team: "team", Region: "region", Creator: "creator",
	Attrs: []Attr{
		{Name: "id", Kind: KindInt}, {Name: "tenant", Kind: KindText, Column: "tenant_id"},
		{Name: "owner", Kind: KindInt, Column: "owner_id"}, {Name: "deputy", Kind: KindText},
		{Name: "team", Kind: KindInt}, {Name: "region", Kind: KindText}, {Name: "creator", Kind: KindUUID},
		{Name: "stage", Kind: KindText}, {Name: "amount", Kind: KindDecimal},
		{Name: "closed", Kind: KindBool}, {Name: "due", Kind: KindTime}, {Name: "account", Kind: KindText},
	},
	Relations: []Relation{
		{Name: "tickets", Table: "tickets", Local: "id", Foreign: "lead_id", Tenant: "tenant", Attrs: []Attr{
			{Name: "tenant", Kind: KindText, Column: "tenant_id"}, {Name: "status", Kind: KindText},
			{Name: "weight", Kind: KindInt}, {Name: "region", Kind: KindText},
		}},
		{Name: "twins", Table: "leads", Local: "account", Foreign: "account", Tenant: "tenant", Attrs: []Attr{
			{Name: "tenant", Kind: KindText, Column: "tenant_id"}, {Name: "stage", Kind: KindText},
			{Name: "owner", Kind: KindInt, Column: "owner_id"},
		}},
	},
}

func dec(s string) Value  { return must(Decimal(s)) }
func uuid(s string) Value { return must(UUID(s)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// variant is one form of node with its text.
type variant struct {
	p    Predicate
	text string
}

// variants holds every form a predicate can take. The tests of Eval, SQL, text, substitution and
// completion each range over it.
func variants() []variant {
	open := Eq("status", Text("open"))
	return []variant{
		{Predicate{}, "unknown"},
		{None(), "false"},
		{All(), "true"},
		{Eq("owner", Int(7)), "owner = 7"},
		{Eq("stage", Text("a\" or 1=1")), `stage = "a\" or 1=1"`},
		{Eq("creator", uuid(uuidA)), "creator = uuid(" + uuidA + ")"},
		{Eq("closed", Bool(true)), "closed = true"},
		{Eq("amount", dec("10.50")), "amount = decimal(10.5)"},
		{Eq("due", Time(noon)), "due = time(2026-03-01T12:00:00Z)"},
		{In("owner", Int(9), Int(7), Int(9)), "owner in (7, 9)"},
		{In("stage", Text("b"), Null()), `(stage = "b" or unknown)`},
		{Is("owner", Int(7)), "owner is 7"},
		{Is("deputy", Text("7"), Text("8")), `deputy is ("7", "8")`},
		{Compare("amount", Lt, dec("10")), "amount < decimal(10)"},
		{Compare("amount", Le, dec("10")), "amount <= decimal(10)"},
		{Compare("owner", Gt, Int(7)), "owner > 7"},
		{Compare("due", Ge, Time(noon)), "due >= time(2026-03-01T12:00:00Z)"},
		{Compare("stage", Ne, Text("a")), `not stage = "a"`},
		{IsNull("owner"), "owner is null"},
		{IsBlank("deputy", KindText), `(deputy is null or deputy = "")`},
		{Under("team", places, "11", "2"), `team under ("11", "2")`},
		{Under("region", places, "1"), `region under ("1")`},
		{Exists("tickets", All()), "has tickets(true)"},
		{Exists("tickets", open), `has tickets(status = "open")`},
		{Exists("tickets", Under("region", places, "1")), `has tickets(region under ("1"))`},
		{Exists("twins", Not(Eq("owner", Int(7)))), "has twins(not owner = 7)"},
		{And(Eq("owner", Int(7)), IsNull("team")), "(owner = 7 and team is null)"},
		{Or(Eq("owner", Int(7)), Not(IsNull("team"))), "(owner = 7 or not team is null)"},
		{Not(And(Eq("owner", Int(7)), Exists("tickets", open))), `not (owner = 7 and has tickets(status = "open"))`},
	}
}

func (p Predicate) nodes() []node {
	found := []node{p.n}
	switch n := p.n.(type) {
	case *all:
		for _, m := range n.of {
			found = append(found, m.nodes()...)
		}
	case *some:
		for _, m := range n.of {
			found = append(found, m.nodes()...)
		}
	case *not:
		found = append(found, n.of.nodes()...)
	case *exists:
		found = append(found, n.where.nodes()...)
	}
	return found
}

func TestVariantsCoverEveryNode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "node.go", nil, 0)
	require.NoError(t, err)
	var sealed []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "sealed" {
			switch r := f.Recv.List[0].Type.(type) {
			case *ast.StarExpr:
				sealed = append(sealed, r.X.(*ast.Ident).Name)
			case *ast.Ident:
				sealed = append(sealed, r.Name)
			}
		}
	}
	require.NotEmpty(t, sealed)
	var covered []string
	for _, v := range variants() {
		for _, n := range v.p.nodes() {
			name := fmt.Sprintf("%T", n)
			covered = append(covered, name[strings.LastIndex(name, ".")+1:])
		}
	}
	for _, name := range sealed {
		assert.True(t, slices.Contains(covered, name), "no variant holds a %s", name)
	}
}
