package image

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The real-time signals that a C library leaves to programs, which are those
// that engines know by name, see signal(7).
const (
	firstRealTime = 34
	lastSignal    = 64
)

// signalAliases are second names, see signal(7).
var signalAliases = map[string]string{"SIGIOT": "SIGABRT", "SIGCLD": "SIGCHLD", "SIGPOLL": "SIGIO"}

// StopSignal is what the StopSignal of a configuration names: SIG and the name
// of a signal, or the number of a real-time one, both of which engines take. It
// is empty when none is set. The error is a violation of IMG-STOPSIGNAL.
func StopSignal(stopSignal string) (string, error) {
	if stopSignal == "" {
		return "", nil
	}
	number, err := strconv.Atoi(stopSignal)
	if err != nil {
		number = signalNumber("SIG" + strings.TrimPrefix(strings.ToUpper(stopSignal), "SIG"))
	}
	if number < 1 || number > lastSignal {
		return "", fmt.Errorf("StopSignal is %q, which is no signal", stopSignal)
	}
	if name := unix.SignalName(syscall.Signal(number)); name != "" {
		return name, nil
	}
	return strconv.Itoa(number), nil
}

// signalNumber returns 0 for a name that is none.
func signalNumber(name string) int {
	if alias, ok := signalAliases[name]; ok {
		name = alias
	}
	base, sign := firstRealTime, 1
	distance, realTime := strings.CutPrefix(name, "SIGRTMIN")
	if !realTime {
		base, sign = lastSignal, -1
		distance, realTime = strings.CutPrefix(name, "SIGRTMAX")
	}
	if !realTime {
		return int(unix.SignalNum(name))
	}
	if distance == "" {
		return base
	}
	offset, err := strconv.Atoi(strings.TrimLeft(distance, "+-"))
	if err != nil || (distance[0] == '+') != (sign > 0) || offset > lastSignal-firstRealTime {
		return 0
	}
	return base + sign*offset
}
