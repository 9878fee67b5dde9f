package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// A view has two parts, which are looked at separately.
const (
	policyPart = iota
	peoplePart
	parts // how many there are
)

type dueParts [parts]bool

var bothParts = dueParts{true, true}

// poll refreshes every loaded tenant again and again until the Authorizer is closed. A tenant that is still being read
// is left alone, so that a slow one holds up no other.
func (ts *tenants) poll() {
	tick := time.NewTicker(ts.cfg.tick())
	defer tick.Stop()
	for {
		select {
		case <-ts.life.Done():
			return
		case <-tick.C:
			for _, t := range ts.byID.all() {
				if due := t.due(ts.cfg); len(t.loading) == 0 && due != (dueParts{}) {
					ts.work.Add(1)
					go func() {
						defer ts.work.Done()
						_ = ts.lookAt(ts.life, t, due)
					}()
				}
			}
		}
	}
}

// tick is how often poll looks whether something is due.
func (c *Config) tick() time.Duration {
	if c.Directory == nil {
		return c.Poll
	}
	return min(c.Poll, c.DirectoryPoll)
}

// due are the parts that would be looked at too late if it were left to the next tick. What failed is due again at once,
// and all is if the last look at any part failed, so that a success tells that both are well.
func (t *tenant) due(c *Config) (due dueParts) {
	if f, at := t.failed.Load(), t.checked.Load(); c.Directory == nil || at == nil || f != nil && f.at.After(*at) {
		return bothParts
	}
	for part, every := range [parts]time.Duration{policyPart: c.Poll, peoplePart: c.DirectoryPoll} {
		at := t.looked[part].Load()
		due[part] = at == nil || time.Since(*at)+c.tick() > every
	}
	return due
}

// current notes that parts were current when they were asked for.
func (t *tenant) current(asked time.Time, due dueParts) {
	earlier := asked
	for part := range t.looked {
		if due[part] {
			t.looked[part].Store(&asked)
		} else if at := t.looked[part].Load(); at != nil && at.Before(earlier) {
			earlier = *at
		}
	}
	t.checked.Store(&earlier)
}

// Touch looks at once whether a tenant's policy or organisation has changed, for a host that has just changed either and
// cannot wait for the next poll: when Touch returns without an error, decisions made here from then on know what was
// committed before it was called. Other processes find out by their own polls. A tenant that is not loaded has nothing to
// look at. On an error the last good state stays in force; a tenant that the Directory does not know any more is
// ErrUnknownTenant, and forgotten. Touch may be called concurrently, and as often as there is a reason.
func (a *Authorizer) Touch(ctx context.Context, tenant string) error {
	if a.closed.Load() {
		return ErrClosed
	}
	if err := CheckID(tenant); err != nil || tenant == Shared {
		err = cmp.Or(err, errors.New("is that of the shared rows: touch the tenants"))
		return invalid("tenant", tenant, err)
	}
	t := a.byID.find(tenant)
	if t == nil {
		return nil
	}
	err := a.look(ctx, t)
	if err == nil || errors.Is(err, ErrUnknownTenant) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
}
