package accesshttp_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
)

const canary = "all our customers"

// leaks are handlers that answer with a success before anything was decided.
var leaks = map[string]http.HandlerFunc{
	"Write":       func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, canary) },
	"nothing":     func(http.ResponseWriter, *http.Request) {},
	"WriteHeader": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); _, _ = io.WriteString(w, canary) },
	"no content":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
	"not modified": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", canary)
		w.WriteHeader(304)
	},
	"see other": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/"+canary, http.StatusSeeOther) },
	"moved": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/"+canary, http.StatusMovedPermanently)
	},
	"Flush": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Customers", canary)
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, canary)
	},
	"controller": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Customers", canary)
		_ = http.NewResponseController(w).Flush()
	},
	"ReadFrom": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader(canary))
	},
	"Copy": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader(canary)) },
	"ServeContent": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+canary+`"`)
		http.ServeContent(w, r, "customers.txt", night, strings.NewReader(canary))
	},
	"Hijack": func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"+canary)
			_ = conn.Close()
		}
	},
	"early hints": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", canary)
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = io.WriteString(w, canary)
	},
	"unwrap": func(w http.ResponseWriter, _ *http.Request) {
		if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
			w = u.Unwrap()
		}
		_, _ = io.WriteString(w, canary)
	},
	"trailer": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Customers")
		_, _ = io.WriteString(w, canary)
		w.Header().Set("X-Customers", canary)
		w.Header().Set(http.TrailerPrefix+"X-More", canary)
	},
	"headers alone": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", canary)
		w.Header()["X-Customers"] = []string{canary}
	},
	"blank reason": func(w http.ResponseWriter, r *http.Request) {
		accesshttp.Skip(r.Context(), " \t")
		_, _ = io.WriteString(w, canary)
	},
	"zero decision": func(w http.ResponseWriter, r *http.Request) {
		accesshttp.Decided(r.Context(), access.Decision{})
		_, _ = io.WriteString(w, canary)
	},
	"decided too late": func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, canary)
		accesshttp.Skip(r.Context(), "too late")
		_, _ = io.WriteString(w, canary)
	},
	"insists": func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			w.WriteHeader(200)
			_, _ = io.WriteString(w, canary)
			w.(http.Flusher).Flush()
			w.Header().Set("X-Customers", canary)
		}
	},
}

// quietServer does not log what net/http has to say about the handlers of these tests.
func quietServer(t *testing.T, h http.Handler) *httptest.Server {
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func TestUndecidedSuccessIsReplaced(t *testing.T) {
	w := newWorld(t)
	for name, leak := range leaks {
		t.Run(name, func(t *testing.T) {
			srv := quietServer(t, w.Handler(leak))
			for _, method := range []string{"GET", "HEAD"} {
				ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
					Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
						assert.Fail(t, "an informational response went out", "%d %v", code, h)
						return nil
					},
				})
				req, err := http.NewRequestWithContext(ctx, method, srv.URL+"/customers/c1", nil)
				require.NoError(t, err)
				res, err := http.DefaultTransport.RoundTrip(req)
				require.NoError(t, err)
				var raw strings.Builder
				b, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				require.NoError(t, res.Body.Close())
				require.NoError(t, res.Header.Write(&raw))
				require.NoError(t, res.Trailer.Write(&raw))
				assert.Equal(t, 500, res.StatusCode)
				assert.NotContains(t, raw.String()+string(b), canary)
				assert.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
				assert.Equal(t, "private, no-store", res.Header.Get("Cache-Control"))
			}
		})
	}
	assert.Contains(t, w.log.String(), "nothing was allowed yet")
}

func TestWriterIsToldThatItMayNot(t *testing.T) {
	w := newWorld(t)
	h := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.WriteString(w, canary)
		assert.Zero(t, n)
		assert.Error(t, err)
		assert.Error(t, http.NewResponseController(w).Flush())
		_, err = io.Copy(w, strings.NewReader(canary))
		assert.Error(t, err)
	}))
	assert.Equal(t, 500, as("alice", h, "GET", "/").Code)
}

