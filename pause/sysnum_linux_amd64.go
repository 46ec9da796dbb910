package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysWrite          = 1
	sysGetpid         = 39
	sysWait4          = 61
	sysRtSigaction    = 13
	sysRtSigprocmask  = 14
	sysRtSigtimedwait = 128
	sysExitGroup      = 231
)
