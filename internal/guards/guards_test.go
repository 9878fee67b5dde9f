package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every guard of the list stands in the code once, so that taking it out means something.
func TestTheListFitsTheCode(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, g := range all() {
		_, err := g.without(root)
		assert.NoError(t, err, g.name)
		assert.NotEqual(t, g.old, g.new, g.name)
		assert.NotEmpty(t, g.test, g.name)
		assert.False(t, names[g.file+g.name], "%s is there twice", g.name)
		names[g.file+g.name] = true
	}
}
