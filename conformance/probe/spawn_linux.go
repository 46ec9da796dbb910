package probe

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// systemCall is one of up to three arguments.
type systemCall struct{ number, first, second, third uintptr }

// input is where children read the end of a pipe to.
var input [8]byte

// addCalls says what each child does as a list of calls, except of those that must be forked.
// A child that only makes calls can share the memory of its parent, whereas a fork copies the
// page tables of this whole program, which takes several times as long.
func addCalls(children []child) {
	lists := map[child]*systemCall{}
	for i, c := range children {
		if c.end < 0 || c.id != 0 {
			continue
		}
		if lists[c] == nil {
			lists[c] = &c.list()[0]
		}
		children[i].calls = lists[c]
	}
}

// list is what live does.
func (c child) list() (calls []systemCall) {
	if c.session {
		calls = append(calls, systemCall{number: unix.SYS_SETSID})
	}
	if c.waits {
		for _, descriptor := range []int{0, 1, 2, c.write} {
			calls = append(calls, systemCall{unix.SYS_CLOSE, uintptr(descriptor), 0, 0})
		}
		calls = append(calls, systemCall{unix.SYS_READ, uintptr(c.read), uintptr(unsafe.Pointer(&input)), 1})
	}
	return append(calls, systemCall{unix.SYS_EXIT_GROUP, uintptr(c.end), 0, 0})
}

// spawn starts the child in the memory of this process, which pauses until a child that does
// not wait has ended. An emulator of user space has no such children (EINVAL).
//
//go:nosplit
func (c *child) spawn() (int, syscall.Errno) {
	flags := uintptr(unix.SIGCHLD | unix.CLONE_VM)
	if !c.waits {
		flags |= unix.CLONE_VFORK
	}
	id := cloneToCall(flags, c.calls)
	if id < 0 {
		return 0, syscall.Errno(-id)
	}
	return id, 0
}
