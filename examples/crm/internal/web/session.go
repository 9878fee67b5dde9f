package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	sessionCookie = "crm_session"
	sessionAge    = 8 * time.Hour
)

// session is what the cookie of somebody signed in says.
type session struct {
	ID    string    `json:"id"` // of this sign-in
	Name  string    `json:"name"`
	At    time.Time `json:"at"` // of the sign-in
	Until time.Time `json:"until"`
	Place string    `json:"place,omitempty"` // name of the demo position that is shared
}

// sessions signs and reads cookies, and remembers who signed out. The key lives as long as the program.
type sessions struct {
	key []byte
	now func() time.Time

	mu    sync.Mutex
	ended map[string]time.Time // by ID: until when the cookie would have been good
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{key: random(), now: now, ended: map[string]time.Time{}}
}

func random() []byte {
	b := make([]byte, sha256.Size)
	_, _ = rand.Read(b)
	return b
}

func (s *sessions) begin(name string) session {
	now := s.now()
	return session{ID: base64.RawURLEncoding.EncodeToString(random()), Name: name, At: now, Until: now.Add(sessionAge)}
}

// end makes every cookie of the sign-in worthless.
func (s *sessions) end(v session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, until := range s.ended {
		if !s.now().Before(until) {
			delete(s.ended, id)
		}
	}
	s.ended[v.ID] = v.Until
}

func (s *sessions) cookie(v session) *http.Cookie {
	text, _ := json.Marshal(v)
	payload := base64.RawURLEncoding.EncodeToString(text)
	return &http.Cookie{
		Name: sessionCookie, Value: payload + "." + s.signature(payload), Path: "/",
		MaxAge: int(v.Until.Sub(s.now()).Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (s *sessions) signature(payload string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// read is the session of a request; false if there is none, or none any more.
func (s *sessions) read(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return session{}, false
	}
	payload, signature, _ := strings.Cut(cookie.Value, ".")
	if !hmac.Equal([]byte(signature), []byte(s.signature(payload))) {
		return session{}, false
	}
	var v session
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(text, &v) != nil || !s.now().Before(v.Until) {
		return session{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ended := s.ended[v.ID]
	return v, !ended
}
