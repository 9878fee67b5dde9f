package deptest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/seed9b40ffc1/crmaccess"
	root   = "../.."
)

// A file is a Go source file of this module, whatever its build tags.
type file struct {
	name    string // as seen from the top: scope/eval.go
	pkg     string // ./scope
	test    bool
	imports []string
}

// files reads the imports of every Go file below the top folder, nested modules and what the go command overlooks
// left out.
func files(t *testing.T) []file {
	var found []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && overlooked(path, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		f, err := read(path)
		found = append(found, f)
		return err
	})
	require.NoError(t, err)
	return found
}

func overlooked(path, name string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func read(path string) (file, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return file{}, err
	}
	name, err := filepath.Rel(root, path)
	if err != nil {
		return file{}, err
	}
	name = filepath.ToSlash(name)
	f := file{name: name, pkg: "./" + filepath.ToSlash(filepath.Dir(name)), test: strings.HasSuffix(name, "_test.go")}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return file{}, err
		}
		f.imports = append(f.imports, short(imported))
	}
	return f, nil
}

// short writes this module's packages from the top: ./scope.
func short(path string) string {
	if rest, ok := strings.CutPrefix(path, module+"/"); ok {
		return "./" + rest
	}
	return path
}
