package condition

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// clockSkew is how far two machines' clocks may differ before a sign-in that lies ahead is not believed.
const clockSkew = time.Minute

type assurance struct {
	level   int
	maxAge  time.Duration // 0: any
	methods []string      // none: any
}

func compileAssurance(s Assurance) (*assurance, error) {
	a := &assurance{level: s.Level, methods: s.Methods}
	if s.Level < 0 {
		return nil, fmt.Errorf("assurance.level %d is negative; give 0 or more", s.Level)
	}
	if s.MaxAge != "" {
		var err error
		if a.maxAge, err = time.ParseDuration(s.MaxAge); err != nil || a.maxAge <= 0 {
			return nil, fmt.Errorf("assurance.max_age %q is no age; write it as \"15m\" or \"8h\"", s.MaxAge)
		}
	}
	if err := checkList("assurance.methods", s.Methods); err != nil {
		return nil, err
	}
	if s.Level == 0 && a.maxAge == 0 && len(s.Methods) == 0 {
		return nil, errors.New("assurance asks for nothing; give level, max_age or methods")
	}
	return a, nil
}

func (a *assurance) eval(s *SignIn, now time.Time) scope.Truth {
	if a.missing(s, now) != "" {
		return scope.Unknown
	}
	return truth(a.strong(s) && (a.maxAge == 0 || now.Before(s.At.Add(a.maxAge))))
}

func (a *assurance) strong(s *SignIn) bool {
	if s.Level < a.level {
		return false
	}
	return len(a.methods) == 0 || slices.ContainsFunc(s.Methods, func(m string) bool { return slices.Contains(a.methods, m) })
}

func (a *assurance) missing(s *SignIn, now time.Time) string {
	switch {
	case s == nil:
		return missingSignIn
	case a.maxAge == 0:
		return ""
	case now.IsZero():
		return missingTime
	case s.At.IsZero() || ahead(s, now):
		return missingSignIn
	}
	return ""
}

// ahead reports a sign-in that has not happened yet.
func ahead(s *SignIn, now time.Time) bool { return s.At.Add(-clockSkew).After(now) }

// until is when a sign-in grows too old, or when one that lies ahead begins to be believed.
func (a *assurance) until(s *SignIn, now time.Time) (time.Time, bool) {
	switch {
	case s == nil || a.maxAge == 0 || now.IsZero():
		return time.Time{}, false
	case ahead(s, now):
		return s.At.Add(-clockSkew), true
	case a.eval(s, now) == scope.True:
		return s.At.Add(a.maxAge), true
	}
	return time.Time{}, false
}
