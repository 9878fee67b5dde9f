package web

import (
	"net/http"
	"slices"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// me answers GET /api/me: who asks, his roles, the modules he may open, and what he may do with each type.
func (s *server) me(w http.ResponseWriter, r *http.Request) {
	dec, _ := accesshttp.DecisionFrom(r.Context())
	sub := dec.Subject()
	roles, err := s.authz.Roles(r.Context(), sub)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	actions, err := s.allowed(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		ID      string              `json:"id"`
		Tenant  string              `json:"tenant"`
		Name    string              `json:"name"`
		Roles   []string            `json:"roles"`
		Modules []string            `json:"modules"`
		Actions map[string][]string `json:"actions"`
	}{sub.ID, sub.Tenant, s.org.person(sub.Tenant, sub.ID).Name, roles, modules(actions), actions})
}

// allowed lists by type the actions that the asker may do on some record of it. To edit takes a field that may be written.
func (s *server) allowed(r *http.Request) (map[string][]string, error) {
	var requests []access.Request
	out := map[string][]string{}
	for _, t := range s.authz.Types() {
		if t.Name == "session" {
			continue
		}
		out[t.Name] = []string{}
		for _, a := range t.Actions {
			req, err := s.guard.Request(r, a.Name, t.Name)
			if err != nil {
				return nil, err
			}
			req.Advisory = true
			requests = append(requests, req)
		}
	}
	decisions, err := s.authz.AuthorizeAll(r.Context(), requests)
	if err != nil {
		return nil, err
	}
	for i, d := range decisions {
		if editable(d) == nil {
			out[requests[i].Resource.Type] = append(out[requests[i].Resource.Type], requests[i].Action)
		}
	}
	return out, nil
}

// modules are the parts of the program that somebody with these actions may open, by path.
func modules(actions map[string][]string) []string {
	list := []string{}
	for _, k := range model.Kinds() {
		if slices.Contains(actions[k.Type], "view") {
			list = append(list, k.Path)
		}
	}
	if slices.Contains(actions[access.PolicyType], "view") {
		list = append(list, access.PolicyType)
	}
	return list
}
