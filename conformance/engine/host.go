package engine

import (
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/report"
)

// HostInfo is what Info says of every engine that runs on this host: its kernel and its platform.
func HostInfo() report.Engine {
	var system unix.Utsname
	_ = unix.Uname(&system) // fails on a bad pointer alone
	return report.Engine{Kernel: unix.ByteSliceToString(system.Release[:]), Platform: "linux/" + runtime.GOARCH}
}
