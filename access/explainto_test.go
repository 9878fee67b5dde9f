package access_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sheet keeps what is written to it.
type sheet struct{ events []audit.Event }

func (s *sheet) Write(_ context.Context, es ...audit.Event) error {
	s.events = append(s.events, es...)
	return nil
}

// To whom may not see the rules a record that is his, one that is not there and one of another tenant are the same, and
// so is another tenant: nothing is even looked up.
func TestExplainToTellsNothingToWhoHoldsNoExplain(t *testing.T) {
	s := newShelf()
	a := acme(t, lookerPolicy, func(c *access.Config) { c.Loader = s })
	var texts []string
	for _, id := range []string{"own", "foreign", "absent"} {
		for _, tenant := range []string{"acme", "globex", "nowhere"} {
			for _, who := range []string{"ann", "bob", "mallory", "eve"} {
				r := request("ann", "view", access.Resource{ID: id})
				r.Subject.Tenant = tenant
				x, err := a.ExplainTo(context.Background(), by(who), r)
				require.ErrorIs(t, err, access.ErrDenied)
				assert.Equal(t, access.Explanation{}, x)
				texts = append(texts, err.Error())
			}
		}
	}
	for _, text := range texts {
		assert.Equal(t, texts[0], text)
	}
	assert.Zero(t, s.loads)
	r := request("ann", "view", access.Resource{})
	r.Subject.Tenant = "globex"
	_, err := a.ExplainTo(context.Background(), by("root"), r)
	assert.ErrorIs(t, err, access.ErrDenied, "a holder of explain holds it in his own tenant")
}

func TestExplainToIsExplainForItsHoldersAndRecorded(t *testing.T) {
	log := &sheet{}
	a := acme(t, lookerPolicy, func(c *access.Config) { c.Audit = log })
	r := request("ann", "view", of(annsDeal))
	x, err := a.ExplainTo(context.Background(), by("root"), r)
	require.NoError(t, err)
	plain, err := a.Explain(context.Background(), r)
	require.NoError(t, err)
	assert.Equal(t, plain.Text("en"), x.Text("en"))
	require.Len(t, log.events, 1, "who looked is recorded, what he looked at decides nothing")
	assert.Equal(t, []any{"root", "explain", access.PolicyType, true}, []any{log.events[0].Subject, log.events[0].Action, log.events[0].Type, log.events[0].Allowed})
	_, err = a.ExplainTo(context.Background(), by("ann"), r)
	require.ErrorIs(t, err, access.ErrDenied)
	assert.Len(t, log.events, 2)
	noted := by("root")
	noted.Advisory = true
	_, err = a.ExplainTo(context.Background(), noted, r)
	require.NoError(t, err)
	assert.Len(t, log.events, 3, "no question about rules is advisory")
}

func TestAForeignRecordIsExplainedLikeNone(t *testing.T) {
	a := acme(t, lookerPolicy, func(c *access.Config) { c.Loader = newShelf() })
	tell := func(id string) string {
		x, err := a.ExplainTo(context.Background(), by("root"), request("ann", "view", access.Resource{ID: id}))
		require.NoError(t, err)
		data, err := json.Marshal(x)
		require.NoError(t, err)
		return string(data) + x.Text("en")
	}
	assert.Equal(t, tell("absent"), tell("foreign"))
	assert.NotEqual(t, tell("absent"), tell("own"))
}

func TestAnExplanationIsData(t *testing.T) {
	a := acme(t, lookerPolicy)
	x, err := a.Explain(context.Background(), request("bob", "view", of(annsDeal)))
	require.NoError(t, err)
	data, err := json.Marshal(x)
	require.NoError(t, err)
	var back struct {
		Allowed bool
		Misses  []struct {
			Code, Subject, Image string
			Rule                 access.Rule
			Names                []access.NameExplanation
			Links                int
		}
		Remedies []access.Remedy
	}
	require.NoError(t, json.Unmarshal(data, &back))
	assert.False(t, back.Allowed)
	assert.Equal(t, x.Misses[0].Names, back.Misses[0].Names)
	assert.Equal(t, *x.Misses[0].Rule, back.Misses[0].Rule)
	assert.Equal(t, x.Remedies, back.Remedies)
	assert.Contains(t, string(data), `"value":"false","wanted":"true"`)
}

func TestEveryCodeOfAnExplanationHasSentences(t *testing.T) {
	var codes [][2]string
	for _, c := range access.MissCodes() {
		codes = append(codes, [2]string{"miss", string(c)})
	}
	for _, c := range access.RemedyCodes() {
		codes = append(codes, [2]string{"remedy", string(c)})
	}
	for _, c := range access.FieldWhys() {
		codes = append(codes, [2]string{"field", string(c)})
	}
	for _, c := range codes {
		assertSentences(t, c[0], c[1])
	}
}

func assertSentences(t *testing.T, kind, code string) {
	t.Helper()
	say := map[string]func(lang, code string) string{"miss": reasontext.Miss, "remedy": reasontext.Remedy, "field": reasontext.Field}[kind]
	en, zh := say(reasontext.English, code), say(reasontext.Chinese, code)
	assert.NotEqual(t, code, en, kind)
	assert.NotEqual(t, code, zh, kind)
	assert.NotEqual(t, en, zh, kind)
	assert.Equal(t, en, say("fr", code))
	assert.Equal(t, "no_such_code", say(reasontext.Chinese, "no_such_code"))
}
