package accesshttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/field"
)

func body(t *testing.T, rec *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &out), rec.Body.String())
	return out
}

func TestStatusOfEachAnswer(t *testing.T) {
	mux := newWorld(t).mux()
	office := from("203.0.113.7:4711")
	for _, c := range []struct {
		name, user, method, target string
		more                       []func(*http.Request)
		status                     int
		code                       string
	}{
		{name: "own list", user: "alice", method: "GET", target: "/customers", status: 200},
		{name: "own record", user: "alice", method: "GET", target: "/customers/c1", status: 200},
		{name: "own record from the office", user: "alice", method: "PUT", target: "/customers/c1", more: []func(*http.Request){office}, status: 200},
		{name: "not signed in", method: "GET", target: "/customers", status: 401, code: "not_signed_in"},
		{name: "not signed in, record", method: "GET", target: "/customers/c1", status: 401, code: "not_signed_in"},
		{name: "may view, may not edit from here", user: "alice", method: "PUT", target: "/customers/c1", status: 403, code: "outside_network"},
		{name: "lacks an approval", user: "alice", method: "DELETE", target: "/customers/c1", status: 403, code: "needs_approval"},
		{name: "outside office hours", user: "alice", method: "GET", target: "/customers/export", status: 403, code: "outside_window"},
		{name: "a stranger's list", user: "mallory", method: "GET", target: "/customers", status: 403, code: "denied"},
		{name: "somebody else's record", user: "alice", method: "GET", target: "/customers/c2", status: 404, code: "not_found"},
		{name: "somebody else's record, edit", user: "alice", method: "PUT", target: "/customers/c2", more: []func(*http.Request){office}, status: 404, code: "not_found"},
		{name: "another tenant's record", user: "alice", method: "GET", target: "/customers/g1", status: 404, code: "not_found"},
		{name: "no such record", user: "alice", method: "GET", target: "/customers/c9", status: 404, code: "not_found"},
		{name: "may edit, may not view: allowed is allowed", user: "eve", method: "PUT", target: "/customers/c1", status: 200},
		{name: "may not view what he may not delete either", user: "eve", method: "DELETE", target: "/customers/c1", status: 404, code: "not_found"},
		{name: "a type nobody can view", user: "alice", method: "PUT", target: "/secrets/c1", status: 404, code: "not_found"},
		{name: "an impossible id", user: "alice", method: "GET", target: "/customers/%ff", status: 400, code: "invalid"},
		{name: "an impossible subject", user: "al,ice", method: "GET", target: "/customers", status: 400, code: "invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := as(c.user, mux, c.method, c.target, c.more...)
			require.Equal(t, c.status, rec.Code, rec.Body.String())
			assert.Equal(t, "private, no-store", rec.Header().Get("Cache-Control"))
			if c.status == 200 {
				assert.NotEmpty(t, rec.Header().Get("X-Decision"))
				return
			}
			got := body(t, rec)
			assert.Equal(t, c.code, got["code"])
			assert.EqualValues(t, c.status, got["status"])
			assert.Equal(t, http.StatusText(c.status), got["title"])
			assert.Equal(t, "about:blank", got["type"])
			assert.NotEmpty(t, got["detail"])
			assert.Equal(t, "application/problem+json", rec.Header().Get("Content-Type"))
			assert.Equal(t, c.status == 401, rec.Header().Get("WWW-Authenticate") != "")
			assert.Equal(t, c.status == 403, rec.Header().Get("X-Decision") != "")
			assert.Equal(t, c.status == 403, got["decision"] != nil)
		})
	}
}

func TestProblemIsForThePerson(t *testing.T) {
	w := newWorld(t)
	rec := as("alice", w.mux(), "GET", "/customers/export", func(r *http.Request) { r.Header.Set("Accept-Language", "fr, zh-CN;q=0.8, en;q=0.5") })
	got := body(t, rec)
	assert.Equal(t, reasontext.Person("zh", "outside_window"), got["detail"])
	assert.Equal(t, "2026-03-03T08:00:00Z", got["next"], "the next opening")
	assert.Equal(t, rec.Header().Get("X-Decision"), got["decision"])
	assert.Equal(t, "zh", rec.Header().Get("Content-Language"))
	for _, told := range []string{"rep", "office_hours", "own", "allow"} {
		assert.NotContains(t, rec.Body.String(), `"`+told, "a rule or role is nobody's business")
	}
}

func TestRefuseTellsErrorsApart(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{accesshttp.ErrNoSubject, 401, "not_signed_in"},
		{accesshttp.ErrNotFound, 404, "not_found"},
		{&access.DeniedError{Action: "view", Type: "customer"}, 403, "denied"},
		{&field.WriteError{Fields: []string{"phone"}}, 403, "field_not_writable"},
		{access.ErrChanged, 409, "changed"},
		{access.ErrConflict, 409, "changed"},
		{&access.InvalidError{What: "action", Value: "s3cret", Err: errors.New("s3cret")}, 400, "invalid"},
		{access.ErrUnavailable, 503, "unavailable"},
		{access.ErrStale, 503, "unavailable"},
		{access.ErrAudit, 503, "unavailable"},
		{access.ErrClosed, 503, "unavailable"},
		{context.DeadlineExceeded, 503, "unavailable"},
		{context.Canceled, 503, "unavailable"},
		{access.ErrMismatch, 500, "internal"},
		{errors.New("s3cret"), 500, "internal"},
		{nil, 500, "internal"},
		{errors.Join(access.ErrDenied, access.ErrStale), 503, "unavailable"}, // could not decide is not a denial
	} {
		t.Run(fmt.Sprint(c.err), func(t *testing.T) {
			rec := httptest.NewRecorder()
			rec.Header().Set("ETag", `"s3cret"`)
			rec.Header().Set("Content-Disposition", "s3cret")
			rec.Header().Set("Cache-Control", "public")
			err := c.err
			if err != nil {
				err = fmt.Errorf("s3cret: %w", err)
			}
			w.Refuse(rec, httptest.NewRequest("GET", "/", nil), err)
			assert.Equal(t, c.status, rec.Code)
			assert.Equal(t, c.code, body(t, rec)["code"])
			assert.NotContains(t, fmt.Sprint(rec.Header(), rec.Body), "s3cret")
			assert.Equal(t, "private, no-store", rec.Header().Get("Cache-Control"))
		})
	}
	assert.Contains(t, w.log.String(), "s3cret", "the host's log has the cause")
}

