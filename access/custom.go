package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/seed9b40ffc1/crmaccess/access/condition"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

const (
	defaultBudget = 50 * time.Millisecond
	// maxCalls is how many calls of one condition may be under way, those that overran their budget included.
	maxCalls = 256
	// saysEvery is how often the log tells of a condition that fails.
	saysEvery = time.Minute
)

var errBusy = fmt.Errorf("%d calls of it are still under way", maxCalls)

// custom is a condition of the host's own, held within bounds.
type custom struct {
	name   string
	eval   condition.Func
	budget time.Duration
	calls  chan struct{} // holds one token for each call under way
	log    *slog.Logger
	failed atomic.Uint64
	said   atomic.Int64 // when the log was last told, in nanoseconds of Unix time
	last   atomic.Pointer[failure]
	well   atomic.Bool // the latest call to end was answered
}

func newCustom(name string, f condition.Func, c *Config) *custom {
	x := &custom{name: name, eval: f, budget: c.ConditionBudget, calls: make(chan struct{}, maxCalls), log: c.Logger}
	x.well.Store(true)
	return x
}

type verdict struct {
	truth scope.Truth
	err   error
}

// value asks the host. Whatever goes wrong is unknown, counted and logged.
func (c *custom) value(sub scope.Subject, env condition.Env) scope.Truth {
	select {
	case c.calls <- struct{}{}:
	default:
		return c.fail(errBusy)
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.budget)
	defer cancel()
	answer := make(chan verdict, 1)
	go func() {
		defer func() { <-c.calls }()
		answer <- c.call(ctx, sub, env)
	}()
	select {
	case v := <-answer:
		if v.err != nil {
			return c.fail(v.err)
		}
		c.well.Store(true)
		return v.truth
	case <-ctx.Done():
		return c.fail(fmt.Errorf("it took longer than %v", c.budget))
	}
}

func (c *custom) call(ctx context.Context, sub scope.Subject, env condition.Env) (v verdict) {
	v.err = errors.New("it ended its goroutine")
	defer func() {
		if p := recover(); p != nil {
			v = verdict{scope.Unknown, fmt.Errorf("it panicked: %v", p)}
		}
	}()
	t, err := c.eval(ctx, sub, env)
	if err == nil && t != scope.True && t != scope.False && t != scope.Unknown {
		err = fmt.Errorf("it returned the Truth %d, which is none", t)
	}
	return verdict{t, err}
}

// fail notes an error and tells the log of it now and then.
func (c *custom) fail(err error) scope.Truth {
	now := time.Now()
	c.failed.Add(1)
	c.well.Store(false)
	c.last.Store(newFailure(now, err))
	if said := c.said.Load(); now.UnixNano()-said >= int64(saysEvery) && c.said.CompareAndSwap(said, now.UnixNano()) {
		c.log.Error("access: a condition could not be told and is unknown", "condition", c.name, "error", withoutSecrets(err.Error()), "failures", c.failed.Load())
	}
	return scope.Unknown
}

// ConditionHealth tells of one of Config.Conditions that failed at least once.
type ConditionHealth struct {
	Name      string    `json:"name"`
	Failing   bool      `json:"failing"`  // the latest call failed
	Failures  uint64    `json:"failures"` // since the Authorizer was made
	LastError string    `json:"last_error"`
	LastFail  time.Time `json:"last_fail"` // by the machine's clock
}

func (c *custom) health() ConditionHealth {
	h := ConditionHealth{Name: c.name, Failing: !c.well.Load(), Failures: c.failed.Load()}
	if f := c.last.Load(); f != nil {
		h.LastError, h.LastFail = f.text, f.at.Round(0)
	}
	return h
}
