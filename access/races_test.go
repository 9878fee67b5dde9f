package access_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
)

// Decisions, changes of policy and changes of the directory, all at once: nothing fails, and the race detector is silent.
func TestEverythingAtOnce(t *testing.T) {
	dir := people(t)
	a := acme(t, adminPolicy+`
g, r:rep, r:base, acme
g, r:base, r:lowest, acme
p, r:lowest, acme, deal, edit, (team || region) && office_hours, allow
p2, r:lowest, acme, deal, *, always, read
p, r:admin, acme, policy, explain, always, allow
`, served(dir), polling(time.Millisecond))
	ctx := context.Background()
	var done sync.WaitGroup
	for g := range 6 {
		done.Add(1)
		go func() {
			defer done.Done()
			for i := range 200 {
				about := access.Resource{}
				if g%2 == 0 {
					about = of(annsDeal)
				}
				r := request([]string{"ann", "bob", "max", "root", "zz"}[i%5], []string{"view", "edit"}[i%2], about)
				d, err := a.Authorize(ctx, r)
				if !assert.NoError(t, err) {
					return
				}
				_, _, _, _ = d.Scope(), d.Fields(), d.Reasons(), d.ID()
				if d.Allowed() {
					assert.NoError(t, a.Commit(ctx, d, access.Outcome{}))
				}
				_, err = a.Explain(ctx, r)
				assert.NoError(t, err)
				_, err = a.Roles(ctx, r.Subject)
				assert.NoError(t, err)
				r.Subject.ID = ""
				for _, err := range a.WhoCan(ctx, by("root"), r, "") {
					assert.NoError(t, err)
				}
			}
		}()
	}
	for i := range 50 {
		p, err := a.Policy(ctx, "acme")
		assert.NoError(t, err)
		c := access.Change{Tenant: "acme", Base: p.Revision, Add: assignment("max", "rep")}
		if i%2 == 1 {
			c.Add, c.Remove = c.Remove, c.Add
		}
		if _, err := a.Apply(ctx, by("root"), c); !errors.Is(err, access.ErrConflict) {
			assert.NoError(t, err)
		}
		o, err := dir.Load(ctx, "acme")
		assert.NoError(t, err)
		dir.Set("acme", o)
	}
	done.Wait()
}
