package main

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Marketing may change tags only, and these with an approval that nobody gave.
func TestNeedsApproval(t *testing.T) {
	s := open(t, noon, 1)
	type problem struct {
		Code, Decision string
		Fields         []string
	}
	for body, want := range map[string]problem{
		`{"tags":["vip"]}`:             {Code: "needs_approval", Fields: []string{"tags"}},
		`{"tags":7}`:                   {Code: "needs_approval", Fields: []string{"tags"}}, // the permission comes before the value
		`{"name":"x"}`:                 {Code: "field_not_writable", Fields: []string{"name"}},
		`{"tenant_id":"globex"}`:       {Code: "field_not_writable", Fields: []string{"tenant_id"}},
		`{"tags":["vip"],"phone":"1"}`: {Code: "field_not_writable", Fields: []string{"phone"}},
		`{"no_such_thing":1}`:          {Code: "field_not_writable", Fields: []string{"no_such_thing"}},
	} {
		w := s.do("mark", http.MethodPatch, "/api/customers/1", body, nil)
		require.Equal(t, http.StatusForbidden, w.Code, "%s: %s", body, w.Body)
		got := decode[problem](t, w)
		assert.NotEmpty(t, got.Decision, body)
		assert.Equal(t, w.Header().Get("X-Decision"), got.Decision, body)
		want.Decision = got.Decision
		assert.Equal(t, want, got, body)
	}
	assert.Equal(t, http.StatusBadRequest, s.do("mark", http.MethodPatch, "/api/customers/1", `{`, nil).Code)
	assert.Equal(t, http.StatusNotFound, s.do("ann", http.MethodPatch, "/api/customers/2", `{`, nil).Code, "not before the record may be viewed")
	assert.Equal(t, []string{"view"}, decode[struct{ Actions map[string][]string }](t, s.get("mark", "/api/me")).Actions["customer"])
	page := s.get("mark", "/customers/1").Body.String()
	assert.NotContains(t, page, "/customers/1/edit")
	w := s.get("mark", "/customers/1/edit")
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Contains(t, w.Body.String(), "approval")
	assert.NotEmpty(t, w.Header().Get("X-Decision"))
}

func TestValues(t *testing.T) {
	s := open(t, noon, 0)
	patch := func(who, path, body string) (int, map[string]any) {
		w := s.do(who, http.MethodPatch, path, body, nil)
		return w.Code, decode[map[string]any](t, w)
	}
	for _, bad := range []string{
		`{"tags":["a",null]}`, `{"tags":["a",1]}`, `{"tags":["a"," "]}`, `{"tags":"a,b"}`, `{"tags":["a,b"]}`, `{"tags":null}`,
		`{"phone":"call me"}`, `{"phone":"123"}`, `{"email":"nobody"}`, `{"email":"A <a@b.example>"}`, `{"email":"a@b.example, c@d.example"}`,
		`{"name":"\ud800"}`, `{"name":"\udc00\ud800"}`, "{\"name\":\"\xff\"}",
	} {
		status, answer := patch("max", "/api/customers/1", bad)
		assert.Equal(t, http.StatusBadRequest, status, "%s: %v", bad, answer)
	}
	for body, want := range map[string]any{
		`{"tags":[" vip","vip ","新"]}`: []any{"vip", "新"}, `{"tags":[]}`: []any{}, `{"phone":""}`: "", `{"email":""}`: "",
		`{"phone":"+86 (21) 5555-0100"}`: "+86 (21) 5555-0100", `{"email":"a.b@c.example"}`: "a.b@c.example",
		`{"name":"\ud83d\ude00 \\ud800"}`: `😀 \ud800`,
	} {
		status, answer := patch("max", "/api/customers/1", body)
		require.Equal(t, http.StatusOK, status, "%s: %v", body, answer)
		column := strings.Split(body, `"`)[1]
		assert.Equal(t, want, answer[column], body)
	}
	for body, status := range map[string]int{
		`{"owner_id":"nobody"}`: 400, `{"owner_id":"dora"}`: 400, `{"team_id":"no-team"}`: 400, `{"partner_id":"nobody"}`: 400,
		`{"partner_id":"bluesea"}`: 200, `{"region_id":"atlantis"}`: 400,
	} {
		got, answer := patch("gus", "/api/customers/1", body)
		assert.Equal(t, status, got, "%s: %v", body, answer)
	}
	_, answer := patch("gus", "/api/customers/1", `{"partner_id":" "}`)
	assert.Nil(t, answer["partner_id"], "blank is null")
	for body, status := range map[string]int{`{"campaign_id":1}`: 200, `{"campaign_id":0}`: 200, `{"campaign_id":999999}`: 400} {
		got, answer := patch("mark", "/api/leads/1", body)
		assert.Equal(t, status, got, "%s: %v", body, answer)
	}
	status, _ := patch("gus", "/api/quotes/1", `{"opportunity_id":999999}`)
	assert.Equal(t, http.StatusBadRequest, status)
}