// What is not a success needs no decision, and what outer middleware set stays.
func TestOtherAnswersPass(t *testing.T) {
	w := newWorld(t)
	for _, status := range []int{400, 404, 405, 418, 500, 503} {
		h := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", status) }))
		rec := as("", h, "GET", "/")
		assert.Equal(t, status, rec.Code)
		assert.Equal(t, "no\n", rec.Body.String())
		assert.NotContains(t, rec.Header(), "Cache-Control")
	}
	outer := httptest.NewRecorder()
	outer.Header().Set("Strict-Transport-Security", "max-age=1")
	w.Handler(leaks["Write"]).ServeHTTP(outer, httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, 500, outer.Code)
	assert.Equal(t, "max-age=1", outer.Header().Get("Strict-Transport-Security"))
}

func TestSkip(t *testing.T) {
	w := newWorld(t)
	h := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accesshttp.Skip(r.Context(), "style sheet")
		w.Header().Set("Cache-Control", "public, max-age=60")
		_, _ = io.WriteString(w, "body{}")
	}))
	rec := as("", h, "GET", "/app.css")
	assert.Equal(t, 200, rec.Code)
	assert.Equal(t, "public, max-age=60", rec.Header().Get("Cache-Control"))
	assert.NotContains(t, rec.Header(), "X-Decision")
	assert.Contains(t, w.log.String(), "style sheet")

	accesshttp.Skip(context.Background(), "outside a guard nothing happens")
	accesshttp.Decided(context.Background(), access.Decision{})
}

// A denial is a decision, but none that lets data out; nor is one that was only asked for a button.
func TestOnlyAnAllowOpens(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		id       string
		advisory bool
		status   int
	}{
		"allowed":  {id: "c1", status: 200},
		"denied":   {id: "c2", status: 500},
		"advisory": {id: "c1", advisory: true, status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			h := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				req, err := w.Request(r, "view", "customer")
				require.NoError(t, err)
				req.Resource.ID, req.Advisory = c.id, c.advisory
				dec, err := w.authz.Authorize(r.Context(), req)
				require.NoError(t, err)
				accesshttp.Decided(r.Context(), dec)
				_, _ = io.WriteString(rw, canary)
			}))
			assert.Equal(t, c.status, as("alice", h, "GET", "/").Code)
		})
	}
}

// The router tidies paths up before any handler runs. That is no success of a handler, so it may pass, without a body.
func TestRouterMayTidyThePath(t *testing.T) {
	w := newWorld(t)
	mux := http.NewServeMux()
	mux.Handle("/customers/", leaks["Write"])
	for target, location := range map[string]string{
		"/customers?page=2":    "/customers/?page=2",
		"/x/../customers/":     "/customers/",
		"/customers//archive/": "/customers/archive/",
	} {
		rec := as("", w.Handler(mux), "GET", target)
		assert.Contains(t, []int{301, 307, 308}, rec.Code, target)
		assert.Equal(t, location, rec.Header().Get("Location"))
		assert.Empty(t, rec.Body.String())
	}
	for _, location := range []string{"", "/customers/7", "//evil.example/customers", "http://evil.example/customers", "/customers?page=3", "/customers/?page=3", "/customers/#c1", "/customers",
		"//evil.example/customers/", "http://evil.example/customers/", "http:///customers/", "/customers/%zz"} {
		h := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.Header().Set("ETag", canary)
			w.WriteHeader(http.StatusMovedPermanently)
		}))
		rec := as("", h, "GET", "/customers")
		assert.Equal(t, 500, rec.Code, location)
		assert.NotContains(t, rec.Header(), "Location")
	}
	sneaky := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/customers/")
		w.Header().Set("ETag", canary)
		w.WriteHeader(http.StatusMovedPermanently)
		_, _ = io.WriteString(w, canary)
		_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader(canary))
		w.Header().Set(http.TrailerPrefix+"X-More", canary)
	}))
	rec := as("", sneaky, "GET", "/customers")
	assert.Equal(t, http.Header{"Location": {"/customers/"}}, rec.Header())
	assert.Empty(t, rec.Body.String())
}

