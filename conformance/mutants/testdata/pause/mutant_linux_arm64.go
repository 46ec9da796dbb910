package main

// System call numbers; a test holds them against golang.org/x/sys/unix.
const (
	sysDup          = 23
	sysIoctl        = 29
	sysMkdirat      = 34
	sysUnlinkat     = 35
	sysOpenat       = 56
	sysClose        = 57
	sysRead         = 63
	sysSignalfd4    = 74
	sysNanosleep    = 101
	sysClockGettime = 113
	sysKill         = 129
	sysTgkill       = 131
	sysUmask        = 166
	sysPrctl        = 167
	sysGetpgid      = 155
	sysSetsid       = 157
	sysSetgroups    = 159
	sysGetuid       = 174
	sysGetgid       = 176
	sysMqOpen       = 180
	sysMqUnlink     = 181
	sysSemget       = 190
	sysSemctl       = 191
	sysShmget       = 194
	sysShmctl       = 195
	sysSocket       = 198
	sysBind         = 200
	sysListen       = 201
	sysBrk          = 214
	sysClone        = 220
	sysPrlimit64    = 261
)
