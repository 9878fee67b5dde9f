package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/field"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const maskPolicy = `
p, r:rep, acme, deal, view, region, allow
p, r:rep, acme, deal, export, own, allow
p2, r:rep, acme, deal, *, always, read
p2, r:rep, acme, deal, phone, own && !action.export, read
p2, r:rep, acme, deal, phone, always, mask:phone
p2, r:rep, acme, deal, amount, team, read
p2, r:rep, acme, deal, stage, own, hide
p2, r:rep, acme, deal, stage, always, read
g, u:ann, r:rep, acme
g, u:max, r:rep, acme
`

func TestFieldsShowPerRecordAndPerAction(t *testing.T) {
	a := acme(t, maskPolicy)
	bobs := annsDeal
	bobs.OwnerID = "bob"
	d := decide(t, a, "ann", "view", access.Resource{})
	out, err := field.Redact(context.Background(), d.Fields(), []deal{annsDeal, bobs})
	require.NoError(t, err)
	assert.Equal(t, "13812345678", out[0].Phone, "her own")
	assert.Equal(t, "138****5678", out[1].Phone, "a colleague's")
	assert.Equal(t, []string{"", "open"}, []string{out[0].Stage, out[1].Stage}, "a hide wins where it applies")
	export := decide(t, a, "ann", "export", of(annsDeal))
	one, err := field.Redact(context.Background(), export.Fields(), annsDeal)
	require.NoError(t, err)
	assert.Equal(t, "138****5678", one.Phone, "not in clear when it leaves")
}

func TestQueryableIsClearOnEveryRecordInScope(t *testing.T) {
	a := acme(t, maskPolicy)
	view := decide(t, a, "max", "view", access.Resource{})
	assert.NoError(t, view.Queryable("id", "owner_id", "region_id"))
	for _, f := range []string{"phone", "stage", "amount", "no_such_field", "", "*", "id; DROP TABLE deal"} {
		err := view.Queryable(f)
		var wrong *access.FieldError
		require.ErrorAs(t, err, &wrong, f)
		assert.Equal(t, []string{f}, wrong.Fields)
		assert.ErrorIs(t, err, access.ErrInvalid)
	}
	assert.NoError(t, decide(t, a, "ann", "view", access.Resource{}).Queryable("amount"), "ann is in no region: her reach is her team")
	own := decide(t, a, "ann", "export", access.Resource{})
	assert.NoError(t, own.Queryable("amount"), "what the team may read is clear on her own")
	assert.Error(t, own.Queryable("phone"))
	assert.Error(t, decide(t, a, "bob", "view", access.Resource{}).Queryable("id"), "a denial queries nothing")
}

func TestAnActorHasTheIntersection(t *testing.T) {
	a := acme(t, maskPolicy)
	r := request("ann", "view", of(annsDeal))
	ask := func(actor string) access.Decision {
		r.Subject.Actor = actor
		d, err := a.Authorize(context.Background(), r)
		require.NoError(t, err)
		return d
	}
	assert.True(t, ask("").Allowed())
	assert.False(t, ask("bob").Allowed(), "bob himself may not")
	assert.False(t, ask("mallory").Allowed())
	both := ask("max")
	require.True(t, both.Allowed(), "max sees the region")
	out, err := field.Redact(context.Background(), both.Fields(), annsDeal)
	require.NoError(t, err)
	assert.Equal(t, "138****5678", out.Phone, "masked for max, so masked for max as ann")
	assert.Zero(t, out.Amount)
	r.Resource = access.Resource{Type: "deal"}
	list := ask("max")
	far := annsDeal
	far.RegionID = "west"
	for _, c := range []struct {
		d    deal
		want bool
	}{{annsDeal, true}, {far, false}} {
		in, err := list.Scope().Match(scope.Of(&c.d))
		require.NoError(t, err)
		assert.Equal(t, c.want, in)
	}
}

func TestASystemSubjectHasItsOwnRulesOnly(t *testing.T) {
	a := acme(t, "p, r:job, acme, deal, view, global, allow\ng, u:system:nightly, r:job, acme\n")
	ask := func(s access.Subject) (access.Decision, error) {
		return a.Authorize(context.Background(), access.Request{Subject: s, Action: "view", Resource: access.Resource{Type: "deal"}})
	}
	d, err := ask(access.System("acme", "nightly", "recount"))
	require.NoError(t, err)
	assert.True(t, d.Allowed())
	d, err = ask(access.System("acme", "other", "recount"))
	require.NoError(t, err)
	assert.False(t, d.Allowed())
	_, err = ask(access.Subject{ID: "system:nightly", Tenant: "acme"})
	assert.ErrorIs(t, err, access.ErrInvalid, "a user who calls himself so")
	_, err = ask(access.System("acme", "", "recount"))
	assert.ErrorIs(t, err, access.ErrInvalid, "a job without a name")
}

func TestAStableIDIsNeverThatOfASystemSubject(t *testing.T) {
	_, err := acme(t, repPolicy).Authorize(context.Background(), request(access.StableID("system:alice"), "view", access.Resource{}))
	assert.NoError(t, err, "what StableID makes can ask")
}

// A record that lacks what the rules read is an error that names it, never a quiet denial.
func TestAProjectionIsAnError(t *testing.T) {
	a := acme(t, repPolicy)
	r := request("ann", "view", access.Resource{})
	r.Resource.Record = scope.FromMap(map[string]any{"id": int64(7), "tenant_id": "acme"})
	_, err := a.Authorize(context.Background(), r)
	require.ErrorContains(t, err, "owner_id")
	r.Resource.Record = scope.FromMap(map[string]any{"id": int64(7), "owner_id": "ann"})
	_, err = a.Authorize(context.Background(), r)
	require.ErrorContains(t, err, "tenant_id")
	r.Resource.Record = scope.Of[deal](nil)
	_, err = a.Authorize(context.Background(), r)
	require.Error(t, err)
}

func TestWritableAsksForNamesNotForValues(t *testing.T) {
	a := acme(t, `
