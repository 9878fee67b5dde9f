package web

import (
	"net/http"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// patch answers PATCH /api/{type}/{id}.
func (s *server) patch(t records.Table) http.HandlerFunc {
	return s.written(t, http.StatusOK, s.edit)
}

// post answers POST /api/{type}.
func (s *server) post(t records.Table) http.HandlerFunc {
	return s.written(t, http.StatusCreated, s.create)
}

// write sets values within a decision.
type write func(r *http.Request, t records.Table, dec access.Decision, set records.Values) (records.Row, error)

func (s *server) written(t records.Table, status int, do write) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		raw, err := readObject(w, r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		set, err := s.values(r, t, dec, raw)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		row, err := do(r, t, dec, set)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		writeJSON(w, status, row)
	}
}

func (s *server) edit(r *http.Request, t records.Table, dec access.Decision, set records.Values) (records.Row, error) {
	return t.Edit(r.Context(), dec, set, s.decide(r, dec))
}

func (s *server) create(r *http.Request, t records.Table, dec access.Decision, set records.Values) (records.Row, error) {
	sub := dec.Subject()
	return t.Create(r.Context(), set, s.org.home(sub.Tenant, sub.ID), s.decide(r, dec))
}

// remove answers DELETE /api/{type}/{id}.
func (s *server) remove(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		if err := t.Delete(r.Context(), dec); err != nil {
			s.refuse(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// decide asks again about a write once both of its images are known.
func (s *server) decide(r *http.Request, first access.Decision) records.Decide {
	return func(old, next scope.Record) (access.Decision, error) {
		req, err := s.guard.Request(r, first.Action(), first.Type())
		if err != nil {
			return access.Decision{}, err
		}
		req.Resource.Record, req.Resource.New = old, next
		return s.guard.Decide(r, req)
	}
}
