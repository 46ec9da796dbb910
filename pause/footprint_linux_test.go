package main_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestIsSmall(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, asPause())
	s.settle()
	t.Run("one thread", func(t *testing.T) {
		if threads := s.status("Threads"); threads != "1" {
			t.Errorf("%s threads", threads)
		}
	})
	t.Run("no descriptor of its own", func(t *testing.T) {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		var open []string
		for _, fd := range entries {
			open = append(open, fd.Name())
		}
		if got := strings.Join(open, " "); got != "0 1 2" {
			t.Errorf("descriptors %s are open", got)
		}
	})
	t.Run("nothing writable but a stack, and that not executable", func(t *testing.T) {
		maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", s.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		var writable []string
		for line := range strings.Lines(string(maps)) {
			if fields := strings.Fields(line); strings.Contains(fields[1], "w") {
				writable = append(writable, fields[1]+" "+fields[len(fields)-1])
			}
		}
		if got := strings.Join(writable, ", "); got != "rw-p [stack]" {
			t.Errorf("writable: %s", got)
		}
	})
}
