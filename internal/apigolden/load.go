package apigolden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
)

// Load returns the packages that match the patterns, as go list understands them, with their types. It runs the go
// command, which compiles what is not compiled yet. One package that does not build is an error.
func Load(patterns ...string) ([]*types.Package, error) {
	listed, err := list(patterns)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range listed {
		exports[p.ImportPath] = p.Export
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	var found []*types.Package
	for _, p := range listed {
		if p.DepOnly {
			continue
		}
		pkg, err := imports.Import(p.ImportPath)
		if err != nil {
			return nil, fmt.Errorf("apigolden: package %s: %w", p.ImportPath, err)
		}
		found = append(found, pkg)
	}
	return found, nil
}

type listed struct {
	ImportPath string
	Export     string
	DepOnly    bool
}

func list(patterns []string) ([]listed, error) {
	args := append([]string{"list", "-export", "-deps", "-json=ImportPath,Export,DepOnly", "--"}, patterns...)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("apigolden: go list: %w\n%s", err, &complaint)
	}
	var found []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, fmt.Errorf("apigolden: output of go list: %w", err)
		}
		found = append(found, p)
	}
}
