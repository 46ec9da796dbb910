package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysWrite          = 4
	sysGetpid         = 20
	sysWait4          = 114
	sysRtSigaction    = 174
	sysRtSigprocmask  = 175
	sysRtSigtimedwait = 177
	sysExitGroup      = 248
)