p, r:rep, acme, deal, edit, own, allow
p, r:rep, acme, deal, create, own, allow
p2, r:rep, acme, deal, *, always, read
p2, r:rep, acme, deal, phone, always, edit
p2, r:rep, acme, deal, owner_id, always, once
p2, r:rep, acme, deal, stage, approved, edit
p2, r:rep, acme, deal, amount, team && office_hours, edit
g, u:ann, r:rep, acme
`)
	public := func(err error) (codes []access.ReasonCode, missing []string) {
		if err == nil {
			return nil, nil
		}
		var denied *access.DeniedError
		require.ErrorAs(t, err, &denied)
		for _, r := range denied.Public {
			codes, missing = append(codes, r.Code), append(missing, r.Missing...)
		}
		return codes, missing
	}
	point, list := decide(t, a, "ann", "edit", of(annsDeal)), decide(t, a, "ann", "edit", access.Resource{})
	for _, d := range []access.Decision{point, list} {
		assert.NoError(t, d.Writable("phone", "amount"))
		codes, missing := public(d.Writable("phone", "stage", "id", "no_such_field", "owner_id"))
		assert.Equal(t, []access.ReasonCode{access.ReasonFieldNotWritable, access.ReasonNeedsApproval}, codes)
		assert.Equal(t, []string{"id", "no_such_field", "owner_id", "stage"}, missing)
	}
	assert.NoError(t, decide(t, a, "ann", "create", access.Resource{}).Writable("owner_id", "phone"))
	won := annsDeal
	won.Stage = "won"
	d := decide(t, a, "ann", "edit", move(annsDeal, won))
	require.False(t, d.Allowed())
	assert.Equal(t, []access.ReasonCode{access.ReasonNeedsApproval}, codes(d), "approval alone would open the stage")
	assert.ErrorIs(t, decide(t, a, "bob", "edit", access.Resource{}).Writable("phone"), access.ErrDenied)
	assert.ErrorIs(t, access.Decision{}.Writable("phone"), access.ErrDenied)
}