// Hints come early by nature; until something is allowed they are left out.
func TestHintsBeforeTheDecision(t *testing.T) {
	w := newWorld(t)
	rec := as("alice", w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.WriteHeader(http.StatusEarlyHints)
		req, err := w.Request(r, "view", "customer")
		require.NoError(t, err)
		_, err = w.Decide(r, req)
		require.NoError(t, err)
		_, _ = io.WriteString(rw, "list")
	})), "GET", "/")
	assert.Equal(t, 200, rec.Code)
	assert.Equal(t, "list", rec.Body.String())
}

func TestHeadersOfGuardedAnswers(t *testing.T) {
	w := newWorld(t)
	for status, told := range map[int]bool{200: true, 303: true, 404: false, 409: true, 500: true} {
		rec := as("alice", w.Collection("view", "customer")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Decision", "made up")
			w.Header().Set("Cache-Control", "private, max-age=5")
			w.WriteHeader(status)
		})), "GET", "/")
		assert.Equal(t, told, rec.Header().Get("X-Decision") != "", status)
		assert.NotEqual(t, "made up", rec.Header().Get("X-Decision"))
		assert.Equal(t, "private, max-age=5", rec.Header().Get("Cache-Control"), "the handler knows better")
	}
}

func TestPanicGoesOn(t *testing.T) {
	w := newWorld(t)
	cause := errors.New("cause")
	h := w.Collection("view", "customer")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(cause) }))
	assert.PanicsWithError(t, "cause", func() { as("alice", h, "GET", "/") })
	assert.Zero(t, w.commits(), "nothing was shown")

	h = w.Collection("view", "customer")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half of it")
		panic(http.ErrAbortHandler)
	}))
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { as("alice", h, "GET", "/") })
	assert.Equal(t, 1, w.commits(), "half of it was shown")
}

// Once allowed, the writer is as good as the one below.
func TestWriterOfAnAllowedRequest(t *testing.T) {
	w := newWorld(t)
	allowed := func(f http.HandlerFunc) *httptest.Server {
		return quietServer(t, w.Collection("view", "customer")(f))
	}
	get := func(srv *httptest.Server, trace *httptrace.ClientTrace) (*http.Response, string) {
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", srv.URL, nil)
		require.NoError(t, err)
		req.SetBasicAuth("alice", "")
		req.Header.Set("Range", "bytes=0-2")
		res, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res, string(b)
	}

	var hints []int
	res, got := get(allowed(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "a")
		rc := http.NewResponseController(w)
		assert.NoError(t, rc.Flush())
		assert.NoError(t, rc.SetWriteDeadline(time.Now().Add(time.Minute)))
		assert.NoError(t, rc.SetReadDeadline(time.Now().Add(time.Minute)))
		assert.NoError(t, rc.EnableFullDuplex())
		_, err := io.Copy(w, strings.NewReader("b"))
		assert.NoError(t, err)
	}), &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error { hints = append(hints, code); return nil }})
	assert.Equal(t, 202, res.StatusCode)
	assert.Equal(t, "ab", got)
	assert.Equal(t, []int{103}, hints)

	res, got = get(allowed(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.txt", night, strings.NewReader("abcdef"))
	}), &httptrace.ClientTrace{})
	assert.Equal(t, 206, res.StatusCode)
	assert.Equal(t, "abc", got)

	_, got = get(allowed(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		assert.NoError(t, err)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nours")
		assert.NoError(t, conn.Close())
	}), &httptrace.ClientTrace{})
	assert.Equal(t, "ours", got)
	assert.Eventually(t, func() bool { return w.commits() == 3 }, 10*time.Second, time.Millisecond, "after each handler returned")
}
