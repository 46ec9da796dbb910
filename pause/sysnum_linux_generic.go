//go:build arm64 || riscv64 || loong64

package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysWrite          = 64
	sysGetpid         = 172
	sysWait4          = 260
	sysRtSigaction    = 134
	sysRtSigprocmask  = 135
	sysRtSigtimedwait = 137
	sysExitGroup      = 94
)
