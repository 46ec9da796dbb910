// Package process reads what the kernel says of the processes of pods.
package process

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Runs tells whether a process exists and has not ended. A zombie has ended.
func Runs(pid int) bool {
	fields, err := stat(pid)
	return err == nil && fields[stateField] != "Z" && fields[stateField] != "X"
}

// Namespace identifies a namespace of a process. The kinds are the names in
// /proc/PID/ns: net, ipc, uts, pid.
func Namespace(pid int, kind string) (string, error) {
	return os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
}

// Start is the time at which a process started, in clock ticks since the host did.
func Start(pid int) (uint64, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(fields[startField], 10, 64)
}

// Status is a field of /proc/PID/status, such as NSpid: what follows its name.
func Status(pid int, name string) (string, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("%s has no %s", path, name)
}

// Inner is the process ID of a process in its own PID namespace.
func Inner(pid int) (string, error) {
	ids, err := Status(pid, "NSpid")
	if err != nil {
		return "", err
	}
	fields := strings.Fields(ids)
	return fields[len(fields)-1], nil
}

// Zombies are the children of a process that have ended and that it has not reaped.
func Zombies(parent int) ([]int, error) {
	paths, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var zombies []int
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(path))
		if err != nil {
			continue
		}
		fields, err := stat(pid)
		if err == nil && fields[stateField] == "Z" && fields[parentField] == strconv.Itoa(parent) {
			zombies = append(zombies, pid)
		}
	}
	return zombies, nil
}

// Fields of /proc/PID/stat after the name of the program, see proc_pid_stat(5).
const (
	stateField  = 3 - 3
	parentField = 4 - 3
	startField  = 22 - 3
)

func stat(pid int) ([]string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	// The name is in parentheses and may hold any byte.
	return strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:])), nil
}
