package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
)

// formView is a form that holds the writable fields and no others.
type formView struct {
	Kind    model.Kind
	ID      string // "" for a new record
	Fields  []formField
	Problem string
}

// title heads the form.
func (v formView) title(lang string) string {
	title := model.Label(v.Kind.Path)[lang] + " · "
	if v.ID == "" {
		return title + model.Label("create")[lang]
	}
	return title + model.Label("edit")[lang] + " " + v.ID
}

type formField struct {
	Column, Value, Input string // Input: text, number, date, area or choice
	Choices              []choice
	Optional             bool // none is a choice too
}

func (s *server) editPage(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.showEdit(w, r, t, http.StatusOK, nil, "") }
}

func (s *server) newPage(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.showNew(w, r, t, http.StatusOK, nil, "") }
}

// showEdit shows the record as it stands, or as it was sent.
func (s *server) showEdit(w http.ResponseWriter, r *http.Request, t records.Table, status int, sent map[string]string, problem string) {
	dec, _ := accesshttp.DecisionFrom(r.Context())
	if err := editable(dec); err != nil {
		s.refuse(w, r, err)
		return
	}
	row, err := t.One(r.Context(), dec)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	levels, err := dec.Fields().For(dec.Record())
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	v := formView{Kind: t.Kind(), ID: r.PathValue("id"), Problem: problem}
	for _, name := range levels.Writable() {
		value, given := sent[name]
		if !given {
			value = plain(row[name])
		}
		v.Fields = append(v.Fields, s.formField(t, dec, name, value))
	}
	s.render(w, r, status, "form", v.title(language(r)), v)
}

// showNew shows a form that is blank but for what the record would get of itself, or as it was sent.
func (s *server) showNew(w http.ResponseWriter, r *http.Request, t records.Table, status int, sent map[string]string, problem string) {
	dec, _ := accesshttp.DecisionFrom(r.Context())
	home := s.org.home(dec.Subject().Tenant, dec.Subject().ID)
	first := map[string]string{"owner_id": *home.OwnerID, "team_id": home.TeamID, "region_id": home.RegionID}
	for column, options := range t.Kind().Options {
		first[column] = options[0]
	}
	v := formView{Kind: t.Kind(), Problem: problem}
	for _, name := range dec.Fields().Without().WritableOnCreate() {
		value, given := sent[name]
		if !given {
			value = first[name]
		}
		if !assigned(name) {
			v.Fields = append(v.Fields, s.formField(t, dec, name, value))
		}
	}
	s.render(w, r, status, "form", v.title(language(r)), v)
}

func (s *server) formField(t records.Table, dec access.Decision, name, value string) formField {
	f := formField{Column: name, Value: value, Input: "text", Choices: s.org.choices(dec.Subject().Tenant, name)}
	f.Optional = f.Choices != nil
	for _, o := range t.Kind().Options[name] {
		f.Choices = append(f.Choices, choice{Value: o})
	}
	switch {
	case f.Choices != nil:
		f.Input = "choice"
	case slices.Contains(t.Kind().Days, name):
		f.Input = "date"
	case name == "body":
		f.Input = "area"
	case t.Number(name):
		f.Input = "number"
	}
	if name == "campaign_id" && value == "0" {
		f.Value = ""
	}
	return f
}

func (s *server) editForm(t records.Table) http.HandlerFunc {
	return s.sent(t, s.edit, s.showEdit)
}

func (s *server) newForm(t records.Table) http.HandlerFunc {
	return s.sent(t, s.create, s.showNew)
}

type showForm func(w http.ResponseWriter, r *http.Request, t records.Table, status int, sent map[string]string, problem string)

// sent writes what a form holds and leads on to the record, or shows the form again and says what is wrong.
func (s *server) sent(t records.Table, do write, again showForm) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		if err := readForm(w, r); err != nil {
			s.refuse(w, r, err)
			return
		}
		form := map[string]string{}
		for name, values := range r.PostForm {
			form[name] = strings.ReplaceAll(values[0], "\r\n", "\n")
		}
		set, err := s.sentValues(r, t, dec, form)
		var row records.Row
		if err == nil {
			row, err = do(r, t, dec, set)
		}
		if m, problem := mistaken(language(r), err); m != nil {
			again(w, r, t, m.status, form, problem)
			return
		}
		s.after(w, r, err, "/"+t.Kind().Path+"/"+cmp.Or(r.PathValue("id"), plain(row["id"])))
	}
}

// deletePage asks whether the record is really to go.
func (s *server) deletePage(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		row, err := t.One(r.Context(), dec)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		v := recordView{Kind: t.Kind(), ID: r.PathValue("id"), Row: row}
		s.render(w, r, http.StatusOK, "delete", model.Label("delete")[language(r)]+" · "+plain(row[v.Kind.Title]), v)
	}
}

func (s *server) deleteForm(t records.Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		s.after(w, r, t.Delete(r.Context(), dec), "/"+t.Kind().Path)
	}
}

// after answers a form: on to the next page, or what went wrong.
func (s *server) after(w http.ResponseWriter, r *http.Request, err error, next string) {
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
