package scope

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var partner = Subject{ID: "7", Tenant: "acme", Attrs: map[string][]string{
	"one": {"7"}, "two": {"8", "7"}, "mixed": {"7", "x"}, "words": {"x"}, "none": {}, "zero": {"0"}, "blank": {""}, "limit": {"10.5"},
}}

func TestCriterion(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`{"attr":"stage","op":"eq","values":["a"]}`, `stage = "a"`},
		{`{"attr":"stage","op":"eq","values":[""]}`, `stage = ""`},
		{`{"attr":"stage","op":"ne","values":["a"]}`, `not stage = "a"`},
		{`{"attr":"stage","op":"in","values":["b","a"]}`, `stage in ("a", "b")`},
		{`{"attr":"owner","op":"eq","values":["0"]}`, `owner = 0`},
		{`{"attr":"amount","op":"lt","values":["10.50"]}`, `amount < decimal(10.5)`},
		{`{"attr":"amount","op":"le","subject":"limit"}`, `amount <= decimal(10.5)`},
		{`{"attr":"due","op":"ge","values":["2026-03-01T20:00:00+08:00"]}`, `due >= time(2026-03-01T12:00:00Z)`},
		{`{"attr":"closed","op":"eq","values":["true"]}`, `closed = true`},
		{`{"attr":"due","op":"null"}`, `due is null`},
		{`{"attr":"owner","op":"eq","subject":"id"}`, `owner = 7`},
		{`{"attr":"owner","op":"ne","subject":"id"}`, `not owner = 7`},
		{`{"attr":"creator","op":"eq","subject":"id"}`, `unknown`},
		{`{"attr":"creator","op":"ne","subject":"id"}`, `unknown`},
		{`{"attr":"owner","op":"eq","subject":"one"}`, `owner = 7`},
		{`{"attr":"owner","op":"eq","subject":"two"}`, `owner in (7, 8)`},
		{`{"attr":"owner","op":"ne","subject":"two"}`, `not owner in (7, 8)`},
		{`{"attr":"owner","op":"eq","subject":"mixed"}`, `(owner = 7 or unknown)`},
		{`{"attr":"owner","op":"ne","subject":"mixed"}`, `not (owner = 7 or unknown)`},
		{`{"attr":"owner","op":"eq","subject":"words"}`, `unknown`},
		{`{"attr":"owner","op":"eq","subject":"none"}`, `unknown`},
		{`{"attr":"owner","op":"ne","subject":"absent"}`, `unknown`},
		{`{"not":{"attr":"owner","op":"in","subject":"absent"}}`, `unknown`},
		{`{"attr":"owner","op":"in","subject":"zero"}`, `unknown`},
		{`{"attr":"owner","op":"le","subject":"zero"}`, `owner <= 0`},
		{`{"attr":"deputy","op":"eq","subject":"blank"}`, `unknown`},
		{`{"attr":"owner","op":"lt","subject":"two"}`, `unknown`},
		{`{"has":"tickets"}`, `has tickets(true)`},
		{`{"has":"tickets","where":{"attr":"status","op":"eq","values":["open"]}}`, `has tickets(status = "open")`},
		{`{"has":"tickets","where":{"attr":"weight","op":"eq","subject":"absent"}}`, `has tickets(unknown)`},
		{`{"all":[{"attr":"due","op":"null"},{"attr":"stage","op":"null"}]}`, `(due is null and stage is null)`},
		{`{"any":[{"attr":"due","op":"null"},{"not":{"attr":"stage","op":"null"}}]}`, `(due is null or not stage is null)`},
	} {
		c, err := ParseCriterion([]byte(row.text))
		require.NoError(t, err, row.text)
		require.NoError(t, c.Check(leads), row.text)
		assert.Equal(t, row.want, c.Resolve(partner, leads).String(), row.text)
		again, err := json.Marshal(c)
		require.NoError(t, err)
		same, err := ParseCriterion(again)
		require.NoError(t, err)
		assert.Equal(t, c, same)
	}
}

