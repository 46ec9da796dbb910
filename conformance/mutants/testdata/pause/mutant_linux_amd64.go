package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysRead         = 0
	sysBrk          = 12
	sysIoctl        = 16
	sysShmget       = 29
	sysShmctl       = 31
	sysDup          = 32
	sysNanosleep    = 35
	sysSocket       = 41
	sysBind         = 49
	sysListen       = 50
	sysClone        = 56
	sysKill         = 62
	sysGetgid       = 104
	sysUnlinkat     = 263
	sysGetuid       = 102
	sysSetgroups    = 116
	sysGetpgid      = 121
	sysPrctl        = 157
	sysClockGettime = 228
	sysTgkill       = 234
	sysMkdirat      = 258
	sysSignalfd4    = 289
)
