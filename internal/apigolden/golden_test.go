package apigolden

import (
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/seed9b40ffc1/crmaccess"
	root   = "../.."
	update = "APIGOLDEN_UPDATE"
)

func TestGolden(t *testing.T) {
	watch(t)
	packages, err := Load(module+"/access/...", module+"/audit/...", module+"/field/...", module+"/scope/...")
	require.NoError(t, err)
	want := map[string]string{}
	for _, pkg := range packages {
		if public(pkg) {
			name := strings.TrimPrefix(pkg.Path(), module+"/")
			want[filepath.Join("testdata", filepath.FromSlash(name)+".txt")] = strings.Join(API(pkg), "\n") + "\n"
		}
	}
	require.NotEmpty(t, want)
	if os.Getenv(update) == "1" {
		rewrite(t, want)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(want)), golden(t),
		"a package without a golden file, or a file without a package; if that is meant: %s=1 go test ./internal/apigolden", update)
	for name, api := range want {
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			have, err := os.ReadFile(name)
			require.NoError(t, err)
			gone, come := compare(string(have), api)
			assert.Empty(t, gone, "no longer exported; if that is meant: %s=1 go test ./internal/apigolden", update)
			assert.Empty(t, come, "newly exported; if that is meant: %s=1 go test ./internal/apigolden", update)
		})
	}
}

func public(pkg *types.Package) bool {
	return pkg.Name() != "main" && !strings.Contains(pkg.Path(), "/internal/")
}

// golden returns the names of the golden files that are there.
func golden(t *testing.T) []string {
	var names []string
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	require.NoError(t, err)
	return names
}

func rewrite(t *testing.T, want map[string]string) {
	require.NoError(t, os.RemoveAll("testdata"))
	for name, api := range want {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(api), 0o644))
	}
}

// compare returns the lines that only have or only want holds.
func compare(have, want string) (gone, come []string) {
	a, b := strings.Split(strings.TrimSpace(have), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	gone = slices.DeleteFunc(slices.Clone(a), func(line string) bool { return slices.Contains(b, line) })
	come = slices.DeleteFunc(slices.Clone(b), func(line string) bool { return slices.Contains(a, line) })
	return gone, come
}

// watch reads the module's folders. The go command repeats this test instead of quoting an earlier run if any file in
// a folder that the test itself read has changed; what its child go list reads does not count.
func watch(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		return err
	})
	require.NoError(t, err)
}
