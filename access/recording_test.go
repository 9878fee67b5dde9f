package access_test

import (
	"context"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/scope"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sensitivePolicy = `
p, r:rep, acme, deal, unmask, own, allow
p, r:rep, acme, deal, export, own, allow
p, r:rep, acme, deal, delete, own, allow
g, u:ann, r:rep, acme
g, u:system:job, r:rep, acme
`

func withUnmask(c *access.Config) {
	typ := dealType()
	typ.Actions = append(typ.Actions, access.Action{Name: "unmask"})
	c.Catalog.Types = []access.Type{typ}
}

func recordedBy(s audit.Sink) option { return func(c *access.Config) { c.Audit = s } }

func TestASensitiveActionNeedsItsReceiptWhateverIsConfigured(t *testing.T) {
	a := acme(t, sensitivePolicy, withUnmask, recordedBy(brokenSink{}), func(c *access.Config) { c.AuditFailure = access.ProceedWithoutAudit })
	for _, action := range []string{"unmask", "export", "delete"} {
		r := request("ann", action, of(annsDeal))
		r.Purpose = "the customer called"
		d, err := a.Authorize(context.Background(), r)
		assert.ErrorIs(t, err, access.ErrAudit, action)
		assert.Equal(t, access.Decision{}, d, action)
	}
}

func TestUnmaskIsOfOneRecordWithAPurpose(t *testing.T) {
	a := acme(t, sensitivePolicy, withUnmask)
	for name, c := range map[string]struct {
		of      access.Resource
		purpose string
	}{
		"no purpose":                    {of(annsDeal), ""},
		"a purpose of blanks":           {of(annsDeal), " \t"},
		"a collection":                  {access.Resource{}, "the customer called"},
		"a collection of which one set": {access.Resource{Set: map[string]scope.Value{"id": scope.Int(7)}}, "the customer called"},
		"a record that is not there":    {access.Resource{New: scope.Of(&annsDeal)}, "the customer called"},
	} {
		r := request("ann", "unmask", c.of)
		r.Purpose = c.purpose
		_, err := a.Authorize(context.Background(), r)
		assert.ErrorIs(t, err, access.ErrInvalid, name)
	}
	r := request("ann", "unmask", of(annsDeal))
	r.Purpose = "the customer called"
	d, err := a.Authorize(context.Background(), r)
	require.NoError(t, err)
	assert.True(t, d.Allowed())
}

func TestASystemSubjectIsAlwaysOnRecord(t *testing.T) {
	trail := audit.NewMemory(10)
	_, err := acme(t, sensitivePolicy, withUnmask, recordedBy(trail)).Authorize(context.Background(), access.Request{
		Subject: access.System("acme", "job", "nightly report"), Action: "export", Resource: access.Resource{Type: "deal"}, Advisory: true,
	})
	require.NoError(t, err)
	require.Len(t, trail.Events(), 1, "advisory or not")
	assert.Equal(t, "nightly report", trail.Events()[0].Purpose)
}

func TestARefusedChangeIsOnRecordAsRefused(t *testing.T) {
	trail := audit.NewMemory(10)
	_, err := acme(t, adminPolicy, recordedBy(trail)).Apply(context.Background(), by("root"), add(assignment("root", "rep")))
	require.ErrorIs(t, err, access.ErrDenied)
	events := trail.Events()
	require.NotEmpty(t, events)
	last := events[len(events)-1]
	assert.Equal(t, audit.KindPolicy, last.Kind, "that he may administer is not the last word of the trail")
	assert.False(t, last.Allowed)
}

func TestAStoredChangeIsOnRecordThoughTheStoreFellBehindIt(t *testing.T) {
	trail := audit.NewMemory(10)
	a := over(t, fallsAfterApply{&failing{Store: memory(t, adminPolicy)}}, recordedBy(trail))
	decide(t, a, "ann", "view", access.Resource{})
	_, err := a.Apply(context.Background(), by("root"), add(assignment("bob", "rep")))
	require.NoError(t, err)
	events := trail.Events()
	last := events[len(events)-1]
	assert.Equal(t, audit.KindPolicy, last.Kind, "the change is durable, the trail must know it")
	assert.True(t, last.Allowed)
	assert.Equal(t, "2.0", last.Revision)
}

func TestAnOutcomeCannotForgeItsDecision(t *testing.T) {
	trail := audit.NewMemory(10)
	a := acme(t, sensitivePolicy, withUnmask, recordedBy(trail))
	d := decide(t, a, "ann", "export", of(annsDeal))
	require.NoError(t, a.Commit(context.Background(), d, access.Outcome{Detail: map[string]string{"decision": "forged"}}))
	require.Len(t, trail.Events(), 2)
	assert.Equal(t, d.ID(), trail.Events()[1].Detail["decision"])
}
