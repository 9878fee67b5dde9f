package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

//go:embed templates
var templates embed.FS

func parsePages() (*template.Template, error) {
	return template.New("").Funcs(functions()).ParseFS(templates, "templates/*")
}

// frame is what every page shows around its body.
type frame struct {
	Lang   string
	Title  string
	Page   string // name of the template of the body
	Switch string // address of the page in the other language
	Here   string // address of the page, to come back to
	Person model.Person
	Menu   []menuItem
	Places bool   // a demo position can be shared
	Place  string // the one that is
	Body   any
}

type menuItem struct {
	Path string
	Here bool
}

// render writes a page. It is made whole before its first byte goes out.
func (s *server) render(w http.ResponseWriter, r *http.Request, status int, page, title string, body any) {
	f := frame{Lang: language(r), Title: title, Page: page, Here: "/", Body: body}
	other := map[string]string{"en": "zh", "zh": "en"}[f.Lang]
	f.Switch = with("/", nil, "lang", other)
	if status != http.StatusNotFound && r.Method == http.MethodGet {
		f.Switch, f.Here = with(r.URL.Path, r.URL.Query(), "lang", other), r.URL.RequestURI()
	}
	if sub, err := s.subject(r); err == nil && page != "signin" {
		f.Person = s.org.person(sub.Tenant, sub.ID)
		f.Menu = s.menu(r)
		_, f.Places = s.sessions.read(r)
		f.Place = s.shared(r)
	}
	var html bytes.Buffer
	if err := s.pages.ExecuteTemplate(&html, "frame.html", f); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(html.Bytes())
}

// menu lists the modules the asker may open; none if that cannot be decided right now.
func (s *server) menu(r *http.Request) []menuItem {
	actions, err := s.allowed(r)
	if err != nil {
		return nil
	}
	var items []menuItem
	for _, path := range modules(actions) {
		items = append(items, menuItem{path, r.URL.Path == "/"+path})
	}
	return items
}

// homePage shows every module: what may be done in it, or a way to ask why it is closed.
func (s *server) homePage(w http.ResponseWriter, r *http.Request) {
	actions, err := s.allowed(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	type tile struct {
		Path, Type string
		Open       bool
		Actions    []string
	}
	var tiles []tile
	for _, k := range model.Kinds() {
		tiles = append(tiles, tile{k.Path, k.Type, slices.Contains(actions[k.Type], "view"), actions[k.Type]})
	}
	if slices.Contains(actions[access.PolicyType], "view") {
		tiles = append(tiles, tile{access.PolicyType, access.PolicyType, true, actions[access.PolicyType]})
	}
	s.render(w, r, http.StatusOK, "home", text(language(r), "welcome"), tiles)
}

// with is an address with a parameter set. A change of anything but the page or the language leads to the first page.
func with(path string, query url.Values, name, value string) string {
	q := url.Values{}
	for k, v := range query {
		q[k] = v
	}
	if name != "page" && name != "lang" {
		q.Del("page")
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}
