package main

import "unsafe"

// What mutants are made of. Each is free of calls into the Go runtime, as all
// of pause is.

const (
	again      = -11          // EAGAIN: a time is over
	exists     = -17          // EEXIST
	noProcess  = -3           // ESRCH
	noChild    = -10          // ECHILD
	workingDir = ^uintptr(99) // AT_FDCWD
	everyone   = ^uintptr(0)
	sigKill    = 9
	page       = 4096
)

// interval is a struct timespec.
type interval struct{ seconds, nanoseconds uintptr }

//go:nosplit
func sleep(milliseconds uintptr) {
	var time interval
	time.seconds, time.nanoseconds = milliseconds/1000, milliseconds%1000*1000000
	syscall(sysNanosleep, uintptr(unsafe.Pointer(&time)), 0, 0, 0)
}

// spin is busy for as long as that, so that nobody takes the program for set up.
//
//go:nosplit
func spin(milliseconds uintptr) {
	for end := uptime() + milliseconds; uptime() < end; {
	}
}

// uptime returns milliseconds.
//
//go:nosplit
func uptime() uintptr {
	var now interval
	const monotonic = 1
	syscall(sysClockGettime, monotonic, uintptr(unsafe.Pointer(&now)), 0, 0)
	return now.seconds*1000 + now.nanoseconds/1000000
}

// grow makes the program's resident memory larger by so many bytes.
//
//go:nosplit
func grow(size uintptr) {
	end := syscall(sysBrk, 0, 0, 0, 0)
	syscall(sysBrk, end+size, 0, 0, 0)
	for used := uintptr(0); used < size; used += page {
		write32(end+used, 1)
	}
}

//go:nosplit
func write32(address uintptr, value uint32) {
	*(*uint32)(*(*unsafe.Pointer)(unsafe.Pointer(&address))) = value
}

// mkdir makes a directory, whose path ends with a zero, and returns what the
// kernel does.
//
//go:nosplit
func mkdir(path string) int {
	return int(syscall(sysMkdirat, workingDir, uintptr(unsafe.Pointer(unsafe.StringData(path))), 0o777, 0))
}

// rmdir removes a directory, whose path ends with a zero, and returns what the kernel does.
//
//go:nosplit
func rmdir(path string) int {
	const directory = 0x200 // AT_REMOVEDIR
	return int(syscall(sysUnlinkat, workingDir, uintptr(unsafe.Pointer(unsafe.StringData(path))), directory, 0))
}

// bind binds a socket to a TCP port of every IPv4 address, and returns it and what bind does.
//
//go:nosplit
func bind(port uintptr) (socket uintptr, result int) {
	socket = syscall(sysSocket, 2, 1, 0, 0)
	var address [2]uint64
	address[0] = uint64(2 | port>>8<<16 | port&0xff<<24)
	return socket, int(syscall(sysBind, socket, uintptr(unsafe.Pointer(&address)), 16, 0))
}

// listen takes a TCP port of every IPv4 address and returns 0, or what bind does.
//
//go:nosplit
func listen(port uintptr) int {
	socket, result := bind(port)
	if result != 0 {
		return result
	}
	return int(syscall(sysListen, socket, 1, 0, 0))
}

// strangers returns the set of processes, by PID, that are children of others
// than this one and lead no process group.
//
//go:nosplit
func strangers() (found uint64) {
	for id := uintptr(2); id < 64; id++ {
		group := syscall(sysGetpgid, id, 0, 0, 0)
		if int(group) < 0 || group == id {
			continue
		}
		isProcess := syscall(sysTgkill, id, id, 0, 0) == 0 // not a thread
		if isProcess && int(syscall(sysWait4, id, 0, withoutWaiting, 0)) == noChild {
			found |= 1 << id
		}
	}
	return found
}

// waitForLedGroups reaps the children whose process group still has its leader.
//
//go:nosplit
func waitForLedGroups() {
	for id := uintptr(2); id < 256; id++ {
		if syscall(sysGetpgid, id, 0, 0, 0) != id {
			continue
		}
		for int(syscall(sysWait4, -id, 0, withoutWaiting, 0)) > 0 {
		}
	}
}

// killChildren kills the children that live and lead no process group.
//
//go:nosplit
func killChildren() {
	for id := uintptr(2); id < 256; id++ {
		if syscall(sysGetpgid, id, 0, 0, 0) != id && syscall(sysWait4, id, 0, withoutWaiting, 0) == 0 {
			syscall(sysKill, id, sigKill, 0, 0)
		}
	}
}

//go:nosplit
func killAll(processes uint64) {
	for id := uintptr(2); id < 64; id++ {
		if processes&(1<<id) != 0 {
			syscall(sysKill, id, sigKill, 0, 0)
		}
	}
}

// interfaces is the number of network interfaces that have an address.
//
//go:nosplit
func interfaces() uintptr {
	const (
		configuration = 0x8912 // SIOCGIFCONF
		entry         = 40     // of a struct ifreq, in bytes
	)
	socket := syscall(sysSocket, 2, 2, 0, 0)
	var ask [2]uint64
	syscall(sysIoctl, socket, configuration, uintptr(unsafe.Pointer(&ask)), 0)
	syscall(sysClose, socket, 0, 0, 0)
	return uintptr(uint32(ask[0])) / entry
}

// makesQueue tells whether a POSIX message queue can be made, and removes it.
//
//go:nosplit
func makesQueue() bool {
	name := uintptr(unsafe.Pointer(unsafe.StringData("pause-mutant\x00")))
	queue := syscall(sysMqOpen, name, 0o100|2, 0o600, 0)
	if int(queue) < 0 {
		return false
	}
	syscall(sysClose, queue, 0, 0, 0)
	syscall(sysMqUnlink, name, 0, 0, 0)
	return true
}
