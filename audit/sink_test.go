package audit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

type broken struct{ err error }

func (b broken) Write(context.Context, ...audit.Event) error { return b.err }

func TestFanoutRefusesNothing(t *testing.T) {
	for name, sinks := range map[string][]audit.Sink{
		"none":      nil,
		"empty":     {},
		"nil":       {nil},
		"nil among": {audit.NewMemory(1), nil},
	} {
		s, err := audit.Fanout(sinks...)
		assert.Error(t, err, name)
		assert.Nil(t, s, name)
	}
}

func TestFanoutReachesEverySink(t *testing.T) {
	disk, net := errors.New("disk full"), errors.New("unreachable")
	first, last := audit.NewMemory(5), audit.NewMemory(5)
	s, err := audit.Fanout(first, broken{disk}, broken{net}, last)
	require.NoError(t, err)

	err = s.Write(context.Background(), audit.Event{ID: "1"}, audit.Event{ID: "2"})
	assert.ErrorIs(t, err, disk)
	assert.ErrorIs(t, err, net)
	for _, m := range []*audit.Memory{first, last} {
		assert.Equal(t, []audit.Event{{ID: "1"}, {ID: "2"}}, m.Events())
	}
}

func TestFanoutKeepsItsOwnList(t *testing.T) {
	m := audit.NewMemory(1)
	sinks := []audit.Sink{m}
	s, err := audit.Fanout(sinks...)
	require.NoError(t, err)
	sinks[0] = broken{}
	require.NoError(t, s.Write(context.Background(), audit.Event{ID: "1"}))
	assert.Len(t, m.Events(), 1)
}

func ExampleFanout() {
	page := audit.NewMemory(100)
	archive := broken{errors.New("disk full")}
	sink, _ := audit.Fanout(page, archive)

	err := sink.Write(context.Background(), audit.Event{ID: "x-1", Kind: audit.KindExport, Count: 5000})
	fmt.Println("let the export go:", err == nil)
	fmt.Println(err)
	fmt.Println("seen on the page:", page.Events()[0].ID)
	// Output:
	// let the export go: false
	// audit: audit_test.broken: disk full
	// seen on the page: x-1
}
