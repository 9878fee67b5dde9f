package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The office is closed in all of these, and for somebody who could never enter that is no reason.
func TestAReasonIsPublicOnlyIfItIsAllThatIsLacking(t *testing.T) {
	closed := func(c *access.Config) { c.Now = func() time.Time { return noon.Add(10 * time.Hour) } }
	bobs := annsDeal
	bobs.OwnerID = "bob"
	byBob := request("ann", "view", of(annsDeal))
	byBob.Subject.Actor = "bob"
	for name, c := range map[string]struct {
		policy string
		r      access.Request
		public int
	}{
		"the hour alone": {"p, r:rep, acme, deal, view, own && office_hours, allow", request("ann", "view", of(annsDeal)), 1},
		"the actor may never view": {
			"p, r:rep, acme, deal, view, own && office_hours, allow\np, r:none, acme, deal, edit, own, allow\ng, u:bob, r:none, acme", byBob, 0,
		},
		"the new image is not hers": {
			"p, r:rep, acme, deal, edit, own && office_hours, allow\np2, r:rep, acme, deal, *, always, edit", request("ann", "edit", move(annsDeal, bobs)), 0,
		},
	} {
		d, err := acme(t, c.policy+"\ng, u:ann, r:rep, acme", closed).Authorize(context.Background(), c.r)
		require.NoError(t, err, name)
		var denied *access.DeniedError
		require.ErrorAs(t, d.Err(), &denied, name)
		assert.Len(t, denied.Public, c.public, name)
	}
}

func TestTheDenialOfAnUnknownSubjectEndsWithHisGrantsBegin(t *testing.T) {
	begin := noon.Add(time.Hour)
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: access.Rows{
		Rules:  []access.Rule{{Role: "rep", Type: "deal", Action: "view", When: "own", Effect: access.Allow}},
		Grants: []access.Grant{{Subject: "ann", Role: "rep", From: begin, Until: begin.Add(time.Hour)}},
	}})
	require.NoError(t, err)
	d := decide(t, over(t, store, served(nil)), "ann", "view", of(annsDeal))
	require.Equal(t, []access.ReasonCode{access.ReasonUnknownSubject}, codes(d), "without a directory a live grant makes her known")
	until, ok := d.ValidUntil()
	require.True(t, ok)
	assert.Equal(t, begin, until)
}
