package mutants

import "fmt"

// The places in the source of pause that more than one mutant changes.
const (
	endSet = "endSignals = 1<<(sigInt-1) | 1<<(sigTerm-1)"
	block  = "	ends := uint64(endSignals)\n"
	reap   = "reap.handler = ignore"
	hold   = "	for {\n		switch int(syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)) {\n"
	onInt  = "		case sigInt:\n"
	onTerm = "		case sigTerm:\n"
	done   = "Terminated\\n\")\n			return exitDone\n"
)

// atStart does something before signals are blocked.
func atStart(statements string) Edit { return Edit{block, statements + "\n" + block} }

// beforeHolding does something when the sandbox is set up.
func beforeHolding(statements string) Edit { return Edit{hold, statements + "\n" + hold} }

// taking makes the sandbox take a signal, and do something at each.
func taking(signal int, statements string) []Edit {
	return []Edit{
		{endSet, fmt.Sprintf("%s | 1<<%d", endSet, signal-1)},
		{onInt, fmt.Sprintf("case %d:\n%s\n%s", signal, statements, onInt)},
	}
}

// waitingFor makes the sandbox wait for its children instead of ignoring SIGCHLD.
func waitingFor(statements string) []Edit {
	return append(taking(17, statements), Edit{reap, "reap.handler = 0"})
}

// counting gives the sandbox a counter of the name.
func counting(name string) Edit {
	return Edit{"var reap sigaction", name + " := 0\n	var reap sigaction"}
}

// hasLiveChild is a condition. It reaps where it can.
const hasLiveChild = "int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) == 0"

// polling makes the sandbox wait for its children, and look each 20 ms at what it has been
// given while timeout is set.
func polling(onChild, each string) []Edit {
	return append(taking(17, onChild), Edit{reap, "reap.handler = 0"}, Edit{hold, `
	var tick interval
	tick.nanoseconds = 20 * 1000000
	timeout := uintptr(0)
	for {
		switch int(syscall(sysRtSigtimedwait, set, 0, timeout, sigSetSize)) {
		case again:
			` + each + "\n"})
}

// beingTold takes a signal beside SIGCHLD, and does something at each.
func beingTold(signal int, statements string) []Edit {
	return append(waitingFor(waitForAll),
		Edit{onTerm, fmt.Sprintf("case %d:\n%s\n%s", signal, statements, onTerm)},
		Edit{block, fmt.Sprintf("	ends := uint64(endSignals | 1<<%d)\n", signal-1)})
}

// every does something each so many milliseconds.
func every(milliseconds int, statements string) []Edit {
	return []Edit{{hold, fmt.Sprintf(`
	var tick interval
	tick.seconds, tick.nanoseconds = %d, %d * 1000000
	for {
		switch int(syscall(sysRtSigtimedwait, set, 0, uintptr(unsafe.Pointer(&tick)), sigSetSize)) {
		case again:
			%s
`, milliseconds/1000, milliseconds%1000, statements)}}
}

// waitForAll is a loop of waits, as in upstream's handler.
const waitForAll = `for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
			}`
