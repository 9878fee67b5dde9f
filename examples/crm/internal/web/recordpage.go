package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// recordView is one record with what may be done to it.
type recordView struct {
	Kind     model.Kind
	Tenant   string
	ID       string
	Row      records.Row
	Columns  []string // those shown, in order
	May      []string // acts that are allowed
	MayNot   []string // and those that are not
	Related  []related
	Back     string // address of the list
	Customer string // address of the customer, "" if there is none in reach
	Org      Organisation
}

// related is a list of records of this one.
type related struct{ Path, Address string }

func (s *server) recordPage(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		row, err := t.One(r.Context(), dec)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		v := recordView{Kind: t.Kind(), Tenant: dec.Subject().Tenant, ID: r.PathValue("id"), Row: row, Back: "/" + t.Kind().Path, Org: s.org}
		if from, err := url.Parse(r.Referer()); err == nil && from.Path == v.Back && from.RawQuery != "" {
			v.Back += "?" + from.RawQuery
		}
		for _, name := range dec.Fields().Fields() {
			if _, shown := row[name]; shown {
				v.Columns = append(v.Columns, name)
			}
		}
		if err := s.buttons(r, &v); err != nil {
			s.refuse(w, r, err)
			return
		}
		s.render(w, r, http.StatusOK, "record", plain(row[t.Kind().Title]), v)
	}
}

// buttons asks in one go what may be done to the record and where its links may lead.
func (s *server) buttons(r *http.Request, v *recordView) error {
	var requests []access.Request
	var found []func(access.Decision)
	ask := func(action, typ, id string, then func(access.Decision)) error {
		req, err := s.guard.Request(r, action, typ)
		if err != nil {
			return err
		}
		req.Resource.ID, req.Advisory = id, true
		requests, found = append(requests, req), append(found, then)
		return nil
	}
	acts := []string{"edit"}
	if v.Kind.Deletes {
		acts = append(acts, "delete")
	}
	for _, act := range acts {
		if err := ask(act, v.Kind.Type, v.ID, func(d access.Decision) {
			if editable(d) == nil {
				v.May = append(v.May, act)
			} else {
				v.MayNot = append(v.MayNot, act)
			}
		}); err != nil {
			return err
		}
	}
	if id, ok := v.Row["customer_id"]; ok {
		number := fmt.Sprint(id)
		if err := ask("view", "customer", number, func(d access.Decision) {
			if d.Allowed() {
				v.Customer = "/customers/" + number
			}
		}); err != nil {
			return err
		}
	}
	if v.Kind.Type == "customer" {
		for _, path := range []string{"opportunities", "quotes", "orders", "tickets", "complaints"} {
			k, _ := model.KindOf(path)
			if err := ask("view", k.Type, "", func(d access.Decision) {
				if d.Queryable("customer_id") == nil {
					v.Related = append(v.Related, related{path, "/" + path + "?customer_id=" + v.ID})
				}
			}); err != nil {
				return err
			}
		}
	}
	decisions, err := s.authz.AuthorizeAll(r.Context(), requests)
	if err != nil {
		return err
	}
	for i, d := range decisions {
		found[i](d)
	}
	return nil
}
