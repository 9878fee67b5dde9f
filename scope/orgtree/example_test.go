package orgtree_test

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/scope/orgtree"
)

func Example() {
	regions, err := orgtree.New(
		orgtree.Node{ID: "cn", Name: "China"},
		orgtree.Node{ID: "cn-gd", Parent: "cn", Name: "Guangdong"},
		orgtree.Node{ID: "cn-gd-sz", Parent: "cn-gd", Name: "Shenzhen"},
		orgtree.Node{ID: "cn-g", Parent: "cn", Name: "begins like Guangdong"},
	)
	fmt.Println(err)
	fmt.Println(regions.Under("cn-gd-sz", "cn"), regions.Under("cn-gd", "cn-g"))
	fmt.Println(regions.Path("cn-gd-sz"))
	fmt.Println(regions.Subtree("cn"))
	// Output:
	// <nil>
	// true false
	// [cn cn-gd cn-gd-sz]
	// [cn cn-g cn-gd cn-gd-sz]
}

func ExampleNew_cycle() {
	_, err := orgtree.New(
		orgtree.Node{ID: "north", Parent: "south"},
		orgtree.Node{ID: "south", Parent: "north"},
	)
	fmt.Println(err)
	// Output:
	// orgtree: ["north" "south" "north"] is a cycle: give one of them another parent
}
