package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// ofThread is the processor time of the calling thread, which the caller has locked.
func ofThread() time.Duration { return used(unix.CLOCK_THREAD_CPUTIME_ID) }

// ofProcess is the processor time of all threads, the garbage collector's among them.
func ofProcess() time.Duration { return used(unix.CLOCK_PROCESS_CPUTIME_ID) }

func used(clock int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		panic("bench: clock_gettime: " + err.Error())
	}
	return time.Duration(t.Nano())
}
