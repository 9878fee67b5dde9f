package access_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExplainText(t *testing.T) {
	rows, err := access.ParseRows(`
p, r:rep, acme, deal, view, own && office_hours, allow
p, r:rep, acme, deal, view, !office_hours, deny
p, r:rep, acme, deal, edit, own, allow
p, r:mgr, acme, deal, view, team, allow
p2, r:rep, acme, deal, phone, own, read
p2, r:rep, acme, deal, phone, always, mask:phone
p2, r:rep, acme, deal, stage, !own, hide
p2, r:rep, acme, deal, *, always, read
g, r:mgr, r:rep, acme
g, u:ann, r:rep, acme
g, u:max, r:mgr, acme
g, u:root, r:rep, acme
`)
	require.NoError(t, err)
	rows.Definitions = []access.Definition{officeHours}
	rows.Grants = []access.Grant{{Subject: "ann", Role: "mgr", From: noon.Add(-time.Hour), Until: noon.Add(24 * time.Hour)}}
	rows.Suspensions = []access.Suspension{{Subject: "root", Reason: "lost badge"}}
	store, err := access.NewMemoryStore(access.Policy{Tenant: "acme", Rows: rows})
	require.NoError(t, err)
	a := over(t, store)
	roots := annsDeal
	roots.OwnerID = "root"
	renamed := annsDeal
	renamed.Stage = "won"
	acting := request("max", "view", of(annsDeal))
	acting.Subject.Actor = "ann"
	evening := request("ann", "view", of(annsDeal))
	evening.Env.Time = noon.Add(10 * time.Hour)
	for name, r := range map[string]access.Request{
		"allowed":    request("ann", "view", of(annsDeal)),
		"outside":    request("max", "view", of(annsDeal)),
		"collection": request("max", "view", access.Resource{}),
		"evening":    evening,
		"no_rule":    request("bob", "delete", of(annsDeal)),
		"no_role":    request("bob", "view", of(annsDeal)),
		"suspended":  request("root", "view", of(roots)),
		"field":      request("ann", "edit", move(annsDeal, renamed)),
		"acting":     acting,
	} {
		e, err := a.Explain(context.Background(), r)
		require.NoError(t, err)
		for _, lang := range []string{"en", "zh"} {
			file := filepath.Join("testdata", "explain", name+"."+lang+".golden")
			if os.Getenv("ACCESS_UPDATE_GOLDEN") != "" {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, []byte(e.Text(lang)), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), e.Text(lang), file)
		}
		assert.ErrorIs(t, a.Commit(context.Background(), e.Decision, access.Outcome{}), access.ErrInvalid, "an explained decision cannot be acted on")
	}
}

func TestEveryReasonHasSentencesInBothLanguages(t *testing.T) {
	for _, c := range access.ReasonCodes() {
		require.True(t, reasontext.Has(string(c)), c)
		for _, lang := range []string{reasontext.English, reasontext.Chinese} {
			assert.NotEmpty(t, reasontext.Person(lang, string(c)))
			assert.NotEqual(t, string(c), reasontext.Admin(lang, string(c)), "%s %s", lang, c)
		}
	}
	assert.Equal(t, reasontext.Person("en", "outside_scope"), reasontext.Person("en", "not_found"), "a foreign record and none read alike")
	assert.Equal(t, reasontext.Person("en", "no_such_code"), reasontext.Person("fr", "deny_rule"))
}

func TestExplainTestsTheActorsRulesOnTheRecordToo(t *testing.T) {
	a := acme(t, "p, r:rep, acme, deal, view, own, allow\np, r:all, acme, deal, view, team && !own, allow\ng, u:ann, r:all, acme\ng, u:bob, r:rep, acme")
	r := request("ann", "view", of(annsDeal))
	r.Subject.Actor = "bob"
	e, err := a.Explain(context.Background(), r)
	require.NoError(t, err)
	require.Len(t, e.Parties, 2)
	for _, party := range e.Parties {
		require.Len(t, party.Rules, 1)
		assert.Equal(t, "record", party.Rules[0].Image, party.Rules[0].Rule)
	}
}