// A form that says "none" means it, also for what a new record would else get of itself.
func TestNoneIsNone(t *testing.T) {
	s := open(t, noon, 0)
	page := s.get("mark", "/leads/new").Body.String()
	assert.Contains(t, page, `<option value="mark" selected>`)
	for owner, want := range map[string]any{"owner_id=&": nil, "owner_id=ann&": "ann", "": "mark"} {
		w := s.form("mark", "/leads/new", owner+"name=New&campaign_id=")
		require.Equal(t, http.StatusSeeOther, w.Code, "%s", w.Body)
		lead := decode[map[string]any](t, s.get("mark", "/api"+w.Header().Get("Location")))
		assert.Equal(t, want, lead["owner_id"], owner)
		assert.Zero(t, lead["campaign_id"])
	}
}

func TestFormsThatCannotBeRead(t *testing.T) {
	s := open(t, noon, 0)
	for _, path := range []string{"/customers/1/edit", "/signin", "/place"} {
		for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data; boundary=x"} {
			w := s.do("ann", http.MethodPost, path, "stage=active", http.Header{"Content-Type": {kind}})
			assert.Equal(t, http.StatusUnsupportedMediaType, w.Code, "%s %s", path, kind)
		}
		assert.Equal(t, http.StatusRequestEntityTooLarge, s.form("ann", path, "name="+strings.Repeat("x", 70_000)).Code, path)
		for _, body := range []string{"name=%ff", "name=a&name=b", "name=%zz"} {
			w := s.form("ann", path, body)
			assert.Equal(t, http.StatusBadRequest, w.Code, "%s %s", path, body)
			assert.NotContains(t, w.Body.String(), "JSON")
		}
	}
	w := s.do("ann", http.MethodPatch, "/api/customers/1", `{"name":"`+strings.Repeat("x", 70_000)+`"}`, nil)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	assert.Equal(t, "too_large", code(t, w))
	w = s.do("ann", http.MethodPost, "/customers/1/edit?lang=zh", "stage=unheard", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	assert.Contains(t, w.Body.String(), "阶段: 必须是以下之一")
}

// What no route is for is refused in the same words as the rest.
func TestNoRoute(t *testing.T) {
	s := open(t, noon, 0)
	for _, path := range []string{"/api/nothing", "/api/customers/1/more", "/api/"} {
		w := s.get("ann", path)
		require.Equal(t, http.StatusNotFound, w.Code, path)
		assert.Equal(t, "not_found", code(t, w), path)
	}
	w := s.do("ann", http.MethodPut, "/api/customers/1", `{}`, nil)
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	assert.Equal(t, "method_not_allowed", code(t, w))
	assert.Contains(t, w.Header().Get("Allow"), http.MethodPatch)
	w = s.do("ann", http.MethodPatch, "/api/customers/1", `{}`, http.Header{"Sec-Fetch-Site": {"cross-site"}})
	require.Equal(t, http.StatusForbidden, w.Code)
	assert.Equal(t, "cross_site", code(t, w))
	for path, status := range map[string]int{"/nothing": 404, "/place": 405} {
		w := s.get("ann", path)
		assert.Equal(t, status, w.Code)
		assert.Contains(t, w.Body.String(), "<h1>", path)
	}
}

func TestExportParameters(t *testing.T) {
	s := open(t, noon, 0)
	for _, bad := range []string{"q=a", "purpose=a&purpose=b", "stage=active", "purpose=%zz", "purpose=%ff"} {
		assert.Equal(t, http.StatusBadRequest, s.get("rita", "/api/customers/export?"+bad).Code, bad)
		assert.Equal(t, http.StatusBadRequest, s.get("rita", "/customers/export?"+bad).Code, bad)
	}
	assert.Contains(t, s.get("rita", "/customers").Body.String(), "Exports all records in your reach")
}

func TestFormulaBehindInvisibleCharacters(t *testing.T) {
	s := open(t, noon, 0)
	names := map[int]string{1: "\ufeff=1+1", 2: "\u200b@SUM(1)", 3: "\u200e\u2060 -1+1", 4: "\u00ad+1"}
	for id, name := range names {
		w := s.do("gus", http.MethodPatch, fmt.Sprintf("/api/customers/%d", id), map[string]any{"name": name}, nil)
		require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	}
	lines, err := csv.NewReader(s.get("gus", "/api/customers/export").Body).ReadAll()
	require.NoError(t, err)
	for id, name := range names {
		assert.Contains(t, lines[id], "'"+name)
	}
}

// A search does not hit the name of the tenant, which is in every row.
func TestSearchLeavesTheTenantOut(t *testing.T) {
	s := open(t, noon, 0)
	assert.Zero(t, s.page("dora", "/api/customers?q=acme").Total)
}
