package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// listView is a page of a list.
type listView struct {
	Kind       model.Kind
	Tenant     string
	Columns    []listColumn
	Rows       []records.Row
	Total      int64
	Page, Last int
	Prev, Next string // addresses, "" at the ends
	Search     string
	Filters    []filter
	Sort       string
	Creates    bool
	Exports    bool
	Org        Organisation
}

// listColumn is a column that the reader may see; Sort is where its heading leads, "" if it may not be sorted by.
type listColumn struct{ Name, Sort, Mark string }

// filter narrows a list to one value of a column.
type filter struct {
	Column, Value string
	Choices       []choice
}

// listPage shows a list with paging, sorting and filters.
func (s *server) listPage(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		q, err := parseQuery(r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if r.URL.Query().Get("size") == "" {
			q.Size = 20
		}
		rows, total, err := t.Page(r.Context(), dec, q)
		last := max(1, (int(total)+q.Size-1)/q.Size)
		if err == nil && q.Page > last {
			q.Page = last
			rows, total, err = t.Page(r.Context(), dec, q)
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		v := listView{Kind: t.Kind(), Tenant: dec.Subject().Tenant, Rows: rows, Total: total, Page: q.Page, Last: last, Search: q.Search, Sort: r.URL.Query().Get("sort"), Org: s.org}
		v.links(r.URL, q)
		v.columns(r.URL, dec, q)
		v.filters(dec, q)
		if v.Creates, v.Exports, err = s.collectionActs(r, t.Kind()); err != nil {
			s.refuse(w, r, err)
			return
		}
		s.render(w, r, http.StatusOK, "list", model.Label(t.Kind().Path)[language(r)], v)
	}
}

func (v *listView) links(u *url.URL, q records.Query) {
	if q.Page > 1 {
		v.Prev = with(u.Path, u.Query(), "page", strconv.Itoa(q.Page-1))
	}
	if v.Page < v.Last {
		v.Next = with(u.Path, u.Query(), "page", strconv.Itoa(q.Page+1))
	}
}

// columns are those that some record shows, with a link to sort where the whole column is clear.
func (v *listView) columns(u *url.URL, dec access.Decision, q records.Query) {
	for _, name := range v.Kind.Columns {
		shown := dec.Queryable(name) == nil
		for _, row := range v.Rows {
			_, has := row[name]
			shown = shown || has
		}
		if !shown {
			continue
		}
		c := listColumn{Name: name}
		if dec.Queryable(name) == nil {
			to := name
			if q.Sort == name && !q.Descending {
				to = "-" + name
			}
			if c.Sort = with(u.Path, u.Query(), "sort", to); q.Sort == name {
				c.Mark = map[bool]string{false: "▲", true: "▼"}[q.Descending]
			}
		}
		v.Columns = append(v.Columns, c)
	}
}

// filters are offered for columns with choices that are clear on every record; others in use are kept.
func (v *listView) filters(dec access.Decision, q records.Query) {
	for _, name := range v.Kind.Columns {
		if options := v.Kind.Options[name]; options != nil && dec.Queryable(name) == nil {
			f := filter{Column: name, Value: q.Equal[name]}
			for _, o := range options {
				f.Choices = append(f.Choices, choice{Value: o})
			}
			v.Filters = append(v.Filters, f)
		}
	}
	for name, value := range q.Equal {
		if !slices.ContainsFunc(v.Filters, func(f filter) bool { return f.Column == name }) {
			v.Filters = append(v.Filters, filter{Column: name, Value: value})
		}
	}
}

// collectionActs asks which buttons a list gets.
func (s *server) collectionActs(r *http.Request, k model.Kind) (creates, exports bool, err error) {
	creates, exports = k.Creates, k.Exports
	for _, act := range []struct {
		name  string
		shown *bool
	}{{"create", &creates}, {"export", &exports}} {
		if !*act.shown {
			continue
		}
		req, err := s.guard.Request(r, act.name, k.Type)
		if err != nil {
			return false, false, err
		}
		req.Advisory = true
		dec, err := s.authz.Authorize(r.Context(), req)
		if err != nil {
			return false, false, err
		}
		*act.shown = dec.Allowed()
	}
	return creates, exports, nil
}