func TestPublicReason(t *testing.T) {
	w := newWorld(t)
	far := time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) // JSON cannot hold it
	for name, reason := range map[string]access.Reason{
		"unknown code":     {Code: "made_up", Public: true},
		"year of 5 digits": {Code: "outside_window", Public: true, At: far},
	} {
		t.Run(name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			w.Refuse(rec, httptest.NewRequest("GET", "/", nil), &access.DeniedError{Public: []access.Reason{reason}})
			got := body(t, rec)
			assert.Equal(t, 403, rec.Code)
			assert.Equal(t, string(reason.Code), got["code"])
			assert.NotEmpty(t, got["detail"])
			assert.NotContains(t, got, "next")
		})
	}
}

func TestFieldsThatMayNotBeWritten(t *testing.T) {
	w := newWorld(t)
	for _, err := range []error{
		&field.WriteError{Fields: []string{"phone"}},
		&access.DeniedError{Public: []access.Reason{{Code: access.ReasonFieldNotWritable, Missing: []string{"phone"}, Public: true}}},
	} {
		rec := httptest.NewRecorder()
		w.Refuse(rec, httptest.NewRequest("PUT", "/", nil), err)
		got := body(t, rec)
		assert.Equal(t, 403, rec.Code)
		assert.Equal(t, "field_not_writable", got["code"])
		assert.Equal(t, []any{"phone"}, got["fields"])
	}
}

func TestSubjectThatCannotBeTold(t *testing.T) {
	for name, c := range map[string]struct {
		sub    access.Subject
		err    error
		status int
	}{
		"session store is down": {err: errors.New("redis: connection refused"), status: 503},
		"the look-up denies":    {err: access.ErrDenied, status: 503},
		"wrapped no subject":    {err: fmt.Errorf("cookie: %w", accesshttp.ErrNoSubject), status: 401},
		"zero subject":          {status: 401},
		"no tenant":             {sub: access.Subject{ID: "alice"}, status: 401},
		"error beside subject":  {sub: access.Subject{ID: "alice", Tenant: "acme"}, err: errors.New("half a session"), status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *access.Config, o *accesshttp.Options) {
				o.Subject = func(*http.Request) (access.Subject, error) { return c.sub, c.err }
			})
			assert.Equal(t, c.status, as("alice", w.mux(), "GET", "/customers").Code)
		})
	}
}

func TestAuditFailureIsNotAnAnswer(t *testing.T) {
	w := newWorld(t, func(c *access.Config, _ *accesshttp.Options) { c.Audit = audit.NewMemory(0) })
	rec := as("alice", w.mux(), "GET", "/customers")
	assert.Equal(t, 503, rec.Code)
	assert.NotContains(t, rec.Body.String(), "list")
}

func TestClosedAuthorizer(t *testing.T) {
	w := newWorld(t)
	mux := w.mux()
	require.NoError(t, w.authz.Close())
	assert.Equal(t, 503, as("alice", mux, "GET", "/customers/c1").Code)
}

func TestHostWritesTheProblem(t *testing.T) {
	w := newWorld(t, func(_ *access.Config, o *accesshttp.Options) {
		o.Problem = func(w http.ResponseWriter, _ *http.Request, p accesshttp.Problem) {
			w.WriteHeader(http.StatusOK) // a mistake: it must not turn a denial into a success
			fmt.Fprintf(w, "<p>%s", p.Detail)
		}
		o.Lang = func(*http.Request) string { return "de" }
	})
	rec := as("alice", w.mux(), "GET", "/customers/c2")
	assert.Equal(t, 404, rec.Code)
	assert.Equal(t, "<p>There is nothing here that you may see.", rec.Body.String())

	undecided := w.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }))
	assert.Equal(t, 500, as("alice", undecided, "GET", "/").Code)
}

func TestHostWritesNothingAsProblem(t *testing.T) {
	w := newWorld(t, func(_ *access.Config, o *accesshttp.Options) {
		o.Problem = func(http.ResponseWriter, *http.Request, accesshttp.Problem) {}
	})
	assert.Equal(t, 404, as("alice", w.mux(), "GET", "/customers/c2").Code)
}

// A refusal of the fields that a write names comes after the write as such was allowed. It names that decision.
func TestARefusalOfFieldsNamesTheDecisionAndTheFields(t *testing.T) {
	w := newWorld(t)
	edit := w.Collection("edit", "customer")(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		w.Refuse(rw, r, dec.Writable("name", "no_such_field"))
	}))
	rec := as("eve", edit, "PATCH", "/customers")
	got := body(t, rec)
	assert.Equal(t, http.StatusForbidden, rec.Code)
	assert.Equal(t, []any{"name", "no_such_field"}, got["fields"])
	assert.NotEmpty(t, got["decision"])
	assert.Equal(t, rec.Header().Get("X-Decision"), got["decision"])
}
