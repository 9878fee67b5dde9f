package deptest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const maxDirect = 20

// Versions that must not move without a change here.
var pinned = map[string]struct{ version, because string }{
	"github.com/casbin/casbin/v2":       {"v2.135.0", "the last release of v2; the tests know its traps"},
	"github.com/casbin/gorm-adapter/v3": {"v3.39.0", "later releases need casbin v3"},
	"gorm.io/gorm":                      {"v1.31.2", "the row guard replaces GORM's own steps, which releases may reorder"},
	"github.com/glebarez/sqlite":        {"v1.11.0", "pure Go, so that tests need no C compiler"},
}

var requirement = regexp.MustCompile(`(?m)^(?:require|\t) *(\S+\.\S+) (v\S+)(?: // (.*))?$`)

func TestRequirements(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	direct := map[string]string{}
	for _, line := range requirement.FindAllStringSubmatch(string(text), -1) {
		path, version, why := line[1], line[2], line[3]
		if strings.HasPrefix(why, "indirect") {
			continue
		}
		direct[path] = version
		assert.NotEmpty(t, why, "%s: say behind it in go.mod why it is required", path)
	}
	assert.LessOrEqual(t, len(direct), maxDirect, "each requirement is work and risk for every host")
	for path, pin := range pinned {
		assert.Equal(t, pin.version, direct[path], "%s: %s", path, pin.because)
	}
}

func TestTopFolder(t *testing.T) {
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	assert.ElementsMatch(t, []string{
		"access", "scope", "field", "audit", "examples", "internal", "go.mod", "go.sum", "README.md", "LICENSE",
	}, names, "the top folder is the first page that a newcomer reads")
}
