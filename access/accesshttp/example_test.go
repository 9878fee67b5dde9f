package accesshttp_test

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accesshttp"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// newAuthorizer knows alice and bob, sales representatives of acme, who may view their own customers and may change them
// from the head office. c1 is alice's, c2 is bob's.
func newAuthorizer() *access.Authorizer {
	store, err := access.NewMemoryStore(policy())
	if err != nil {
		panic(err)
	}
	authz, err := access.New(context.Background(), store, config())
	if err != nil {
		panic(err)
	}
	return authz
}

func newGuard(authz *access.Authorizer) *accesshttp.Guard {
	guard, err := accesshttp.New(authz, accesshttp.Options{
		Subject:        basicUser,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Logger:         slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		panic(err)
	}
	return guard
}

func write(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

func Example() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	mux := http.NewServeMux()
	mux.Handle("GET /customers", guard.Collection("view", "customer")(write("my customers")))
	mux.Handle("GET /customers/{id}", guard.Record("view", "customer", accesshttp.PathValue("id"))(write("one customer")))
	app := guard.Handler(mux)

	for _, path := range []string{"/customers", "/customers/c1"} {
		rec := as("alice", app, "GET", path)
		fmt.Println(rec.Code, rec.Body)
	}
	fmt.Println(as("", app, "GET", "/customers").Code)
	// Output:
	// 200 my customers
	// 200 one customer
	// 401
}

// The decision says which rows a list may hold.
func ExampleGuard_Collection() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	list := guard.Collection("view", "customer")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dec, _ := accesshttp.DecisionFrom(r.Context())
		mine := dec.Scope() // a database gets it through scopegorm.Filter
		for i := range customers {
			if ok, err := mine.Match(scope.Of(&customers[i])); err == nil && ok {
				fmt.Fprintln(w, customers[i].Name)
			}
		}
	}))
	fmt.Print(as("alice", list, "GET", "/customers").Body)
	fmt.Print(as("bob", list, "GET", "/customers").Body)
	fmt.Println(as("mallory", list, "GET", "/customers").Code)
	// Output:
	// Northwind
	// Contoso
	// 403
}

// A handler that asks several questions at once tells the guard what it learnt. A button needs no more than an advisory
// answer, and such an answer by itself opens nothing.
func ExampleDecided() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	show := guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		look, err := guard.Request(r, "view", "customer")
		if err != nil {
			guard.Refuse(w, r, err)
			return
		}
		look.Resource.ID = r.FormValue("id")
		button := look
		button.Action, button.Advisory = "edit", true
		decs, err := authz.AuthorizeAll(r.Context(), []access.Request{look, button})
		if err != nil {
			guard.Refuse(w, r, err)
			return
		}
		for _, dec := range decs {
			accesshttp.Decided(r.Context(), dec)
		}
		fmt.Fprint(w, "edit button: ", decs[1].Allowed()) // forgot to look at decs[0]
	}))
	fmt.Println(as("alice", show, "GET", "/?id=c1").Body)
	fmt.Println(as("alice", show, "GET", "/?id=c2").Code)
	// Output:
	// edit button: false
	// 500
}

// Alice walks through the ids. What is bob's and what does not exist cannot be told apart.
func ExampleGuard_Record() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)
	mux := http.NewServeMux()
	mux.Handle("GET /customers/{id}", guard.Record("view", "customer", accesshttp.PathValue("id"))(write("one customer")))

	foreign := as("alice", mux, "GET", "/customers/c2")
	absent := as("alice", mux, "GET", "/customers/c999")
	fmt.Print(foreign.Code, " ", foreign.Body)
	fmt.Println(foreign.Body.String() == absent.Body.String(), fmt.Sprint(foreign.Header()) == fmt.Sprint(absent.Header()))
	// Output:
	// 404 {"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"There is nothing here that you may see."}
	// true true
}

// A handler that forgot to ask gives nothing away.
func ExampleGuard_Handler() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	mux := http.NewServeMux()
	mux.Handle("GET /debug/customers", write("name,phone\nNorthwind,132…"))
	rec := as("alice", guard.Handler(mux), "GET", "/debug/customers")
	fmt.Println(rec.Code, strings.Contains(rec.Body.String(), "Northwind"))
	// Output: 500 false
}

