package casbinx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/casbin/casbin/v2"
)

// Kept are the values a decision kept of the rules it met.
type Kept interface {
	// Value returns what a rule's when came to: -1 false, 0 unknown, 1 true.
	Value(when string) (truth int8)
}

// kept carries a Kept through Casbin, whose expressions turn values of numeric types into float64.
type kept struct{ Kept }

// Enforce asks an enforcer made by [New] whether sub may do act on a record of type obj in the tenant dom. An error
// is never an allow.
func Enforce(e *casbin.Enforcer, sub, dom, obj, act string, k Kept) (bool, error) {
	if e == nil || k == nil {
		return false, errors.New("casbinx: Enforce takes an enforcer and kept values, neither may be nil")
	}
	for _, part := range [...]struct{ name, value string }{{"subject", sub}, {"tenant", dom}, {"type", obj}, {"action", act}} {
		if strings.TrimSpace(part.value) == "" {
			return false, fmt.Errorf("casbinx: the %s asked about is blank", part.name)
		}
	}
	ok, err := e.Enforce(sub, dom, obj, act, &kept{k})
	if err != nil {
		text, _, _ := strings.Cut(err.Error(), "\n") // what follows is the stack of a recovered panic
		return false, errors.New("casbinx: enforce: " + text)
	}
	return ok, nil
}

// holds is the matcher's third function: an allow needs its when to be true, a deny stands unless it is false.
func holds(args ...any) (any, error) {
	if len(args) != 3 {
		return false, fmt.Errorf("casbinx: holds takes 3 arguments, got %d", len(args))
	}
	k, ok := args[0].(*kept)
	if !ok {
		return false, errors.New("casbinx: the last value of a request must be the kept values: ask through Enforce")
	}
	s, err := texts(args[1:], 2)
	if err != nil {
		return false, err
	}
	truth := k.Value(s[0])
	if s[1] == "allow" {
		return truth == 1, nil
	}
	return truth != -1, nil
}
