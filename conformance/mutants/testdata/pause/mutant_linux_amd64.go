package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysRead         = 0
	sysClose        = 3
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
	sysSemget       = 64
	sysSemctl       = 66
	sysUmask        = 95
	sysGetuid       = 102
	sysGetgid       = 104
	sysSetsid       = 112
	sysSetgroups    = 116
	sysGetpgid      = 121
	sysPrctl        = 157
	sysClockGettime = 228
	sysTgkill       = 234
	sysMqOpen       = 240
	sysMqUnlink     = 241
	sysOpenat       = 257
	sysMkdirat      = 258
	sysUnlinkat     = 263
	sysSignalfd4    = 289
	sysPrlimit64    = 302
)
