package engine

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
)

// An owner names the process that a container or an image of a run belongs to,
// in the form of an image tag: boot, PID namespace, process, its start, run.
// With it a later run can tell what a killed one has left behind.

var runs atomic.Int64

func owner() string {
	start, _ := startTime(os.Getpid())
	return fmt.Sprintf("%s-%d-%s-%d", world(), os.Getpid(), start, runs.Add(1))
}

// world identifies the machine's boot and this process's PID namespace.
func world() string {
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	digits := strings.Trim(namespace, "pid:[]")
	return fmt.Sprintf("%.8s-%s", boot, digits)
}

// abandoned tells whether the owner has ended. Of another machine's processes,
// or another PID namespace's, nothing is known: they may be alive.
func abandoned(owner string) bool {
	rest, ours := strings.CutPrefix(owner, world()+"-")
	if !ours {
		return false
	}
	var process, run int
	var start string
	fields := strings.Split(rest, "-")
	if len(fields) != 3 {
		return false
	}
	start = fields[1]
	if _, err := fmt.Sscan(fields[0]+" "+fields[2], &process, &run); err != nil {
		return false
	}
	now, err := startTime(process)
	return err != nil || now != start
}

// startTime returns when a process started, in clock ticks after the boot. One
// that nobody has waited for yet has ended all the same.
func startTime(process int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return "", err
	}
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))
	if fields[0] == "Z" || fields[0] == "X" {
		return "", os.ErrProcessDone
	}
	return fields[19], nil
}