// A create is decided on the record in the body. Bob tries to plant a customer in alice's list.
func ExampleGuard_Decide() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	create := guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := guard.Request(r, "create", "customer")
		if err != nil {
			guard.Refuse(w, r, err)
			return
		}
		planned := Customer{TenantID: req.Subject.Tenant, OwnerID: r.FormValue("owner"), Name: r.FormValue("name")}
		req.Resource.New = scope.Of(&planned)
		if _, err := guard.Decide(r, req); err != nil {
			guard.Refuse(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	}))
	fmt.Println(as("bob", create, "POST", "/customers?owner=bob&name=Fabrikam").Code)
	fmt.Println(as("bob", create, "POST", "/customers?owner=alice&name=Fabrikam").Code)
	// Output:
	// 201
	// 403
}

// A rule lets customers be changed from the head office, 203.0.113.0/24. Alice is elsewhere and claims to be there.
func ExampleGuard_Addr() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)
	edit := guard.Record("edit", "customer", func(*http.Request) string { return "c1" })(write("changed"))

	forged := from("10.0.0.1:443", "203.0.113.7", "198.51.100.4") // she sent the first, the proxy added the second
	r := httptest.NewRequest("PUT", "/customers/c1", nil)
	forged(r)
	fmt.Println(guard.Addr(r), as("alice", edit, "PUT", "/customers/c1", forged).Code)
	fmt.Println(as("alice", edit, "PUT", "/customers/c1", from("10.0.0.1:443", "203.0.113.7")).Code)
	// Output:
	// 198.51.100.4 403
	// 200
}

// A sign-in page has nobody to ask about.
func ExampleSkip() {
	authz := newAuthorizer()
	defer authz.Close()
	guard := newGuard(authz)

	signIn := guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accesshttp.Skip(r.Context(), "sign-in page")
		_, _ = io.WriteString(w, "<form>")
	}))
	rec := as("", signIn, "GET", "/sign-in")
	fmt.Println(rec.Code, rec.Body)
	// Output: 200 <form>
}

// An application of pages answers with a page, in the language of the person.
func ExampleProblem() {
	authz := newAuthorizer()
	defer authz.Close()
	page := template.Must(template.New("").Parse("<h1>{{.Detail}}</h1>{{with .Next}}<p>{{.Format \"2006-01-02 15:04\"}}</p>{{end}}\n"))
	guard, err := accesshttp.New(authz, accesshttp.Options{
		Subject: basicUser,
		Problem: func(w http.ResponseWriter, _ *http.Request, p accesshttp.Problem) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = page.Execute(w, p)
		},
	})
	if err != nil {
		panic(err)
	}
	export := guard.Collection("export", "customer")(write("csv"))
	rec := as("alice", export, "GET", "/customers/export", func(r *http.Request) { r.Header.Set("Accept-Language", "zh-CN") })
	fmt.Print(rec.Code, " ", rec.Body)
	// Output: 403 <h1>当前时间段不允许此操作。</h1><p>2026-03-03 08:00</p>
}

// A decision made elsewhere is handed on, here by a test of a handler.
func ExampleWithDecision() {
	authz := newAuthorizer()
	defer authz.Close()
	dec, err := authz.Authorize(context.Background(), access.Request{
		Subject: access.Subject{ID: "alice", Tenant: "acme"}, Action: "view", Resource: access.Resource{Type: "customer"},
	})
	if err != nil {
		panic(err)
	}
	list := func(w http.ResponseWriter, r *http.Request) {
		dec, ok := accesshttp.DecisionFrom(r.Context())
		fmt.Fprint(w, ok, " ", dec.Allowed(), " ", dec.Action())
	}
	r := httptest.NewRequest("GET", "/customers", nil)
	rec := httptest.NewRecorder()
	list(rec, r.WithContext(accesshttp.WithDecision(r.Context(), dec)))
	fmt.Println(rec.Body)
	// Output: true true view
}
