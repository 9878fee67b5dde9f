package web

import (
	"encoding/json"
	"net/http"

	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// list answers GET /api/{type}.
func (s *server) list(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		q, err := parseQuery(r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		rows, total, err := t.Page(r.Context(), dec, q)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if rows == nil {
			rows = []records.Row{}
		}
		writeJSON(w, http.StatusOK, struct {
			Total int64         `json:"total"`
			Items []records.Row `json:"items"`
		}{total, rows})
	}
}

// get answers GET /api/{type}/{id}.
func (s *server) get(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		row, err := t.One(r.Context(), dec)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		writeJSON(w, http.StatusOK, row)
	}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
