package accesshttp

import (
	"encoding/json"
	"net/http"
	"time"
)

// Problem is a refusal as the client may know it.
type Problem struct {
	Status   int        // HTTP status, 400 to 503
	Title    string     // its text in English
	Code     string     // stable, for programs: a public access.ReasonCode, denied, not_found, not_signed_in …
	Detail   string     // the sentence for the person
	Lang     string     // its language, "en" or "zh"
	Fields   []string   // what a refused write may not change, where that is why
	Next     *time.Time // when the answer may be another: the next opening of a window; nil if not known
	Decision string     // id to quote to an administrator; "" unless Status is 403
}

// MarshalJSON writes p as RFC 9457 wants it.
func (p Problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type     string     `json:"type"`
		Title    string     `json:"title"`
		Status   int        `json:"status"`
		Code     string     `json:"code"`
		Detail   string     `json:"detail"`
		Fields   []string   `json:"fields,omitempty"`
		Next     *time.Time `json:"next,omitempty"`
		Decision string     `json:"decision,omitempty"`
	}{"about:blank", p.Title, p.Status, p.Code, p.Detail, p.Fields, p.Next, p.Decision})
}

func writeJSON(w http.ResponseWriter, _ *http.Request, p Problem) {
	body, err := json.Marshal(p)
	if err != nil { // a time outside the years of RFC 3339
		p.Next = nil
		body, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", p.Lang)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}
