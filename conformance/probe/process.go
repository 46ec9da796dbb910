package probe

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Process is what /proc tells of one process of the pod.
type Process struct {
	ID, Parent int
	State      string // one letter, as in proc_pid_stat(5)
	Name       string
	Command    []string
	Threads    int
	CPUTicks   int64 // of all threads, in clock ticks (10 ms)
	Switches   int64 // context switches of all threads; Init alone counts them

	// Delay is how long the process has waited for a processor while it could have run, in
	// nanoseconds. Init alone tells it, where the kernel counts it.
	Delay int64
}

// Processes lists the processes of the PID namespace but the probe's own.
func (*Probe) Processes(_ None, processes *[]Process) error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if _, err := strconv.Atoi(entry.Name()); err != nil {
			continue
		}
		process, err := readProcess("/proc/" + entry.Name())
		if err == nil && process.ID != os.Getpid() {
			*processes = append(*processes, process)
		}
	}
	return nil
}

// Init returns PID 1.
func (*Probe) Init(_ None, process *Process) (err error) {
	*process, err = readProcess("/proc/1")
	process.Switches, process.Delay = switches("/proc/1"), delay("/proc/1")
	return err
}

// InitMemory returns the resident memory of PID 1 in bytes. It is what the page
// tables say: the counters of proc_pid_stat(5) may lag behind by more than a small
// program has.
func (*Probe) InitMemory(_ None, resident *int64) error {
	rollup, err := os.ReadFile("/proc/1/smaps_rollup")
	if err != nil {
		return err
	}
	_, rest, found := strings.Cut(string(rollup), "\nRss:")
	if !found {
		return fmt.Errorf("/proc/1/smaps_rollup: no Rss in %q", rollup)
	}
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return fmt.Errorf("/proc/1/smaps_rollup: %w", err)
	}
	*resident = kilobytes << 10
	return nil
}

// InitFiles lists what the descriptors of PID 1 refer to.
func (*Probe) InitFiles(_ None, files *map[int]string) error {
	descriptors, err := os.ReadDir("/proc/1/fd")
	if err != nil {
		return err
	}
	*files = map[int]string{}
	for _, descriptor := range descriptors {
		number, err := strconv.Atoi(descriptor.Name())
		if err != nil {
			return err
		}
		if target, err := os.Readlink("/proc/1/fd/" + descriptor.Name()); err == nil {
			(*files)[number] = target
		}
	}
	return nil
}

// InitProgram returns the SHA-256 of the program that PID 1 runs, in hexadecimal.
func (*Probe) InitProgram(_ None, digest *string) error {
	program, err := os.Open("/proc/1/exe")
	if err != nil {
		return err
	}
	defer program.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, program); err != nil {
		return err
	}
	*digest = hex.EncodeToString(hash.Sum(nil))
	return nil
}

// Status returns /proc/1/status, as evidence.
func (*Probe) Status(_ None, status *string) error {
	text, err := os.ReadFile("/proc/1/status")
	*status = string(text)
	return err
}

func readProcess(directory string) (Process, error) {
	stat, err := os.ReadFile(directory + "/stat")
	if err != nil {
		return Process{}, err
	}
	// The name is in parentheses, and may hold any character.
	head, tail, found := cutLast(string(stat), ") ")
	fields := strings.Fields(tail)
	if !found || len(fields) < 18 {
		return Process{}, fmt.Errorf("%s/stat: unknown form %q", directory, stat)
	}
	id, name, _ := strings.Cut(head, " (")
	process := Process{Name: name, State: fields[0]}
	process.ID, _ = strconv.Atoi(id)
	process.Parent, _ = strconv.Atoi(fields[1])
	process.Threads, _ = strconv.Atoi(fields[17])
	for _, ticks := range fields[11:13] {
		n, _ := strconv.ParseInt(ticks, 10, 64)
		process.CPUTicks += n
	}
	if command, err := os.ReadFile(directory + "/cmdline"); err == nil && len(command) > 0 {
		process.Command = strings.Split(strings.TrimSuffix(string(command), "\x00"), "\x00")
	}
	return process, nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

func switches(directory string) int64 {
	var sum int64
	threads, _ := os.ReadDir(directory + "/task")
	for _, thread := range threads {
		status, _ := os.ReadFile(directory + "/task/" + thread.Name() + "/status")
		for line := range strings.Lines(string(status)) {
			if name, value, _ := strings.Cut(line, ":"); strings.HasSuffix(name, "voluntary_ctxt_switches") {
				n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
				sum += n
			}
		}
	}
	return sum
}

// delay reads the second figure of schedstat (kernel Documentation/scheduler/sched-stats.rst).
func delay(directory string) (nanoseconds int64) {
	text, _ := os.ReadFile(directory + "/schedstat")
	_, _ = fmt.Sscan(string(text), new(int64), &nanoseconds)
	return nanoseconds
}
