package accesshttp

import (
	"net/http"
	"net/url"
	"path"
)

// tidies reports whether a redirect only leads to a tidier spelling of the URL that was asked for, as http.ServeMux
// sends for a missing slash or for "..", before any handler could decide. It tells the client nothing it did not say.
func tidies(asked *url.URL, status int, location string) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return false
	}
	to, err := url.Parse(location)
	return err == nil && to.Scheme == "" && to.Host == "" && to.Fragment == "" && to.RawQuery == asked.RawQuery &&
		to.Path != asked.Path && path.Clean("/"+to.Path) == path.Clean("/"+asked.Path)
}
