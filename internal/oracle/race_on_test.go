//go:build race

package oracle

// Under the race detector everything takes ten times as long. What races does so in fewer worlds too; these are too few
// for shares that hardly vary.
const (
	decisions = 10_000
	worlds    = 6
	least     = 1.0
	fewest    = 15
	moves     = 0
)
