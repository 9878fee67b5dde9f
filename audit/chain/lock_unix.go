//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package chain

import (
	"os"
	"syscall"
)

// lock takes the file for this writer until it is closed, and fails if another one has it.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