func TestParseCriterionRefuses(t *testing.T) {
	deep := strings.Repeat(`{"not":`, criterionDepth) + `{"attr":"due","op":"null"}` + strings.Repeat(`}`, criterionDepth)
	for text, says := range map[string]string{
		``: "EOF", `null`: "exactly one", `[]`: "cannot unmarshal", `{}`: "exactly one", `{"attr":"a","op":"null"} x`: "follows", `{"attr":"a","op":"null"}{}`: "follows",
		`{"attr":"a","op":"null","extra":1}`: "unknown field", `{"attr":"a","has":"b","op":"null"}`: "exactly one",
		`{"all":[],"any":[]}`: "exactly one", `{"all":[]}`: "at least one member", `{"any":[]}`: "at least one member",
		`{"has":"a","op":"null"}`: "belong to attr", `{"has":"a","values":["1"]}`: "belong to attr", `{"attr":"a","op":"null","where":{"attr":"b","op":"null"}}`: "belongs to has",
		`{"attr":"a"}`: `unknown op ""`, `{"attr":"a","op":"EQ","values":["1"]}`: `unknown op "EQ"`, `{"attr":"a","op":"null","values":["1"]}`: "neither",
		`{"attr":"a","op":"null","subject":"x"}`: "neither", `{"attr":"a","op":"eq"}`: "one value, not 0", `{"attr":"a","op":"eq","values":["1","2"]}`: "one value, not 2",
		`{"attr":"a","op":"in"}`: "at least one value", `{"attr":"a","op":"in","values":[]}`: "at least one value", `{"attr":"a","op":"eq","values":["1"],"subject":"x"}`: "not both",
		`{"all":[{"attr":"a","op":"null"},{}]}`: "exactly one", `{"has":"a","where":{}}`: "exactly one", deep: "deep",
	} {
		c, err := ParseCriterion([]byte(text))
		assert.ErrorContains(t, err, says, text)
		assert.Equal(t, Criterion{}, c)
	}
}

func TestCriterionCheckNamesWhatDoesNotFit(t *testing.T) {
	for text, says := range map[string]string{
		`{"attr":"gone","op":"null"}`:                                            `"gone"`,
		`{"attr":"owner","op":"eq","values":["07"]}`:                             `"07"`,
		`{"attr":"owner","op":"in","values":["7","x"]}`:                          `"x"`,
		`{"has":"gone"}`:                                                         `no relation "gone"`,
		`{"has":"tickets","where":{"attr":"due","op":"null"}}`:                   `lead.tickets`,
		`{"has":"tickets","where":{"has":"tickets"}}`:                            `no relation "tickets"`,
		`{"any":[{"not":{"attr":"closed","op":"eq","values":["yes"]}}]}`:         `"yes"`,
		`{"has":"tickets","where":{"attr":"weight","op":"eq","values":["1.0"]}}`: `"1.0"`,
	} {
		c, err := ParseCriterion([]byte(text))
		require.NoError(t, err)
		assert.ErrorContains(t, c.Check(leads), says, text)
	}
	assert.Error(t, Criterion{}.Check(leads))
	assert.Error(t, Criterion{Attr: "due", Op: "null"}.Check(nil))
}

// A criterion that nobody checked must not open anything, nor must its negation.
func TestAnUncheckedCriterionIsUnknown(t *testing.T) {
	for _, c := range []Criterion{
		{}, {Attr: "due"}, {Attr: "gone", Op: "null"}, {Has: "gone"}, {Attr: "owner", Op: "ne", Values: []string{"x"}},
		{All: []Criterion{}}, {Not: &Criterion{}}, {Attr: "owner", Op: "eq", Subject: "id", Values: []string{"7"}},
	} {
		assert.Equal(t, Predicate{}, c.Resolve(partner, leads), "%+v", c)
		assert.Equal(t, Predicate{}, Not(c.Resolve(partner, leads)), "%+v", c)
	}
}

func FuzzParseCriterion(f *testing.F) {
	f.Add([]byte(`{"attr":"stage","op":"in","values":["a"]}`))
	f.Add([]byte(`{"has":"tickets","where":{"any":[{"attr":"weight","op":"lt","subject":"one"},{"not":{"attr":"status","op":"null"}}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseCriterion(text)
		if err != nil {
			return
		}
		p := c.Resolve(partner, leads)
		if c.Check(leads) == nil {
			assert.NoError(t, p.Check(leads))
			_, err := p.Within(leads, "acme")
			assert.NoError(t, err)
		}
		again, err := json.Marshal(c)
		require.NoError(t, err)
		same, err := ParseCriterion(again)
		require.NoError(t, err)
		assert.Equal(t, p.String(), same.Resolve(partner, leads).String())
	})
}
