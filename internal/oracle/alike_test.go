package oracle

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
)

// With all that a decision says of itself, and field rules of every kind.
func TestReloadIsRestartIsAnotherNode(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		for _, tenant := range sorted(w.rows) {
			rows := joined(w.rows[tenant], access.Rows{})
			for range 12 {
				rows.Fields = added(rows.Fields, w.fieldRule(tenant))
			}
			w = w.with(tenant, rows)
		}
		qs = slices.DeleteFunc(qs, func(question) bool { return !w.chance(4) })
		p, a := w.open(t)
		other, err := p.node(never)
		require.NoError(t, err)
		for range 3 {
			saying(t, a, qs) // what both have worked out by now is there to go wrong
			saying(t, other, qs)
			c := w.change()
			if c.Tenant != access.Shared && w.chance(2) {
				insert(&c.Add.Fields, w.rows[c.Tenant].Fields, w.fieldRule(c.Tenant))
				c.Remove.Fields = added(c.Remove.Fields, pick(w, w.rows[c.Tenant].Fields...))
			}
			c.Base, err = p.store.Revision(ctx, c.Tenant)
			require.NoError(t, err)
			if _, err := apply(a, c); err != nil {
				require.ErrorIs(t, err, access.ErrInvalid)
				continue
			}
			w = w.with(c.Tenant, after(w.rows[c.Tenant], c))
		}
		for _, tenant := range tenants {
			require.NoError(t, p.tell(other, tenant))
		}
		restarted, err := p.node(never)
		require.NoError(t, err)
		want := saying(t, a, qs)
		assert.Equal(t, want, saying(t, other, qs), "told to look")
		assert.Equal(t, want, saying(t, restarted, qs), "started anew")
		assert.NoError(t, errors.Join(other.Close(), restarted.Close()))
	})
}

// saying are the decisions and those of the collections with what they say of themselves, asked twice like in asked.
func saying(t *testing.T, a *access.Authorizer, qs []question) []string {
	var out []string
	for _, q := range qs {
		for _, r := range []access.Request{q.request(), q.list()} {
			first, err := a.Authorize(ctx, r)
			require.NoError(t, err)
			again, err := a.Authorize(ctx, r)
			require.NoError(t, err)
			require.Equal(t, told(first), told(again), "asked again: %+v", q)
			out = append(out, said(again))
		}
	}
	return out
}

// A decision taken with others is the one taken alone, with all that it says of itself.
func TestAuthorizeAllIsSingles(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world, qs []question) {
		_, a := w.open(t)
		for _, tenant := range tenants {
			var rs []access.Request
			for _, q := range qs {
				if q.Tenant == tenant {
					rs = append(rs, q.request(), q.list())
				}
			}
			ds, err := a.AuthorizeAll(ctx, rs)
			require.NoError(t, err)
			for i, r := range rs {
				for range 2 { // the second time the quick way, where there is one
					d, err := a.Authorize(ctx, r)
					require.NoError(t, err)
					assert.Equal(t, telling(ds[i]), telling(d), "%+v", r)
				}
			}
		}
	})
}

func telling(d access.Decision) string {
	until, bounded := d.ValidUntil()
	return fmt.Sprint(d.Allowed(), d.Err(), d.Reasons(), d.Scope(), d.Fields().Attrs(), until.UTC(), bounded, d.Revision(), d.Kinds(), d.Action(), d.Type(), d.Collection(), d.Queryable("stage"))
}
