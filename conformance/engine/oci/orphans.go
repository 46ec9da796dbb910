package oci

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// reapOrphans reaps what runtimes have left behind in pods. A sandbox may end or stop the
// runtime's own process in its PID namespace: the runtime fails, and this program, the
// nearest subreaper, becomes the parent of that process. Until it is reaped, the kernel
// lets PID 1 of its namespace not end (zap_pid_ns_processes of kernel/pid_namespace.c).
func (e *Engine) reapOrphans() {
	// What becomes this program's child after this is not looked at. What is its child now
	// has its pid file already, as a runtime writes that before it exits.
	children := zombies()
	files, _ := filepath.Glob(filepath.Join(e.directory, "*", pidFile))
	for _, file := range files {
		id, _ := os.ReadFile(file)
		children = slices.DeleteFunc(children, func(child int) bool { return fmt.Sprint(child) == strings.TrimSpace(string(id)) })
	}
	for _, child := range children {
		_, _ = unix.Wait4(child, nil, unix.WNOHANG, nil)
	}
}

// zombies returns the children of this program that have ended in another PID namespace
// than its own: the runtimes themselves are waited for elsewhere.
func zombies() (ids []int) {
	depth := len(statusField("self", "NSpid"))
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, child := range strings.Fields(string(text)) {
			state, id := statusField(child, "State"), 0
			if len(state) == 0 || state[0] != "Z" || len(statusField(child, "NSpid")) <= depth {
				continue
			}
			if _, err := fmt.Sscan(child, &id); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// statusField returns the words of a field in a process's status, see proc_pid_status(5).
func statusField(process, name string) []string {
	text, _ := os.ReadFile(filepath.Join("/proc", process, "status"))
	for line := range strings.Lines(string(text)) {
		if value, isField := strings.CutPrefix(line, name+":"); isField {
			return strings.Fields(value)
		}
	}
	return nil
}
