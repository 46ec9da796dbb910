package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysDup          = 23
	sysIoctl        = 29
	sysMkdirat      = 34
	sysRead         = 63
	sysSignalfd4    = 74
	sysNanosleep    = 101
	sysPrctl        = 167
	sysClockGettime = 113
	sysKill         = 129
	sysTgkill       = 131
	sysGetpgid      = 155
	sysSetgroups    = 159
	sysGetgid       = 176
	sysUnlinkat     = 35
	sysGetuid       = 174
	sysShmget       = 194
	sysShmctl       = 195
	sysSocket       = 198
	sysBind         = 200
	sysListen       = 201
	sysBrk          = 214
	sysClone        = 220
)
