package access_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/require"
)

type loadPeople func(ctx context.Context, tenant string) (access.Organisation, error)

type peopleRevision func(ctx context.Context, tenant string) (uint64, error)

// interposed is a directory whose answers a test replaces while it is in use.
type interposed struct {
	access.Directory
	load     atomic.Pointer[loadPeople]
	revision atomic.Pointer[peopleRevision]
}

func (d *interposed) onLoad(f loadPeople)         { d.load.Store(&f) }
func (d *interposed) onRevision(f peopleRevision) { d.revision.Store(&f) }

func (d *interposed) Load(ctx context.Context, tenant string) (access.Organisation, error) {
	if f := d.load.Load(); f != nil {
		return (*f)(ctx, tenant)
	}
	return d.Directory.Load(ctx, tenant)
}

func (d *interposed) Revision(ctx context.Context, tenant string) (uint64, error) {
	if f := d.revision.Load(); f != nil {
		return (*f)(ctx, tenant)
	}
	return d.Directory.Revision(ctx, tenant)
}

// hangsFor makes the directory hang for one tenant until whoever asks gives up. The channel tells that somebody waits.
func (d *interposed) hangsFor(tenant string) <-chan struct{} {
	waits := make(chan struct{}, 1)
	d.onRevision(func(ctx context.Context, name string) (uint64, error) {
		if name != tenant {
			return d.Directory.Revision(ctx, name)
		}
		select {
		case waits <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return 0, ctx.Err()
	})
	return waits
}

// patience is how long a test waits for what should happen soon.
const patience = 5 * time.Second

// soon returns what comes through the channel.
func soon[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case x := <-from:
		return x
	case <-time.After(patience):
		require.Fail(t, "did not happen: "+what)
		panic("unreachable")
	}
}
