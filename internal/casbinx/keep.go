package casbinx

// Keep returns k as the last value of a request, for callers who ask an enforcer made by [New] themselves: through
// BatchEnforce or EnforceEx, say.
func Keep(k Kept) any { return &kept{k} }
