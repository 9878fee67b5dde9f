package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// circumstances fills in what a demo sign-in is worth, and the position if the request states one or its session shares
// one. An address is known by then.
func (s *server) circumstances(r *http.Request, env *condition.Env) {
	env.SignIn = &condition.SignIn{Level: 2, Methods: []string{"password"}, At: s.now()}
	stated := r.Header.Values("X-Demo-Place")
	if len(stated) == 0 {
		stated = []string{places[s.shared(r)]}
	}
	env.Place = place(stated)
}

// places are the demo positions that can be shared on a page.
var places = map[string]string{"shanghai": "31.2304,121.4737,20", "beijing": "39.9042,116.4074,20"}

// shared is the name of the demo position of a session.
func (s *server) shared(r *http.Request) string {
	if _, _, basic := r.BasicAuth(); basic {
		return ""
	}
	v, _ := s.sessions.read(r)
	return v.Place
}

// sharePlace answers POST /place: it keeps a demo position in the session, or drops it.
func (s *server) sharePlace(w http.ResponseWriter, r *http.Request) {
	if err := readForm(w, r); err != nil {
		s.refuse(w, r, err)
		return
	}
	if v, ok := s.sessions.read(r); ok {
		v.Place = r.PostFormValue("place")
		if places[v.Place] == "" {
			v.Place = ""
		}
		http.SetCookie(w, s.sessions.cookie(v))
	}
	http.Redirect(w, r, local(r.PostFormValue("next")), http.StatusSeeOther)
}

// place reads lat,lon[,accuracy_m]. What cannot be read, or is said twice, is no position.
func place(header []string) *condition.Place {
	if len(header) != 1 {
		return nil
	}
	parts := strings.Split(header[0], ",")
	if len(parts) != 2 && len(parts) != 3 {
		return nil
	}
	var numbers [3]float64
	for i, text := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil
		}
		numbers[i] = n
	}
	if math.Abs(numbers[0]) > 90 || math.Abs(numbers[1]) > 180 || numbers[2] < 0 {
		return nil
	}
	return &condition.Place{Lat: numbers[0], Lon: numbers[1], AccuracyM: numbers[2]}
}
