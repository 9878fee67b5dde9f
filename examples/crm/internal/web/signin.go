package web

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/audit"
)

// accounts are the demo people who may sign in, with their tenants. The password is the name.
var accounts = []struct{ name, tenant string }{
	{"ann", "acme"}, {"bob", "acme"}, {"max", "acme"}, {"rita", "acme"}, {"dora", "acme"}, {"sam", "acme"}, {"mia", "acme"},
	{"finn", "acme"}, {"mark", "acme"}, {"pat", "acme"}, {"tina", "acme"}, {"adam", "acme"}, {"gus", "globex"},
}

// account finds the subject behind a name.
func account(name string) (access.Subject, error) {
	for _, a := range accounts {
		if a.name == name {
			return access.Subject{ID: a.name, Tenant: a.tenant}, nil
		}
	}
	return access.Subject{}, accesshttp.ErrNoSubject
}

// login is account for those who know the password.
func login(name, password string) (access.Subject, error) {
	if subtle.ConstantTimeCompare([]byte(name), []byte(password)) != 1 {
		return access.Subject{}, accesshttp.ErrNoSubject
	}
	return account(name)
}

// subject says who asks: by HTTP Basic, else by the session cookie.
func (s *server) subject(r *http.Request) (access.Subject, error) {
	if name, password, ok := r.BasicAuth(); ok {
		return login(name, password)
	}
	v, ok := s.sessions.read(r)
	if !ok {
		return access.Subject{}, accesshttp.ErrNoSubject
	}
	return account(v.Name)
}

// page sends those who are not signed in to the sign-in page, and from there back to the page they asked for.
func (s *server) page(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.subject(r); err != nil {
			to := "/signin"
			if r.Method == http.MethodGet && r.URL.Path != "/" {
				to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
			}
			accesshttp.Skip(r.Context(), "not signed in")
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) signInPage(w http.ResponseWriter, r *http.Request) {
	accesshttp.Skip(r.Context(), "sign-in page")
	s.showSignIn(w, r, http.StatusOK, r.URL.Query().Get("next"))
}

func (s *server) signIn(w http.ResponseWriter, r *http.Request) {
	if err := readForm(w, r); err != nil {
		s.refuse(w, r, err)
		return
	}
	sub, err := login(r.PostFormValue("username"), r.PostFormValue("password"))
	event := audit.Event{Kind: audit.KindSignIn, Tenant: sub.Tenant, Subject: sub.ID, Allowed: err == nil}
	if addr := s.guard.Addr(r); addr.IsValid() {
		event.Address = addr.String()
	}
	if failed := s.authz.Record(r.Context(), event); failed != nil {
		s.guard.Refuse(w, r, failed)
		return
	}
	next := r.PostFormValue("next")
	if err != nil {
		s.showSignIn(w, r, http.StatusUnauthorized, next)
		return
	}
	accesshttp.Skip(r.Context(), "signed in")
	http.SetCookie(w, s.sessions.cookie(s.sessions.begin(sub.ID)))
	http.Redirect(w, r, local(next), http.StatusSeeOther)
}

// signOut ends the session here too: a copy of the cookie is of no more use.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) {
	if v, ok := s.sessions.read(r); ok {
		s.sessions.end(v)
	}
	accesshttp.Skip(r.Context(), "signed out")
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1})
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}

// local is an address if it is one of this site, else that of the home page.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.Contains(address, `\`) {
		return "/"
	}
	return address
}

// demoPerson is a card on the sign-in page.
type demoPerson struct{ ID, Name, Job, Tenant string }

func (s *server) showSignIn(w http.ResponseWriter, r *http.Request, status int, next string) {
	var people []demoPerson
	for _, a := range accounts {
		p := s.org.person(a.tenant, a.name)
		people = append(people, demoPerson{a.name, p.Name, p.Job, a.tenant})
	}
	slices.SortStableFunc(people, func(a, b demoPerson) int { return strings.Compare(a.Tenant, b.Tenant) })
	s.render(w, r, status, "signin", text(language(r), "sign_in"), struct {
		Failed bool
		Next   string
		People []demoPerson
	}{status != http.StatusOK, next, people})
}
