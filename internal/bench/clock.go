package main

import "time"

// clock reads the time by which contenders are compared: the processor time that they used where the system tells it,
// because a machine that measures is seldom left in peace.
type clock func() time.Duration

// passed is the time of day, where waiting counts too.
func passed() time.Duration { return time.Since(started) }

var started = time.Now()
