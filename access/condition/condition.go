package condition

import (
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Condition is a compiled [Spec]. It never changes and may be copied and used by any number of goroutines at once. The
// zero Condition is always Unknown.
type Condition struct {
	spec *Spec
	// One of these is set. They are no interface so that an Env stays on its caller's stack.
	daily     *daily
	circle    *circle
	network   *network
	assurance *assurance
}

// Eval says whether the circumstances meet the condition.
func (c Condition) Eval(e Env) scope.Truth {
	switch {
	case c.daily != nil:
		return c.daily.eval(e.Time)
	case c.circle != nil:
		return c.circle.eval(e.Place)
	case c.network != nil:
		return c.network.eval(e.Addr)
	case c.assurance != nil:
		return c.assurance.eval(e.SignIn, e.Time)
	}
	return scope.Unknown
}

// Missing names the circumstance for want of which Eval is Unknown: "time", "address", "place" or "sign_in". A position too
// inexact to decide, or a sign-in dated in the future, is missing too. It is empty if Eval is not Unknown, and for the zero
// Condition.
func (c Condition) Missing(e Env) string {
	if c.Eval(e) != scope.Unknown {
		return ""
	}
	switch {
	case c.daily != nil:
		return missingTime
	case c.circle != nil:
		return missingPlace
	case c.network != nil:
		return missingAddress
	case c.assurance != nil:
		return c.assurance.missing(e.SignIn, e.Time)
	}
	return ""
}

// Until returns the first instant after e.Time at which Eval gives another answer although nothing but the time has
// changed: Eval is the same on [e.Time, Until) and differs at Until. ok is false if there is no such instant. The edge of a
// daily window is given in the zone of the window.
func (c Condition) Until(e Env) (t time.Time, ok bool) {
	switch {
	case c.daily != nil:
		return c.daily.until(e.Time)
	case c.assurance != nil:
		return c.assurance.until(e.SignIn, e.Time)
	}
	return time.Time{}, false
}

// Next returns when a daily window that is closed at e.Time opens next. ok is false if it is open, never opens, or is no
// daily window.
func (c Condition) Next(e Env) (t time.Time, ok bool) {
	if c.daily == nil || c.Eval(e) != scope.False {
		return time.Time{}, false
	}
	return c.daily.until(e.Time)
}

// Kind is "daily", "circle", "network", "assurance", or empty for the zero Condition.
func (c Condition) Kind() string {
	switch {
	case c.daily != nil:
		return "daily"
	case c.circle != nil:
		return "circle"
	case c.network != nil:
		return "network"
	case c.assurance != nil:
		return "assurance"
	}
	return ""
}

// Spec returns a copy of what the condition was compiled from.
func (c Condition) Spec() Spec {
	if c.spec == nil {
		return Spec{}
	}
	return c.spec.Clone()
}

func truth(b bool) scope.Truth {
	if b {
		return scope.True
	}
	return scope.False
}
