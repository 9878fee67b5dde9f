// Package readme holds the test that README.md says what is so.
package readme

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../"

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(root + file)
	require.NoError(t, err)
	return string(b)
}

// block returns the first fenced block below a heading.
func block(t *testing.T, heading string) string {
	t.Helper()
	_, below, ok := strings.Cut(read(t, "README.md"), "\n## "+heading+"\n")
	require.True(t, ok, "README has no heading %q", heading)
	_, below, ok = strings.Cut(below, "\n```")
	require.True(t, ok)
	_, below, ok = strings.Cut(below, "\n")
	require.True(t, ok)
	text, _, ok := strings.Cut(below, "```")
	require.True(t, ok)
	return text
}

func TestLength(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(read(t, "README.md"), "\n"), 300)
}

func TestProgramIsTheExample(t *testing.T) {
	_, program, ok := strings.Cut(read(t, "examples/minimal/main.go"), "\n")
	require.True(t, ok)
	assert.Equal(t, program, block(t, "A whole program"))
	assert.LessOrEqual(t, strings.Count(program, "\n"), 30)
}

func TestModelIsTheModel(t *testing.T) {
	assert.Equal(t, strings.TrimSpace(access.Model()), strings.TrimSpace(block(t, "The Casbin model")))
}

func TestQuickstartPrintsWhatREADMEShows(t *testing.T) {
	out, err := exec.Command("go", "run", root+"examples/quickstart").Output()
	require.NoError(t, err)
	assert.Equal(t, string(out), block(t, "Quickstart"))
	assert.LessOrEqual(t, strings.Count(read(t, "examples/quickstart/main.go"), "\n"), 80)
}

func TestPackagesAreThere(t *testing.T) {
	for _, line := range strings.Split(read(t, "README.md"), "\n") {
		if !strings.HasPrefix(line, "| `") || strings.Contains(line, "examples/") {
			continue
		}
		cell, _, _ := strings.Cut(line[2:], "|")
		for _, name := range strings.Split(cell, ",") {
			name = strings.Trim(name, " `·")
			if strings.HasPrefix(name, "access") || strings.HasPrefix(name, "scope") || strings.HasPrefix(name, "field") || strings.HasPrefix(name, "audit") {
				assert.DirExists(t, root+name)
			}
		}
	}
}
