package accesshttp

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/condition"
)

// Options is what the host tells a Guard. Only Subject is required.
type Options struct {
	// Subject says who asks. An error that is ErrNoSubject, or a subject without id or tenant, is answered with 401;
	// any other error means that the host could not tell, and is answered with 503. It runs once for each question.
	Subject func(*http.Request) (access.Subject, error)

	// Env fills in the place, the sign-in and the device. Addr is there already, for a look-up by address; what Env
	// writes into it is thrown away. nil: those circumstances are unknown.
	Env func(*http.Request, *condition.Env)

	// TrustedProxies are the addresses of the host's own reverse proxies: only what they added to X-Forwarded-For is
	// believed, and only if the connection comes from one of them. None: the address of the connection, no header.
	// List proxies, not whole networks that also hold clients: a client inside them has no known address.
	TrustedProxies []netip.Prefix

	// Challenge is the WWW-Authenticate header of a 401, such as `Basic realm="crm"`. Blank: none is sent.
	Challenge string

	// Lang is the language of the sentences in a Problem, "en" or "zh"; anything else is taken as "en".
	// nil: the better of the two by Accept-Language.
	Lang func(*http.Request) string

	// Problem writes a refusal, say as an HTML page. Status, Cache-Control and WWW-Authenticate are settled before it
	// runs, and a status it writes itself is ignored. For the same Problem it must write the same bytes: a page for
	// 404 that shows the asked URL still tells nobody whether the record exists, one that looks the record up does.
	// nil: JSON by RFC 9457.
	Problem func(http.ResponseWriter, *http.Request, Problem)

	// Logger receives what went wrong on our side of the connection. nil: slog.Default().
	Logger *slog.Logger
}

// Guard asks an Authorizer about HTTP requests. It is immutable and safe for concurrent use.
type Guard struct {
	authz   *access.Authorizer
	o       Options
	addrs   *addresses
	actions map[string]map[string]bool // by type
}

// New makes a Guard. Options that cannot work are an error that is access.ErrInvalid.
func New(a *access.Authorizer, o Options) (*Guard, error) {
	if a == nil {
		return nil, badOption("Authorizer", errors.New("is nil: pass the one access.New returned"))
	}
	if o.Subject == nil {
		return nil, badOption("Subject", errors.New("is nil: say who asks, from the session or the token"))
	}
	addrs, err := newAddresses(o.TrustedProxies)
	if err != nil {
		return nil, badOption("TrustedProxies", err)
	}
	if o.Lang == nil {
		o.Lang = acceptedLanguage
	}
	if o.Problem == nil {
		o.Problem = writeJSON
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Guard{authz: a, o: o, addrs: addrs, actions: actionsOf(a.Types())}, nil
}

func badOption(name string, err error) error {
	return &access.InvalidError{What: "option", Value: name, Err: err}
}

func actionsOf(types []access.Type) map[string]map[string]bool {
	out := make(map[string]map[string]bool, len(types))
	for _, t := range types {
		out[t.Name] = make(map[string]bool, len(t.Actions))
		for _, a := range t.Actions {
			out[t.Name][a.Name] = true
		}
	}
	return out
}
