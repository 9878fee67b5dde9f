package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Management sees everything and changes nothing.
func TestStory20_director(t *testing.T) {
	s := open(t, noon, 0)
	columns := strings.Fields("id tenant_id owner_id team_id region_id partner_id name contact_name phone email id_number address " +
		"industry level tags stage credit_limit created_at updated_at")
	for _, c := range s.page("dora", "/api/customers?size=200").Items {
		require.Len(t, c, len(columns))
		for _, name := range columns {
			require.Contains(t, c, name)
		}
		require.NotContains(t, fmt.Sprint(c), "***")
	}
	for _, path := range []string{"customers", "opportunities", "quotes", "orders", "tickets", "complaints", "leads", "campaigns"} {
		assert.Equal(t, http.StatusForbidden, s.do("dora", http.MethodPatch, "/api/"+path+"/1", `{}`, nil).Code, path)
	}
}

// A manager may do what a rep may, and more.
func TestStory4_inheritance(t *testing.T) {
	s := open(t, noon, 0)
	type rights struct{ Actions map[string][]string }
	below := decode[rights](t, s.get("ann", "/api/me")).Actions
	for _, who := range []string{"max", "rita"} {
		mine, more := decode[rights](t, s.get(who, "/api/me")).Actions, false
		for typ, actions := range below {
			assert.Subset(t, mine[typ], actions, "%s %s", who, typ)
			more = more || len(mine[typ]) > len(actions)
		}
		assert.True(t, more, who)
		below = mine
	}
}

// TestNoClearPhoneForSam asks for everything that sam may have, as JSON and as pages, and looks for numbers in it.
func TestNoClearPhoneForSam(t *testing.T) {
	s := open(t, noon, 0)
	clear := map[string]bool{}
	for _, collection := range []string{"customers", "leads"} {
		for _, item := range s.all("dora", collection) {
			clear[item["phone"].(string)] = true
		}
	}
	number := regexp.MustCompile(`1[0-9]{10}`)
	look := func(path, body string) {
		for _, found := range number.FindAllString(body, -1) {
			require.False(t, clear[found], "%s: %s", path, found)
		}
	}
	for _, path := range []string{
		"/api/customers?size=200", "/api/customers?size=200&page=5&sort=name", "/api/customers?q=1", "/api/customers?sort=phone",
		"/api/tickets?size=200", "/api/complaints?size=200", "/api/leads", "/api/orders", "/api/customers/export", "/api/me",
		"/customers", "/customers?size=200", "/tickets", "/customers/export",
	} {
		look(path, s.get("sam", path).Body.String())
	}
	size := 200
	if raced {
		size = 20
	}
	for _, c := range s.page("sam", fmt.Sprintf("/api/customers?size=%d", size)).Items {
		require.Regexp(t, `^1[0-9]{2}\*{4}[0-9]{4}$`, c["phone"])
		for _, hidden := range []string{"credit_limit", "id_number", "address", "owner_id", "partner_id"} {
			require.NotContains(t, c, hidden)
		}
		for _, form := range []string{"/api/customers/%v", "/customers/%v", "/customers/%v/edit", "/api/explain?action=edit&type=customer&id=%v", "/why?action=edit&type=customer&id=%v"} {
			path := fmt.Sprintf(form, c["id"])
			look(path, s.get("sam", path).Body.String())
		}
	}
	first := fmt.Sprintf("/api/customers/%v", s.page("sam", "/api/customers?size=1").Items[0]["id"])
	w := s.do("sam", http.MethodPatch, first, `{"phone":"13800000000"}`, nil)
	assert.Equal(t, http.StatusForbidden, w.Code)
	look("PATCH", w.Body.String())
	assert.Equal(t, http.StatusForbidden, s.get("sam", "/api/quotes").Code)
}

func TestStory17_threeDigits(t *testing.T) {
	s := open(t, noon, 0)
	for _, c := range s.all("tina", "customers") {
		require.Regexp(t, `^1[0-9]{2}\*{8}$`, c["phone"])
	}
	assert.Equal(t, http.StatusForbidden, s.get("tina", "/api/customers/export").Code)
}

