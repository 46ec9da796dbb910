//go:build 386 || arm || s390x

package main

// System call numbers; a test holds them against golang.org/x/sys/unix. Those
// of these architectures parted before exit_group came.
const (
	sysWrite          = 4
	sysGetpid         = 20
	sysWait4          = 114
	sysRtSigaction    = 174
	sysRtSigprocmask  = 175
	sysRtSigtimedwait = 177
)
