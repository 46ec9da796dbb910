package probe

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Holdings are what lies in a pod's namespaces and could be the sandbox's, as sorted
// words for people.
type Holdings []string

// Objects are the kinds of holdings that outlive every process, see ipc_namespaces(7).
var Objects = []string{segment, semaphores, queue, file, posixQueue}

const (
	segment    = "shared memory segment"
	semaphores = "semaphore set"
	queue      = "message queue"
	file       = "shared memory file"
	posixQueue = "POSIX message queue"
)

// Holdings lists the processes of the pod but the probe's own, the descriptors of PID 1, System V
// objects, files of /dev/shm, message queues, Unix sockets with a name, and files of the
// sandbox's root file system.
func (p *Probe) Holdings(_ None, holdings *Holdings) error {
	var list Holdings
	var processes []Process
	if err := p.Processes(None{}, &processes); err != nil {
		return err
	}
	for _, process := range processes {
		list = append(list, fmt.Sprintf("process %d %s", process.ID, process.Name))
	}
	var files map[int]string
	if err := p.InitFiles(None{}, &files); err != nil {
		return err
	}
	for descriptor, name := range files {
		list = append(list, fmt.Sprintf("descriptor %d of PID 1, %s", descriptor, name))
	}
	for kind, table := range map[string]string{segment: "shm", semaphores: "sem", queue: "msg"} {
		list = append(list, rows(kind, "/proc/sysvipc/"+table, 1)...)
	}
	list = append(list, sockets()...)
	for kind, directory := range map[string]string{file: "/dev/shm", posixQueue: "/dev/mqueue"} {
		entries, _ := os.ReadDir(directory)
		for _, entry := range entries {
			list = append(list, kind+" "+entry.Name())
		}
	}
	list = append(list, rootFiles("/proc/1/root")...)
	slices.Sort(list)
	*holdings = list
	return nil
}

// rows names each line of a table after its head by one of its fields.
func rows(kind, table string, field int) (names []string) {
	text, _ := os.ReadFile(table)
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if fields := strings.Fields(line); i > 0 && len(fields) > field {
			names = append(names, kind+" "+fields[field])
		}
	}
	return names
}

// sockets are the Unix sockets of the network namespace that have a name.
func sockets() (names []string) {
	text, _ := os.ReadFile("/proc/net/unix")
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 8 && fields[7] != "Path" {
			names = append(names, "Unix socket "+fields[7])
		}
	}
	return names
}

// mostFiles is how many files of a sandbox are listed.
const mostFiles = 10_000

// rootFiles lists files of the sandbox but what the kernel makes.
func rootFiles(root string) (names []string) {
	_ = fs.WalkDir(os.DirFS(root), ".", func(name string, _ fs.DirEntry, err error) error {
		switch {
		case len(names) == mostFiles:
			return fs.SkipAll
		case name == "proc", name == "sys", name == "dev/shm", name == "dev/mqueue", name == "dev/pts":
			return fs.SkipDir
		case err == nil && name != ".":
			names = append(names, "file /"+name)
		}
		return nil
	})
	return names
}
