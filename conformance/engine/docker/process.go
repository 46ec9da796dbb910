package docker

import (
	"bytes"
	"fmt"
	"os"

	"github.com/podsandbox/pause/conformance/engine"
)

// open opens the sandbox's process where it is one of this machine that this program
// sees: then the kernel tells when it ends, and not an engine that may be busy. An
// engine of another machine or PID namespace has other ids; the container's id in
// the process's cgroup tells.
func (s *sandbox) open(pid int) {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.opened || pid == 0 {
		return
	}
	s.opened = true
	process, err := engine.OpenProcess(pid)
	if err != nil {
		return
	}
	cgroup, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil || !bytes.Contains(cgroup, []byte(s.id)) {
		_ = process.Close()
		return
	}
	s.process = process
}
