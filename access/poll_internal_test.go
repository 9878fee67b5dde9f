package access

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAViewIsAsOldAsItsOlderPart(t *testing.T) {
	x := newTenant("acme")
	first := time.Now().Add(-time.Minute)
	x.current(first, bothParts)
	x.current(first.Add(time.Second), dueParts{peoplePart: true})
	assert.Equal(t, first, *x.checked.Load(), "the policy was not looked at")
	x.current(first.Add(2*time.Second), dueParts{policyPart: true})
	assert.Equal(t, first.Add(time.Second), *x.checked.Load())
}

func TestWhatIsDue(t *testing.T) {
	cfg := &Config{Poll: time.Hour, DirectoryPoll: time.Minute, Directory: NewMemoryDirectory()}
	x := newTenant("acme")
	assert.Equal(t, bothParts, x.due(cfg), "nobody has looked yet")
	x.current(time.Now().Add(-10*time.Second), bothParts)
	assert.Equal(t, dueParts{peoplePart: true}, x.due(cfg))
	x.current(time.Now().Add(-59*time.Minute-30*time.Second), dueParts{policyPart: true})
	assert.Equal(t, bothParts, x.due(cfg), "at the next tick it would be too late")
	x.current(time.Now(), bothParts)
	x.failed.Store(&failure{at: time.Now().Add(time.Second)})
	assert.Equal(t, bothParts, x.due(cfg), "what failed is tried again")
	assert.Equal(t, time.Minute, cfg.tick())
	cfg.Directory = nil
	assert.Equal(t, time.Hour, cfg.tick())
	assert.Equal(t, bothParts, newTenant("acme").due(cfg))
}
