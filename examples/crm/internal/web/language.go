package web

import (
	"context"
	"net/http"
	"strings"

	tongue "golang.org/x/text/language"
)

const languageCookie = "crm_language"

type languageKey struct{}

// chooseLanguage takes the parameter lang off the address, and remembers it for this answer and those after it.
func chooseLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		lang := q.Get("lang")
		if isAPI(r) || lang != "en" && lang != "zh" {
			next.ServeHTTP(w, r)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		q.Del("lang")
		r = r.WithContext(context.WithValue(r.Context(), languageKey{}, lang))
		u := *r.URL
		u.RawQuery = q.Encode()
		r.URL = &u
		next.ServeHTTP(w, r)
	})
}

// language is the one chosen on a page, else that of zh and en which the browser likes better.
func language(r *http.Request) string {
	if lang, ok := r.Context().Value(languageKey{}).(string); ok {
		return lang
	}
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == "zh" || c.Value == "en") {
		return c.Value
	}
	wanted, _, _ := tongue.ParseAcceptLanguage(strings.Join(r.Header.Values("Accept-Language"), ","))
	for _, tag := range wanted {
		if base, _ := tag.Base(); base.String() == "zh" || base.String() == "en" {
			return base.String()
		}
	}
	return "en"
}
