package access

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
)

// maxLogged is how many findings of one policy are logged one by one, of each level.
const maxLogged = 50

// heard is what was logged about a tenant's policy: to say it again would make nobody read it.
type heard struct {
	revision uint64
	said     map[string]bool
}

// lintSoon has the policies looked through that were loaded or changed since the last time.
func (ts *tenants) lintSoon() {
	select {
	case ts.loaded <- struct{}{}:
	default:
	}
}

// lintLoaded looks through policies soon after they were loaded, but never on a request's time, and of a policy that
// changes all the time it looks at most once every Config.Poll and takes a twentieth of one processor. What was loaded
// before Close is still looked through.
func (ts *tenants) lintLoaded() {
	done := map[string]heard{}
	for {
		select {
		case <-ts.loaded:
		case <-ts.life.Done():
			ts.lintAll(done)
			return
		}
		begin := time.Now()
		ts.lintAll(done)
		select {
		case <-time.After(max(ts.cfg.Poll, 20*time.Since(begin))):
		case <-ts.life.Done():
		}
	}
}

// lintAll logs what is new to say of the policies in force, and of the rows they share.
func (ts *tenants) lintAll(done map[string]heard) {
	now, fresh := ts.byID.all(), false
	for name, t := range now {
		v := t.view.Load()
		if was, known := done[name]; v == nil || known && was.revision == v.snap.revision {
			continue
		}
		fresh = true
		done[name] = heard{v.snap.revision, ts.say(name, v.snap.lint(ts.cfg.Now()), done[name].said)}
	}
	for name := range done {
		if now[name] == nil && name != Shared {
			delete(done, name)
		}
	}
	if fresh {
		ts.lintShared(done)
	}
}

// lintShared looks through the rows that all tenants have. That it can't read them is for the looks at tenants to tell.
func (ts *tenants) lintShared(done map[string]heard) {
	defer func() {
		if p := recover(); p != nil {
			ts.cfg.Logger.Error("access: the shared rows were not looked through", "error", fmt.Errorf("the store panicked: %v", p))
		}
	}()
	ctx, cancel := context.WithTimeout(ts.life, ts.cfg.MaxStale/2)
	defer cancel()
	rev, err := ts.store.Revision(ctx, Shared)
	if was, known := done[Shared]; err != nil || rev == 0 || known && was.revision == rev {
		return
	}
	if findings, err := ts.lintStored(ctx, Shared); err == nil {
		done[Shared] = heard{rev, ts.say(Shared, findings, done[Shared].said)}
	}
}

// level is that of a warning, but for what is untidy and does no harm.
func (f Finding) level() slog.Level {
	switch f.Code {
	case FindingUndescribed, FindingUnheld, FindingUnusedName:
		return slog.LevelDebug
	}
	return slog.LevelWarn
}

// say logs the findings that were not said before, and returns them all.
func (ts *tenants) say(tenant string, findings []Finding, before map[string]bool) map[string]bool {
	said, logged, more := map[string]bool{}, map[slog.Level]int{}, 0
	for _, f := range findings {
		text := f.Text(reasontext.English)
		said[text] = true
		switch {
		case before[text]:
		case logged[f.level()] == maxLogged:
			if f.level() == slog.LevelWarn {
				more++
			}
		default:
			logged[f.level()]++
			ts.cfg.Logger.Log(context.Background(), f.level(), "access: lint", "tenant", tenant, "code", string(f.Code), "finding", text)
		}
	}
	if more > 0 {
		ts.cfg.Logger.Warn("access: lint found more: call Lint", "tenant", tenant, "more", more)
	}
	return said
}
