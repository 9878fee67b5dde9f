package apigolden

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const source = `package sample

import ("errors"; "io")

type Effect uint8

const (
	Deny Effect = iota
	Allow
	hidden
)

const Greeting = "你好, a text that is far too long to be shown whole in an error message of a compiler"

var ErrNo = errors.New("no")

func New[K comparable](w io.Writer, more ...Effect) (map[K]*Config, error) { return nil, nil }

type base struct{ Inner, inner int }

func (base) Promoted() {}

type Config struct {
	base
	io.Reader
	Name  string ` + "`json:\"name\"`" + `
	state int
}

func (c Config) Value(n int) bool { return false }
func (c *Config) Pointer()        {}
func (c *Config) private()        {}

type Alias = Config

type Node interface {
	io.Closer
	Visit(Effect) error
	seal()
}

type Number interface{ ~int | ~int64 }

type Set[T Number] []T

func (s Set[T]) Has(t T) bool { return false }

type Handler func(Effect) error

type unexported struct{ Field int }

func (unexported) Method() {}
`

var (
	files    = token.NewFileSet()
	standard = importer.ForCompiler(files, "source", nil)
)

func check(t *testing.T, source string) *types.Package {
	file, err := parser.ParseFile(files, "sample.go", source, 0)
	require.NoError(t, err)
	config := types.Config{Importer: standard}
	pkg, err := config.Check("sample", files, []*ast.File{file}, nil)
	require.NoError(t, err)
	return pkg
}

func TestAPI(t *testing.T) {
	want := `const Allow Effect = 1
const Deny Effect = 0
const Greeting = "你好, a text that is far too long to be shown whole in an error message of a compiler"
func New[K comparable](w io.Writer, more ...Effect) (map[K]*Config, error)
method (*Config) Pointer()
method (Config) Promoted()
method (Config) Read(p []byte) (n int, err error)
method (Config) Value(n int) bool
method (Set[T Number]) Has(t T) bool
type Alias = Config
type Config struct
type Config struct, Inner int
type Config struct, Name string ` + "`json:\"name\"`" + `
type Config struct, embedded io.Reader
type Effect uint8
type Handler func(Effect) error
type Node interface
type Node interface, Close() error
type Node interface, Visit(Effect) error
type Node interface, sealed
type Number interface
type Number interface, ~int | ~int64
type Set[T Number] []T
var ErrNo error`
	assert.Equal(t, want, strings.Join(API(check(t, source)), "\n"))
}

// Each edit of the sample changes what a host can compile, so each must change the lines.
func TestAPISeesEdits(t *testing.T) {
	before := API(check(t, source))
	for name, edit := range map[string][2]string{
		"constant":        {"hidden\n", "Hidden\n"},
		"constant order":  {"Deny Effect = iota\n\tAllow", "Allow Effect = iota\n\tDeny"},
		"inferred type":   {`errors.New("no")`, `errors.New("no").Error()`},
		"parameter":       {"more ...Effect", "more ...int"},
		"constraint":      {"[K comparable]", "[K ~string]"},
		"field":           {"state int", "State int"},
		"promoted field":  {"Inner, inner int", "inner int"},
		"promoted method": {"func (base) Promoted() {}", ""},
		"tag":             {`json:\"name\"`, `json:\"title\"`},
		"receiver":        {"(c *Config) Pointer", "(c Config) Pointer"},
		"sealed":          {"\tseal()\n", ""},
		"terms":           {"~int | ~int64", "~int"},
		"alias":           {"Alias = Config", "Alias Config"},
		"underlying type": {"Effect uint8", "Effect uint16"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := strings.ReplaceAll(edit[0], `\"`, `"`), strings.ReplaceAll(edit[1], `\"`, `"`)
			edited := strings.Replace(source, from, to, 1)
			require.NotEqual(t, source, edited)
			assert.NotEqual(t, before, API(check(t, edited)))
		})
	}
}

func TestAPIIgnoresWhatHostsCannotSee(t *testing.T) {
	edited := source
	for from, to := range map[string]string{
		"hidden\n":       "concealed\n",
		"state int":      "state, more string",
		"private()":      "secret(int)",
		"{ Field int }":  "{ Other int }",
		`errors.New("no`: `errors.New("never`,
		"{ return false": "{ return true",
	} {
		require.Contains(t, edited, from)
		edited = strings.ReplaceAll(edited, from, to)
	}
	assert.Equal(t, API(check(t, source)), API(check(t, edited)))
}

func TestLoadNamesWhatFails(t *testing.T) {
	_, err := Load("./no/such/package")
	assert.ErrorContains(t, err, "no/such/package")
}