func TestHiddenAndUnknownColumnsAnswerAlike(t *testing.T) {
	s := open(t, noon, 0)
	for _, query := range []string{"sort=%s", "sort=-%s", "%s=1"} {
		hidden := s.get("sam", "/api/customers?"+fmt.Sprintf(query, "credit_limit"))
		unknown := s.get("sam", "/api/customers?"+fmt.Sprintf(query, "no_such_thing"))
		masked := s.get("sam", "/api/customers?"+fmt.Sprintf(query, "phone"))
		require.Equal(t, http.StatusBadRequest, hidden.Code, query)
		assert.Equal(t, unknown.Body.String(), hidden.Body.String(), query)
		assert.Equal(t, unknown.Body.String(), masked.Body.String(), query)
		assert.Equal(t, unknown.Code, hidden.Code)
	}
	assert.Equal(t, http.StatusOK, s.get("max", "/api/customers?sort=credit_limit").Code)
}

func TestRefusedWritesChangeNothing(t *testing.T) {
	s := open(t, noon, 1)
	before := s.get("dora", "/api/customers/1").Body.String()
	tinas := s.page("tina", "/api/customers?size=1").Items[0]["id"]
	tinasBefore := s.get("dora", fmt.Sprintf("/api/customers/%v", tinas)).Body.String()
	limit := s.get("rita", "/api/customers/1")
	value := int64(decode[map[string]any](t, limit)["credit_limit"].(float64))

	for _, attack := range []struct {
		who, path, body string
		status          int
		code            string
	}{
		{"tina", fmt.Sprintf("/api/customers/%v", tinas), `{"stage":"active"}`, 403, "denied"},
		{"ann", "/api/customers/1", `{"credit_limit":1}`, 403, "field_not_writable"},
		{"ann", "/api/customers/1", fmt.Sprintf(`{"credit_limit":%v}`, value), 403, "field_not_writable"}, // a right guess looks like a wrong one
		{"ann", "/api/customers/1", `{"stage":"dormant","id_number":"x"}`, 403, "field_not_writable"},
		{"ann", "/api/customers/1", `{"level":"A"}`, 403, "field_not_writable"},
		{"ann", "/api/customers/1", `{"id":2}`, 403, "field_not_writable"},
		{"ann", "/api/customers/1", `{"owner_id":"bob"}`, 403, "field_not_writable"},
		{"ann", "/api/customers/1", `{"updated_at":"2020-01-01T00:00:00Z"}`, 403, "field_not_writable"},
		{"ann", "/api/customers/2", `{"stage":"active"}`, 404, "not_found"},
		{"dora", "/api/customers/1", `{"stage":"active"}`, 403, "denied"},
		{"mark", "/api/customers/1", `{"tags":["vip"]}`, 403, "needs_approval"},
		{"adam", "/api/customers/1", `{"stage":"active"}`, 404, "not_found"},
		{"ann", "/api/customers/1", `{"Stage":"active"}`, 403, "field_not_writable"}, // as for a hidden field,
		{"ann", "/api/customers/1", `{"stage":"active","stage":"dormant"}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"stage":"unheard of"}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"stage":null}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"stage":7}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"name":" "}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"name":"a\u0000b"}`, 400, "invalid"},
		{"ann", "/api/customers/1", `[{"stage":"active"}]`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"stage":"active"} {}`, 400, "invalid"},
		{"ann", "/api/customers/1", `{"stage":"active"`, 400, "invalid"},
		{"ann", "/api/customers/1", ``, 400, "invalid"},
		{"rita", "/api/customers/1", `{"credit_limit":1.5}`, 400, "invalid"},
		{"rita", "/api/customers/1", `{"credit_limit":-1}`, 400, "invalid"},
		{"rita", "/api/customers/1", `{"credit_limit":9223372036854775808}`, 400, "invalid"},
	} {
		w := s.do(attack.who, http.MethodPatch, attack.path, attack.body, nil)
		require.Equal(t, attack.status, w.Code, "%s %s: %s", attack.who, attack.body, w.Body)
		assert.Equal(t, attack.code, code(t, w), "%s %s", attack.who, attack.body)
	}
	for _, who := range everybody {
		for _, tenant := range []string{"acme", "globex"} {
			w := s.do(who, http.MethodPatch, "/api/customers/1", map[string]any{"tenant_id": tenant}, nil)
			require.Contains(t, []int{403, 404}, w.Code, "%s: %s", who, w.Body)
		}
	}
	assert.Equal(t, before, s.get("dora", "/api/customers/1").Body.String())
	assert.Equal(t, tinasBefore, s.get("dora", fmt.Sprintf("/api/customers/%v", tinas)).Body.String())
}

func TestAllowedWrites(t *testing.T) {
	s := open(t, noon, 1)
	w := s.do("ann", http.MethodPatch, "/api/customers/1", map[string]any{"stage": "dormant", "phone": "13912345678"}, nil)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	shown := decode[map[string]any](t, w)
	assert.Equal(t, "dormant", shown["stage"])
	assert.NotContains(t, shown, "credit_limit", "the answer is redacted like any other")
	assert.Equal(t, shown, decode[map[string]any](t, s.get("ann", "/api/customers/1")))

	w = s.do("max", http.MethodPatch, "/api/customers/1", map[string]any{"tags": []string{"vip", "新客户"}, "level": "A"}, nil)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	assert.Equal(t, []any{"vip", "新客户"}, decode[map[string]any](t, w)["tags"])

	w = s.do("rita", http.MethodPatch, "/api/customers/1", map[string]any{"credit_limit": 1000}, nil)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	assert.Equal(t, float64(1000), decode[map[string]any](t, s.get("dora", "/api/customers/1"))["credit_limit"])

	assert.Equal(t, http.StatusOK, s.do("ann", http.MethodPatch, "/api/customers/1", `{}`, nil).Code)
	assert.Equal(t, http.StatusOK, s.do("gus", http.MethodPatch, "/api/customers/1", `{"credit_limit":7}`, nil).Code)
	assert.Equal(t, float64(1000), decode[map[string]any](t, s.get("dora", "/api/customers/1"))["credit_limit"], "acme's customer of the same number stays")
}

// A campaign may be made, by marketing only; a quote may not be changed by those who may not.
func TestStory3_operations(t *testing.T) {
	s := open(t, noon, 1)
	w := s.do("mark", http.MethodPost, "/api/campaigns", map[string]any{"name": "Spring 春季", "budget": 500}, nil)
	require.Equal(t, http.StatusCreated, w.Code, "%s", w.Body)
	made := decode[map[string]any](t, w)
	assert.Equal(t, "acme", made["tenant_id"])
	assert.Equal(t, "mark", made["owner_id"])
	assert.Equal(t, http.StatusOK, s.get("dora", fmt.Sprintf("/api/campaigns/%v", made["id"])).Code)
	for body, status := range map[string]int{
		`{"name":"x","tenant_id":"globex"}`: 403, `{"name":"x","created_at":"2020-01-01T00:00:00Z"}`: 403,
		`{"name":"x","owner_id":"nobody"}`: 400, `{"budget":1}`: 400, `{"name":"x","starts_on":"soon"}`: 400,
	} {
		assert.Equal(t, status, s.do("mark", http.MethodPost, "/api/campaigns", body, nil).Code, body)
	}
	for _, who := range []string{"ann", "rita", "dora", "adam"} {
		assert.Equal(t, 403, s.do(who, http.MethodPost, "/api/campaigns", `{"name":"x"}`, nil).Code, who)
	}
	assert.Equal(t, 404, s.do("mark", http.MethodPatch, "/api/quotes/1", `{"discount":99}`, nil).Code, "he may not even see it")
	w = s.do("mark", http.MethodPatch, fmt.Sprintf("/api/campaigns/%v", made["id"]), `{"owner_id":"ann"}`, nil)
	assert.Equal(t, "field_not_writable", code(t, w), "the owner is set once")
}
