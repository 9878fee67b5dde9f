package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/audit/chain"
)

// A medical rep opens nothing from 18:00 to 08:00.
func TestStory21_night(t *testing.T) {
	for at, status := range map[string]int{
		"2026-03-02T17:59:59+08:00": 200, "2026-03-02T18:00:00+08:00": 403, "2026-03-02T07:59:59+08:00": 403,
		"2026-03-02T08:00:00+08:00": 200, "2026-03-02T23:00:00+08:00": 403,
	} {
		now, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		s := open(t, now, 1)
		w := s.get("mia", "/api/customers")
		require.Equal(t, status, w.Code, at)
		if status == http.StatusForbidden {
			assert.Equal(t, "outside_window", code(t, w))
			assert.Contains(t, w.Body.String(), `"next"`)
			assert.Equal(t, http.StatusForbidden, s.get("mia", "/api/orders").Code)
			assert.Contains(t, s.get("mia", "/api/explain?action=view&type=customer").Body.String(), "outside_window")
			assert.Equal(t, http.StatusOK, s.get("mia", "/").Code, "her home page says why")
		}
		assert.Equal(t, http.StatusOK, s.get("ann", "/api/customers").Code, at)
	}
}

// Field staff work in their area only.
func TestStory22_area(t *testing.T) {
	s := open(t, noon, 1)
	ask := func(places ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/api/customers", nil)
		r.SetBasicAuth("finn", "finn")
		for _, p := range places {
			r.Header.Add("X-Demo-Place", p)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for _, place := range []string{"31.2304,121.4737", "31.2304,121.4737,50", " 31.3 , 121.5 "} {
		assert.Equal(t, http.StatusOK, ask(place).Code, place)
	}
	assert.Equal(t, "outside_area", code(t, ask("39.9,116.4")))
	for _, place := range []string{"", "31.2304", "31.2304;121.4737", "NaN,121", "31.2304,121.4737,-1", "131,121", "31.2304,121.4737,50000", "31.2304,121.4737,1,1"} {
		w := ask(place)
		assert.Equal(t, http.StatusForbidden, w.Code, place)
		assert.Equal(t, "place_unknown", code(t, w), place)
	}
	assert.Equal(t, "place_unknown", code(t, ask()))
	assert.Equal(t, "place_unknown", code(t, ask("39.9,116.4", "31.2304,121.4737")), "two positions are none")
}

func TestOnlyRitaDeletes(t *testing.T) {
	s := open(t, noon, 1)
	for _, who := range everybody {
		if who == "rita" || who == "gus" {
			continue
		}
		for _, id := range []int{1, 2, 4} {
			path := fmt.Sprintf("/api/customers/%d", id)
			want := http.StatusNotFound
			if s.get(who, path).Code == http.StatusOK {
				want = http.StatusForbidden
			}
			require.Equal(t, want, s.do(who, http.MethodDelete, path, nil, nil).Code, "%s, customer %d", who, id)
			require.Equal(t, http.StatusOK, s.get("dora", path).Code)
		}
	}
	assert.Equal(t, http.StatusNotFound, s.do("rita", http.MethodDelete, "/api/customers/5", nil, nil).Code, "South is not hers")

	before := s.page("gus", "/api/orders").Total
	customer := s.page("rita", "/api/orders?sort=customer_id&size=1").Items[0]["customer_id"].(float64)
	path, orders := fmt.Sprintf("/api/customers/%.0f", customer), fmt.Sprintf("/api/orders?customer_id=%.0f", customer)
	require.NotZero(t, s.page("dora", orders).Total)
	require.Equal(t, http.StatusOK, s.get("gus", path).Code)
	assert.Equal(t, http.StatusNoContent, s.do("rita", http.MethodDelete, path, nil, nil).Code)
	assert.Equal(t, http.StatusNotFound, s.get("rita", path).Code)
	assert.Zero(t, s.page("dora", orders).Total, "what belongs to a customer goes with him")
	assert.Equal(t, 499, s.page("dora", "/api/customers").Total)
	assert.Equal(t, http.StatusOK, s.get("gus", path).Code, "globex keeps its customer of the same number")
	assert.Equal(t, before, s.page("gus", "/api/orders").Total)
}

func TestForeignAndAbsentAnswerAlike(t *testing.T) {
	s := open(t, noon, 0)
	type request struct{ who, method, before, after string }
	for _, r := range []request{
		{"ann", http.MethodGet, "/api/customers/", ""}, {"ann", http.MethodPatch, "/api/customers/", ""}, {"ann", http.MethodDelete, "/api/customers/", ""},
		{"ann", http.MethodGet, "/api/orders/", ""}, {"ann", http.MethodGet, "/api/explain?action=view&type=customer&id=", ""},
		{"ann", http.MethodGet, "/api/explain?action=delete&type=customer&id=", ""}, {"adam", http.MethodGet, "/api/explain?action=view&type=customer&id=", ""},
		{"gus", http.MethodGet, "/api/customers/", ""}, {"tina", http.MethodPatch, "/api/customers/", ""}, {"rita", http.MethodDelete, "/api/customers/", ""},
		{"ann", http.MethodGet, "/customers/", ""}, {"ann", http.MethodGet, "/customers/", "/edit"}, {"ann", http.MethodPost, "/customers/", "/delete"},
		{"ann", http.MethodGet, "/why?action=view&type=customer&id=", ""},
	} {
		foreign := s.do(r.who, r.method, r.before+"499"+r.after, nil, nil)
		require.Equal(t, http.StatusNotFound, foreign.Code, "%v: %s", r, foreign.Body)
		for _, absent := range []string{"99999999", "0", "0499", strings.Repeat("4", 300), "499.0", "abc", "-1", "9223372036854775808"} {
			w := s.do(r.who, r.method, r.before+absent+r.after, nil, nil)
			require.Equal(t, foreign.Code, w.Code, "%v %s", r, absent)
			require.Equal(t, foreign.Body.String(), w.Body.String(), "%v %s", r, absent)
			require.Equal(t, foreign.Header(), w.Header(), "%v %s", r, absent)
		}
		assert.NotContains(t, foreign.Body.String(), "instance")
		assert.NotContains(t, foreign.Body.String(), "499")
	}
}

func TestStory33_why(t *testing.T) {
	s := open(t, noon, 0)
	answer := s.get("ann", "/api/explain?action=view&type=customers&id=1").Body.String()
	assert.Contains(t, answer, `"allowed":true`)
	assert.NotContains(t, answer, "r:sales_rep", "rules are for holders of explain")
	answer = s.get("mark", "/api/explain?action=edit&type=customer&id=1").Body.String()
	assert.Contains(t, answer, `"allowed":false`)
	assert.Contains(t, answer, "needs_approval")
	assert.Contains(t, answer, `"may":["view"]`)
	assert.Contains(t, s.get("ann", "/why?action=delete&type=customer&id=1").Body.String(), `you may: <span class="tag">Edit</span><span class="tag">View</span>`)
	assert.Contains(t, s.get("ann", "/why?action=view&type=complaint").Body.String(), "nothing that you may do here")
	w := s.get("ann", "/api/explain?action=view&type=customer&subject=bob")
	assert.NotEmpty(t, w.Header().Get("X-Decision"))
	assert.Contains(t, w.Body.String(), w.Header().Get("X-Decision"))
	answer = s.get("adam", "/api/explain?action=export&type=customer&subject=rita").Body.String()
	assert.Contains(t, answer, "r:east_head")
	assert.Contains(t, answer, `"full"`)
	assert.Equal(t, http.StatusForbidden, s.get("ann", "/api/explain?action=view&type=customer&subject=bob").Code)
	for _, bad := range []string{"action=fly&type=customer", "action=view&type=ufo", "type=customer", "action=view&type=ufo&id=1", "action=view", "", "action=view&type=customer&more=1", "action=view&type=customer&type=order", "action=view&type=customer&id=%zz", "action=view&type=customer&id=%ff"} {
		assert.Equal(t, http.StatusBadRequest, s.get("ann", "/api/explain?"+bad).Code, bad)
	}
	assert.Equal(t, http.StatusOK, s.get("adam", "/policy").Code)
	assert.Equal(t, http.StatusForbidden, s.get("ann", "/policy").Code)
}

func TestSignIn(t *testing.T) {
	s := open(t, noon, 0)
	send := func(method, path, body string, header http.Header) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		for name, values := range header {
			r.Header[name] = values
		}
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	w := send(http.MethodGet, "/api/customers", "", nil)
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Contains(t, w.Header().Get("WWW-Authenticate"), "Basic")
	w = send(http.MethodGet, "/customers?page=2", "", nil)
	assert.Equal(t, "/signin?next=%2Fcustomers%3Fpage%3D2", w.Header().Get("Location"))
	assert.Contains(t, send(http.MethodGet, w.Header().Get("Location"), "", nil).Body.String(), `name="next" value="/customers?page=2"`)
	assert.Equal(t, http.StatusUnauthorized, send(http.MethodPost, "/signin", "username=ann&password=bob", nil).Code)
	assert.Equal(t, http.StatusUnauthorized, send(http.MethodPost, "/signin", "username=emp13&password=emp13", nil).Code)
	w = send(http.MethodPost, "/signin", "username=ann&password=ann", nil)
	require.Equal(t, http.StatusSeeOther, w.Code)
	cookie := strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	signedIn := http.Header{"Cookie": {cookie}}
	assert.Equal(t, http.StatusOK, send(http.MethodGet, "/customers", "", signedIn).Code)
	for _, forged := range []string{
		strings.Replace(cookie, "=ey", "=ez", 1), cookie + "x", "crm_session=dora", "crm_session=dora.", "crm_session=", "crm_session=.",
	} {
		assert.Equal(t, http.StatusSeeOther, send(http.MethodGet, "/customers", "", http.Header{"Cookie": {forged}}).Code, forged)
	}
	for _, from := range []http.Header{
		{"Cookie": {cookie}, "Sec-Fetch-Site": {"cross-site"}}, {"Cookie": {cookie}, "Sec-Fetch-Site": {"same-site"}},
		{"Cookie": {cookie}, "Origin": {"https://evil.example"}}, {"Cookie": {cookie}, "Origin": {"null"}},
	} {
		assert.Equal(t, http.StatusForbidden, send(http.MethodPost, "/customers/1/edit", "stage=dormant", from).Code, "%v", from)
	}
	own := http.Header{"Cookie": {cookie}, "Origin": {"http://example.com"}}
	assert.Equal(t, http.StatusSeeOther, send(http.MethodPost, "/customers/1/edit", "stage=dormant", own).Code)
}

// TestTrail reads back what was put on record, and that the record is whole.
func TestTrail(t *testing.T) {
	s := open(t, noon, 0)
	s.get("rita", "/api/customers/export")
	s.get("dora", "/api/customers/export?purpose=yearly+report")
	s.do("ann", http.MethodPatch, "/api/customers/1", `{"credit_limit":1}`, nil)
	text, err := os.ReadFile(s.AuditFile)
	require.NoError(t, err)
	for _, want := range []string{`"purpose":"unspecified"`, `"purpose":"yearly report"`, `"crm.write_refused"`, `"kind":"commit"`} {
		assert.Contains(t, string(text), want)
	}
	report, err := chain.Verify(strings.NewReader(string(text)))
	require.NoError(t, err)
	assert.Zero(t, report.Bad)
	assert.NotZero(t, report.Records)
}
