package casbinx_test

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/internal/casbinx"
)

// values are what a decision kept of each when.
type values map[string]int8

func (v values) Value(when string) int8 { return v[when] }

// A subject hides his position, hoping that a rule about the place then does not apply to him.
func Example_unknownNeverHelps() {
	e, err := casbinx.New([][]string{
		{"p", "r:field_rep", "acme", "customer", "view", "own", "allow"},
		{"p", "r:field_rep", "acme", "customer", "view", "!work_area", "deny"},
		{"g", "u:mallory", "r:field_rep", "acme"},
	}, casbinx.Functions{
		CoversType:   func(pattern, typ, eft string) bool { return pattern == typ },
		CoversAction: func(pattern, typ, action, eft string) bool { return pattern == action },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(outside int8) {
		fmt.Println(casbinx.Enforce(e, "u:mallory", "acme", "customer", "view", values{"own": 1, "!work_area": outside}))
	}
	ask(-1) // known to be inside
	ask(0)  // nobody knows
	// Output:
	// true <nil>
	// false <nil>
}

func ExampleRoles_Closure() {
	roles, err := casbinx.NewRoles([][2]string{{"r:head", "r:manager"}, {"r:manager", "r:rep"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(roles.Closure("r:head"))
	_, err = casbinx.NewRoles([][2]string{{"r:rep", "r:head"}, {"r:head", "r:rep"}})
	fmt.Println(err)
	// Output:
	// [r:head r:manager r:rep] <nil>
	// casbinx: roles inherit in a circle: r:rep → r:head → r:rep
}
