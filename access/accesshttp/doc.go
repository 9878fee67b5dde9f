// Package accesshttp asks an access.Authorizer about net/http requests.
//
//	guard, err := accesshttp.New(authz, accesshttp.Options{Subject: subjectFromSession})
//	if err != nil { … }
//	mux.Handle("GET /customers", guard.Collection("view", "customer")(list))
//	mux.Handle("GET /customers/{id}", guard.Record("view", "customer", accesshttp.PathValue("id"))(show))
//	http.ListenAndServe(addr, guard.Handler(mux))
//
// A handler behind Collection or Record runs only if its request was allowed. It finds the decision with DecisionFrom
// and takes from it which rows to read and which fields to show:
//
//	dec, _ := accesshttp.DecisionFrom(r.Context())
//	err := scopegorm.Filter(db, dec).Find(&customers).Error
//
// # Asking in the handler
//
// What is asked about may stand in the body: the record to be created, the image a form leads to. Such a handler fills
// in what Request gives it, calls Decide and lets Refuse answer any error. A handler that calls the Authorizer itself
// says so with Decided.
//
// # A decision that was forgotten
//
// Handler goes around the whole router. A 2xx, a 3xx or a body that a handler writes before anything was allowed in its
// request becomes a 500, and neither body nor headers of the handler go out. A denial does not count, nor does an
// advisory decision: neither lets data out. Answers that need no decision, such as the sign-in page, say so with Skip.
// A 4xx or 5xx passes as it is, so does the redirect by which http.ServeMux tidies a path up. One decision opens the
// whole response: what each of several queries may read is for the row guard to hold.
//
// # Answers
//
// Refuse lists them. Whether a record exists is told to nobody who may not view it: a foreign record and an absent one
// get the same 404 with the same body and headers. A 403 carries the sentence of a reason that the person can act on, if
// there is one, and never a rule or a role. A question that could not be decided is a 503 or 500, never a 403 and never
// an allow. Allowed answers and 403s carry the id of the decision in X-Decision; it leads to the audit event. What is
// guarded is sent with Cache-Control "private, no-store" unless the handler sets its own.
//
// # Commit
//
// When a handler returned with a success, or panicked after one went out, the guard commits every allowed decision of
// the request that the host has not committed itself. If nothing was written yet, a commit that fails is answered with
// 503; else it can only be logged.
//
// # Address of the client
//
// X-Forwarded-For is text that anybody may send. It is read only on connections from Options.TrustedProxies, and there
// from the right. Middleware that overwrites http.Request.RemoteAddr from a header undoes this: leave it out.
//
// # Limits
//
// A Guard serves any number of requests at once. The ResponseWriter it hands on supports http.Flusher, http.Hijacker,
// io.ReaderFrom and all that http.ResponseController offers. It has no Unwrap method, on purpose: the writer below it
// would let everything through.
package accesshttp
