package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// why is an answer to "why?", or "why not?".
type why struct {
	Subject string      `json:"subject"`
	Action  string      `json:"action"`
	Type    string      `json:"type"`
	ID      string      `json:"id,omitempty"`
	Allowed bool        `json:"allowed"`
	Reasons []whyReason `json:"reasons"`
	May     []string    `json:"may"`            // what the asker may do with the type, on records in his reach
	Full    string      `json:"full,omitempty"` // how it came about, for holders of explain

	Explanation *access.Explanation `json:"explanation,omitempty"` // the same as data
}

type whyReason struct {
	Code    string     `json:"code"`
	Text    string     `json:"text"`
	Next    *time.Time `json:"next,omitempty"` // when it could be otherwise
	Rule    string     `json:"rule,omitempty"`
	Missing []string   `json:"missing,omitempty"`
}

// explainAPI answers GET /api/explain?action=&type=&id=.
func (s *server) explainAPI(w http.ResponseWriter, r *http.Request) {
	s.explain(w, r, func(answer why) { writeJSON(w, http.StatusOK, answer) })
}

// explain passes the answer to show. Why a record is refused is told only to those who may view it: for others it is
// absent.
func (s *server) explain(w http.ResponseWriter, r *http.Request, show func(why)) {
	q, err := parameters(r, "action", "type", "id", "subject")
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	action, typ, id := q["action"], q["type"], q["id"]
	kind, known := model.KindOf(typ)
	if known {
		typ = kind.Type
	}
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := s.explanation(r, q["subject"], action, typ, id)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		show(a)
	})
	if id == "" || !known {
		s.guard.Collection("view", "session")(answer).ServeHTTP(w, r)
		return
	}
	s.guard.Record("view", typ, func(*http.Request) string { return possible(id) })(answer).ServeHTTP(w, r)
}

// explanation asks about the asker himself or, if he holds explain, about any subject of his tenant.
func (s *server) explanation(r *http.Request, subject, action, typ, id string) (why, error) {
	right, err := s.guard.Request(r, "explain", access.PolicyType)
	if err != nil {
		return why{}, err
	}
	right.Advisory = true
	full, err := s.authz.Authorize(r.Context(), right)
	if err != nil {
		return why{}, err
	}
	if subject != "" && subject != right.Subject.ID {
		right.Advisory = false
		if _, err := s.guard.Decide(r, right); err != nil {
			return why{}, err
		}
	}
	req, err := s.guard.Request(r, action, typ)
	if err != nil {
		return why{}, err
	}
	if subject != "" {
		req.Subject.ID = subject
	}
	req.Resource.ID = id
	req.Advisory = true
	dec, err := s.authz.Authorize(r.Context(), req)
	if err != nil {
		return why{}, err
	}
	may, err := s.allowed(r)
	if err != nil {
		return why{}, err
	}
	cannot := editable(dec)
	a := why{Subject: req.Subject.ID, Action: action, Type: typ, ID: id, Allowed: cannot == nil, Reasons: []whyReason{}}
	if a.May = may[typ]; subject != "" || a.May == nil {
		a.May = []string{}
	}
	lang := language(r)
	if full.Allowed() {
		e, err := s.authz.Explain(r.Context(), req)
		if err != nil {
			return why{}, err
		}
		a.Full, a.Explanation = e.Text(lang), &e
		for _, reason := range e.Decision.Reasons() {
			a.Reasons = append(a.Reasons, whyReason{string(reason.Code), reasontext.Admin(lang, string(reason.Code)), instant(reason.At), ruleText(reason.Rule), reason.Missing})
		}
		return a, nil
	}
	var denied *access.DeniedError
	if errors.As(cannot, &denied) {
		for _, reason := range denied.Public {
			a.Reasons = append(a.Reasons, whyReason{Code: string(reason.Code), Text: reasontext.Person(lang, string(reason.Code)), Next: instant(reason.At)})
		}
	}
	if len(a.Reasons) == 0 {
		code := map[bool]string{true: string(access.ReasonRule), false: "denied"}[a.Allowed]
		a.Reasons = append(a.Reasons, whyReason{Code: code, Text: reasontext.Person(lang, code)})
	}
	return a, nil
}

func ruleText(r access.Rule) string {
	if r == (access.Rule{}) {
		return ""
	}
	return r.String()
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// whyPage is the same as a page.
func (s *server) whyPage(w http.ResponseWriter, r *http.Request) {
	s.explain(w, r, func(answer why) { s.render(w, r, http.StatusOK, "why", text(language(r), "why"), answer) })
}

// policyPage lists the rules of the tenant.
func (s *server) policyPage(w http.ResponseWriter, r *http.Request) {
	sub, _ := s.subject(r)
	p, err := s.authz.Policy(r.Context(), sub.Tenant)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	right, err := s.guard.Request(r, "explain", access.PolicyType)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	right.Advisory = true
	may, err := s.authz.Authorize(r.Context(), right)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "policy", model.Label(access.PolicyType)[language(r)], struct {
		access.Policy
		Explains bool
		People   []choice
		Kinds    []model.Kind
		Actions  []string
	}{p, may.Allowed(), s.org.choices(sub.Tenant, "owner_id"), model.Kinds(), []string{"view", "create", "edit", "delete", "export"}})
}
