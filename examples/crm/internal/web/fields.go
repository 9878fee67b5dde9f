package web

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// values reads what a write sets. Whether it may set these fields comes first: of one that it may not, nobody learns
// whether the value would do.
func (s *server) values(r *http.Request, t records.Table, dec access.Decision, raw map[string]json.RawMessage) (records.Values, error) {
	return s.read(r, dec, slices.Sorted(maps.Keys(raw)), func(name string) (any, error) { return t.FromJSON(name, raw[name]) })
}

// sentValues is values for a form. A new record simply lacks what is blank.
func (s *server) sentValues(r *http.Request, t records.Table, dec access.Decision, sent map[string]string) (records.Values, error) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(sent)), func(name string) bool {
		return sent[name] == "" && dec.Action() == "create" && s.org.choices(dec.Subject().Tenant, name) == nil
	})
	return s.read(r, dec, names, func(name string) (any, error) {
		if sent[name] == "" && name == "campaign_id" {
			return int64(0), nil
		}
		return t.FromText(name, sent[name])
	})
}

func (s *server) read(r *http.Request, dec access.Decision, names []string, value func(string) (any, error)) (records.Values, error) {
	if err := s.permit(r, dec, names); err != nil {
		return nil, err
	}
	set := records.Values{}
	for _, name := range names {
		var err error
		if set[name], err = value(name); err != nil {
			return nil, err
		}
	}
	if err := s.org.check(dec.Subject().Tenant, set); err != nil {
		return nil, err
	}
	return set, s.referenced(r, set)
}

// permit refuses fields that the decision does not let be written. That somebody tried goes on record: the decision
// alone, which was made before the fields were known, is an allow.
func (s *server) permit(r *http.Request, dec access.Decision, names []string) error {
	err := dec.Writable(names...)
	if given := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !assigned(n) }); err == nil && dec.Action() == "create" && len(given) > 0 {
		err = &access.DeniedError{Action: dec.Action(), Type: dec.Type(), Public: []access.Reason{{Code: access.ReasonFieldNotWritable, Missing: given, Public: true}}}
	}
	var denied *access.DeniedError
	if !errors.As(err, &denied) {
		return err
	}
	event := audit.Event{
		Kind: "crm.write_refused", Tenant: dec.Subject().Tenant, Subject: dec.Subject().ID, Action: dec.Action(), Type: dec.Type(),
		Record: r.PathValue("id"), Detail: map[string]string{"decision": dec.ID()},
	}
	for _, reason := range denied.Public {
		event.Reasons = append(event.Reasons, string(reason.Code))
		event.Fields = append(event.Fields, reason.Missing...)
	}
	if failed := s.authz.Record(r.Context(), event); failed != nil {
		return failed
	}
	return denied
}

// assigned are the fields that the program sets on a new record, whatever the level.
func assigned(name string) bool { return name == "id" || name == "tenant_id" }

// editable returns nil if the decision lets some field be written, or is about something else than an edit. Else it says
// what stands in the way of those that come nearest.
func editable(dec access.Decision) error {
	if dec.Action() != "edit" || !dec.Allowed() {
		return dec.Err()
	}
	levels := dec.Fields().Without()
	if !dec.Collection() {
		var err error
		if levels, err = dec.Fields().For(dec.Record()); err != nil {
			return err
		}
	}
	if len(levels.Writable()) > 0 {
		return nil
	}
	err := dec.Writable(dec.Fields().Fields()...)
	var denied *access.DeniedError
	if !errors.As(err, &denied) {
		return err
	}
	last := denied.Public[len(denied.Public)-1]
	if last.Code == access.ReasonFieldNotWritable {
		last.Missing = nil
	}
	return &access.DeniedError{Action: dec.Action(), Type: dec.Type(), Public: []access.Reason{last}}
}

// references are the columns that hold the number of another record, with its type.
var references = map[string]string{"campaign_id": "campaign", "opportunity_id": "opportunity", "customer_id": "customer"}

// referenced refuses numbers of records that the writer may not view: to him there are none.
func (s *server) referenced(r *http.Request, set records.Values) error {
	for column, typ := range references {
		id, given := set[column].(int64)
		if !given || id == 0 && column == "campaign_id" {
			continue
		}
		req, err := s.guard.Request(r, "view", typ)
		if err != nil {
			return err
		}
		req.Resource.ID, req.Advisory = strconv.FormatInt(id, 10), true
		dec, err := s.authz.Authorize(r.Context(), req)
		if err != nil {
			return err
		}
		if !dec.Allowed() {
			return &records.ValueError{Column: column, Fault: records.Unknown}
		}
	}
	return nil
}

// check refuses owners, teams, regions and partners that the tenant does not have.
func (o Organisation) check(tenant string, set records.Values) error {
	for column, value := range set {
		id, _ := value.(string)
		if p, ok := value.(*string); ok && p != nil {
			id = *p
		}
		known := o.choices(tenant, column)
		if known != nil && id != "" && !slices.ContainsFunc(known, func(c choice) bool { return c.Value == id }) {
			return &records.ValueError{Column: column, Fault: records.Unknown}
		}
	}
	return nil
}
