package engine

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
)

// A RunID names the process that a container, an image or a directory of a run belongs
// to, in the form of an image tag: boot, PID namespace, process, its start, run. With
// it a later run can tell what a killed one has left behind.
type RunID string

// RunLabel is the label of what an engine keeps of a run: its RunID.
const RunLabel = "dev.podsandbox.conformance.owner"

var runs atomic.Int64

// NewRunID returns an id for a run of this process.
func NewRunID() RunID {
	start, _ := startTime(os.Getpid())
	return RunID(fmt.Sprintf("%s-%d-%s-%d", hostID(), os.Getpid(), start, runs.Add(1)))
}

// Abandoned tells whether the run's process has ended. Of processes of another
// machine or PID namespace nothing is known: they may be alive.
func (id RunID) Abandoned() bool {
	rest, here := strings.CutPrefix(string(id), hostID()+"-")
	fields := strings.Split(rest, "-")
	if !here || len(fields) != 3 {
		return false
	}
	var process, run int
	if _, err := fmt.Sscan(fields[0]+" "+fields[2], &process, &run); err != nil {
		return false
	}
	start, err := startTime(process)
	return err != nil || start != fields[1]
}

// hostID identifies the machine's boot and this process's PID namespace.
func hostID() string {
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	digits := strings.Trim(namespace, "pid:[]")
	return fmt.Sprintf("%.8s-%s", boot, digits)
}

// startTime returns when a process started, in clock ticks after the boot. A zombie
// counts as ended.
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
