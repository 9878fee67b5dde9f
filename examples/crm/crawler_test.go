package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

const mostSubmissions = 20 // of each kind of form, by an account

// mostPages is how many an account opens. The kind of page seen least comes first, so that fewer do to see all.
func mostPages() int {
	if raced {
		return 40
	}
	return 100
}

// TestCrawl follows links and sends forms as each account. Whatever a page offers must work: every page has a decision
// behind it, and no link or button is refused unless what it is about was deleted meanwhile.
func TestCrawl(t *testing.T) {
	night := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, who := range some("rita", "sam", "mark", "finn") {
		t.Run(who, func(t *testing.T) { crawl(t, who, noon, shanghai) })
	}
	t.Run("mia at night", func(t *testing.T) { crawl(t, "mia", night, nil) })
	t.Run("finn nowhere", func(t *testing.T) { crawl(t, "finn", noon, nil) })
}

func crawl(t *testing.T, who string, at time.Time, header http.Header) {
	c := &crawler{site: open(t, at, 0), header: header, asked: map[string]bool{}, kinds: map[string]int{}}
	c.signIn(who)
	c.add(step{method: http.MethodGet, path: "/"})
	for c.pages < mostPages() && len(c.queue) > 0 {
		c.follow(c.next())
	}
	t.Logf("%d pages, %d submissions", c.pages, c.submissions)
	assert.GreaterOrEqual(t, c.pages, 20)
	if slices.Contains([]string{"ann", "bob", "max", "rita", "sam", "mark", "gus"}, who) {
		assert.GreaterOrEqual(t, c.submissions, mostPages()/20)
	}
}

// step is a page to open or a form to send.
type step struct {
	method, path string
	form         url.Values
}

// kind is what a step is like, whatever record it is about.
func (s step) kind() string {
	path, _, query := strings.Cut(s.path, "?")
	if query {
		path += "?"
	}
	return s.method + " " + digits.ReplaceAllString(path, "N")
}

var digits = regexp.MustCompile(`[0-9]+`)

type crawler struct {
	*site
	header      http.Header
	cookie      string
	queue       []step
	asked       map[string]bool
	kinds       map[string]int // steps taken, by kind
	pages       int
	submissions int
	deleted     bool
}

func (c *crawler) signIn(who string) {
	w := c.send(step{http.MethodPost, "/signin", url.Values{"username": {who}, "password": {who}}})
	require.Equal(c.t, http.StatusSeeOther, w.Code)
	c.cookie = strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
}

func (c *crawler) send(s step) *httptest.ResponseRecorder {
	r := httptest.NewRequest(s.method, s.path, strings.NewReader(s.form.Encode()))
	if s.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	r.Header.Set("Cookie", c.cookie)
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

// add puts a step on the list unless it was there, or leads to another account.
func (c *crawler) add(s step) {
	key := s.method + s.path + s.form.Encode()
	if c.asked[key] || strings.HasPrefix(s.path, "/sign") {
		return
	}
	c.asked[key] = true
	c.queue = append(c.queue, s)
}

// next takes the step whose kind was taken least.
func (c *crawler) next() step {
	best := 0
	for i, s := range c.queue {
		if c.kinds[s.kind()] < c.kinds[c.queue[best].kind()] {
			best = i
		}
	}
	s := c.queue[best]
	c.queue = slices.Delete(c.queue, best, best+1)
	return s
}

func (c *crawler) follow(s step) {
	c.kinds[s.kind()]++
	if s.method == http.MethodPost {
		if c.kinds[s.kind()] > mostSubmissions {
			return
		}
		c.submissions++
		c.deleted = c.deleted || strings.HasSuffix(s.path, "/delete")
	} else {
		c.pages++
	}
	w := c.send(s)
	if w.Code == http.StatusNotFound && c.deleted {
		return
	}
	require.Contains(c.t, []int{http.StatusOK, http.StatusSeeOther}, w.Code, "%s %s %v\n%s", s.method, s.path, s.form, w.Body)
	require.NotEmpty(c.t, w.Header().Get("X-Decision"), "%s %s", s.method, s.path)
	if to := w.Header().Get("Location"); to != "" {
		c.add(step{method: http.MethodGet, path: to})
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		root, err := html.Parse(w.Body)
		require.NoError(c.t, err)
		c.read(s.path, root)
	}
}

// read collects the links and forms of a page.
func (c *crawler) read(page string, n *html.Node) {
	if n.Type == html.ElementNode && n.Data == "a" {
		c.add(step{method: http.MethodGet, path: resolve(page, attribute(n, "href"))})
	}
	if n.Type == html.ElementNode && n.Data == "form" {
		values := url.Values{}
		fill(n, values)
		s := step{strings.ToUpper(attribute(n, "method")), resolve(page, attribute(n, "action")), values}
		if s.method == http.MethodGet {
			s.path, s.form = s.path+"?"+values.Encode(), nil
		}
		c.add(s)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.read(page, child)
	}
}

// fill completes a form as a person would who changes as little as possible.
func fill(n *html.Node, values url.Values) {
	name := attribute(n, "name")
	switch {
	case n.Type != html.ElementNode || name == "":
	case n.Data == "input":
		value := attribute(n, "value")
		if value == "" && has(n, "required") {
			value = "测试 test"
		}
		values.Set(name, value)
	case n.Data == "textarea":
		values.Set(name, "")
		if n.FirstChild != nil {
			values.Set(name, n.FirstChild.Data)
		}
	case n.Data == "select":
		chosen := ""
		for o := n.FirstChild; o != nil; o = o.NextSibling {
			if o.Data == "option" && (has(o, "selected") || !values.Has(name)) {
				chosen = attribute(o, "value")
				values.Set(name, chosen)
			}
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		fill(child, values)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func resolve(page, link string) string {
	base, err := url.Parse(page)
	if err != nil {
		return link
	}
	to, err := base.Parse(link)
	if err != nil {
		return link
	}
	return to.RequestURI()
}
