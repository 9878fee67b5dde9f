package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// TestEditFormHoldsWritableFieldsOnly compares the inputs of the form with what a PATCH of each field is answered.
func TestEditFormHoldsWritableFieldsOnly(t *testing.T) {
	s := open(t, noon, 0)
	for _, who := range []string{"ann", "max", "rita", "mia", "finn", "gus"} {
		id := s.page(who, "/api/customers?size=1").Items[0]["id"]
		page := s.get(who, fmt.Sprintf("/customers/%v/edit", id))
		require.Equal(t, http.StatusOK, page.Code, who)
		root, err := html.Parse(page.Body)
		require.NoError(t, err)
		var inputs []string
		for name := range formWith(root, "phone") {
			inputs = append(inputs, name)
		}
		full := s.page(map[bool]string{true: "gus", false: "dora"}[who == "gus"], "/api/customers?size=1").Items[0]
		for name := range full {
			w := s.do(who, http.MethodPatch, fmt.Sprintf("/api/customers/%v", id), map[string]any{name: full[name]}, nil)
			writable := w.Code != http.StatusForbidden
			assert.Equal(t, writable, slices.Contains(inputs, name), "%s %s: %s", who, name, w.Body)
		}
	}
	page := s.get("sam", "/customers").Body.String()
	assert.NotContains(t, page, "Credit limit")
}

// formWith returns the values of the first form that has a field of that name.
func formWith(n *html.Node, field string) url.Values {
	if n.Type == html.ElementNode && n.Data == "form" {
		values := url.Values{}
		if fill(n, values); values.Has(field) {
			return values
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if values := formWith(child, field); values != nil {
			return values
		}
	}
	return nil
}

func TestForgedFormField(t *testing.T) {
	s := open(t, noon, 0)
	before := s.get("dora", "/api/customers/1").Body.String()
	for _, body := range []string{"credit_limit=1", "stage=active&tenant_id=globex", "owner_id=bob"} {
		w := s.do("ann", http.MethodPost, "/customers/1/edit", body, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
		assert.Equal(t, http.StatusForbidden, w.Code, body)
	}
	w := s.do("ann", http.MethodPost, "/customers/1/edit", "stage=unheard", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Equal(t, before, s.get("dora", "/api/customers/1").Body.String())
}

func TestNamesAreTextOnPages(t *testing.T) {
	s := open(t, noon, 0)
	page := s.get("dora", "/customers?q="+url.QueryEscape("<b>Bold")).Body.String()
	assert.Contains(t, page, "&lt;b&gt;Bold")
	assert.NotContains(t, page, "<b>Bold")
}

func TestLanguages(t *testing.T) {
	s := open(t, noon, 0)
	chinese := http.Header{"Accept-Language": {"zh-CN,zh;q=0.9,en;q=0.8"}}
	assert.Contains(t, s.do("ann", http.MethodGet, "/customers", nil, chinese).Body.String(), "<h1>客户")
	assert.Contains(t, s.do("ann", http.MethodGet, "/api/complaints", nil, chinese).Body.String(), "没有权限")
	assert.Contains(t, s.get("ann", "/customers").Body.String(), "<h1>Customers")
	w := s.get("ann", "/customers?page=2&lang=zh")
	assert.Contains(t, w.Body.String(), "<h1>客户")
	cookie := strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	assert.Contains(t, s.do("ann", http.MethodGet, "/customers", nil, http.Header{"Cookie": {cookie}}).Body.String(), "<h1>客户")
}

func TestBestLanguageWins(t *testing.T) {
	s := open(t, noon, 0)
	for header, title := range map[string]string{
		"en;q=0.3, zh-CN;q=0.9": "客户", "zh;q=0.1, en;q=0.2": "Customers", "zh;q=0, fr": "Customers", "fr, zh-TW": "客户", "": "Customers", ";;q": "Customers",
	} {
		page := s.do("ann", http.MethodGet, "/customers", nil, http.Header{"Accept-Language": {header}}).Body.String()
		assert.Contains(t, page, "<h1>"+title, header)
		assert.Contains(t, page, "<title>"+title, header)
	}
}

func TestPageBehindTheLast(t *testing.T) {
	s := open(t, noon, 0)
	page := s.get("dora", "/customers?page=99").Body.String()
	assert.Contains(t, page, "Page 25 of 25")
	assert.Contains(t, page, `href="/customers/500"`)
}

func TestBackToTheListKeepsItsQuery(t *testing.T) {
	s := open(t, noon, 0)
	from := func(referer string) string {
		return s.do("ann", http.MethodGet, "/customers/1", nil, http.Header{"Referer": {referer}}).Body.String()
	}
	assert.Contains(t, from("http://example.com/customers?q=a&page=2"), `href="/customers?q=a&amp;page=2"`)
	for _, other := range []string{"", "http://example.com/orders?q=a", "http://evil.example/?q=a", "::"} {
		assert.Contains(t, from(other), `<a href="/customers">←`, other)
	}
}

// Deleting takes a page of its own that says what goes too.
func TestDeleteAsksFirst(t *testing.T) {
	s := open(t, noon, 0)
	assert.NotContains(t, s.get("rita", "/customers/1").Body.String(), `method="post" action="/customers/1/delete"`)
	page := s.get("rita", "/customers/1/delete")
	require.Equal(t, http.StatusOK, page.Code)
	assert.Contains(t, page.Body.String(), "opportunities, quotes, orders, tickets and complaints")
	assert.Equal(t, http.StatusOK, s.get("dora", "/api/customers/1").Code)
	assert.Equal(t, http.StatusForbidden, s.get("ann", "/customers/1/delete").Code)
	assert.Equal(t, http.StatusSeeOther, s.do("rita", http.MethodPost, "/customers/1/delete", nil, nil).Code)
	assert.Equal(t, http.StatusNotFound, s.get("dora", "/api/customers/1").Code)
}
