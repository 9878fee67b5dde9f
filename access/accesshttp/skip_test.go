package accesshttp_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
)

func TestSkipNeedsAReason(t *testing.T) {
	w := newWorld(t)
	for reason, want := range map[string]int{"": 500, " \t": 500, "style sheet": 200} {
		h := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			accesshttp.Skip(r.Context(), reason)
			_, _ = io.WriteString(w, "body{}")
		}))
		assert.Equal(t, want, as("", h, "GET", "/app.css").Code, "%q", reason)
	}
}
