//go:build !race

package oracle

const (
	decisions = 100_000
	worlds    = 30  // in which a property is tried
	least     = 5.0 // percent of what one of a class decides
	fewest    = 30  // percent that are allowed
	moves     = 3   // answers that each kind of event changes
)
