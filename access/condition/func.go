package condition

import (
	"context"

	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Func is a condition of the host's own. It is given who asks and in what circumstances, and must change neither; it may be
// called by several goroutines at once. It is called for every decision that could depend on it, so that it should answer
// from memory, and must return when ctx ends. With an error the answer is Unknown, whatever it is; so is a panic, and a
// value that is none of the three.
type Func func(ctx context.Context, sub scope.Subject, e Env) (scope.Truth, error)
