package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysWrite          = 4
	sysGetpid         = 20
	sysWait4          = 114
	sysRtSigaction    = 173
	sysRtSigprocmask  = 174
	sysRtSigtimedwait = 176
	sysExitGroup      = 234
)
