package deptest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// core is what a host needs to decide; everything else is an adapter that it may leave out.
var core = []string{
	module + "/access", module + "/scope", module + "/field", module + "/audit", module + "/access/condition",
}

func TestCoreCompilesNothingMore(t *testing.T) {
	const golden, update = "testdata/core.txt", "DEPTEST_UPDATE"
	files(t) // so that the go command repeats this test when any source has changed
	var outside []string
	for _, path := range dependencies(t) {
		assert.False(t, matches([]string{"testing/...", "net/http/..."}, path), "a program that only decides compiles %s", path)
		if !standard(path) {
			outside = append(outside, short(path))
		}
	}
	slices.Sort(outside)
	if os.Getenv(update) == "1" {
		require.NoError(t, os.WriteFile(golden, []byte(strings.Join(outside, "\n")+"\n"), 0o644))
	}
	text, err := os.ReadFile(golden)
	require.NoError(t, err, "%s=1 go test ./internal/deptest writes it", update)
	known := strings.Fields(string(text))
	for _, path := range outside {
		assert.Contains(t, known, path, "a program that only decides now compiles more; if that is meant: %s=1 go test ./internal/deptest", update)
	}
	for _, path := range known {
		assert.Contains(t, outside, path, "no longer compiled; take it off with %s=1 go test ./internal/deptest", update)
	}
}

// dependencies lists for one platform, so that the golden file holds on every other.
func dependencies(t *testing.T) []string {
	cmd := exec.Command("go", append([]string{"list", "-deps", "--"}, core...)...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}
