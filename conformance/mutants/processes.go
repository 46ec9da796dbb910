package mutants

import (
	"archive/tar"
	"fmt"
)

// sticky is a directory that every user may make files in.
var sticky = []File{{Path: "tmp/", Type: tar.TypeDir, Mode: 0o1777}}

// HostPort is a port that something listens on in the host's network namespace while
// mutants are judged there.
const HostPort = 18085

var processMutants = []Mutant{
	{
		Name: "forks", Why: "a second process of the sandbox is in every pod, and counts for its limits",
		Fails: fails("PID-1", "PID-LIMITS", "PID-NOT-FIRST"),
		Edits: []Edit{beforeHolding(`
			child := int(syscall(sysClone, sigChild, 0, 0, 0))
			for child == 0 {
				sleep(1000000)
			}
			if child < 0 {
				return 1
			}`)},
	},
	{
		Name: "supervises", Why: "PID 1 is a parent that does nothing but wait for the program, and signals and orphans go to PID 1",
		Fails: fails(endingOnTerm, reapingRequirements, "PID-1", "PID-LIMITS", "PID-NOT-FIRST", "PID-QUIET", "SIG-TERM-STATUS", "SIG-INT", "SIG-EARLY", "NS-DENSITY"),
		Edits: []Edit{atStart(`
			child := syscall(sysClone, sigChild, 0, 0, 0)
			for int(child) > 0 {
				if syscall(sysWait4, child, 0, 0, 0) == child {
					return exitDone
				}
			}
			if int(child) < 0 {
				return 1
			}`)},
	},
	{
		Name: "needs-terminal", Why: "a sandbox has none", Fails: fails("PID-STAYS"), Sample: true,
		Edits: []Edit{atStart("if syscall(sysIoctl, 0, 0x5401, uintptr(argv), 0) != 0 { return 1 }")},
	},
	{
		Name: "reads-stdin", Why: "it ends where standard input does, as a shell or cat", Fails: fails("PID-STAYS"),
		Edits: []Edit{atStart("if syscall(sysRead, 0, uintptr(argv), 1, 0) == 0 { return 0 }")},
	},
	{
		Name: "needs-many-descriptors", Why: "services have a soft limit of 1,024 descriptors, see systemd.exec(5), and so have sandboxes",
		Fails: fails("PID-STAYS"),
		Edits: []Edit{atStart(`var limit [2]uint64
			syscall(sysPrlimit64, 0, 7, 0, uintptr(unsafe.Pointer(&limit)))
			if limit[0] <= 1024 { return 1 }`)},
	},
	{
		Name: "needs-writable-root", Why: "containerd mounts the sandbox's root file system read-only", Fails: fails("PID-READONLY"),
		Files: sticky, NeedsWritableRoot: true,
		Edits: []Edit{atStart(`if made := mkdir("/tmp/pause\x00"); made != 0 && made != exists { return 1 }`)},
	},
	{
		Name: "needs-capability", Why: "it drops groups as root, which takes CAP_SETGID", Fails: fails("IMG-NONROOT", "PID-NO-PRIVILEGE", "PID-ANY-UID", "POD-HOST-NAMESPACES"),
		Configure: asRoot,
		Edits:     []Edit{atStart("if syscall(sysSetgroups, 0, 0, 0, 0) != 0 { return 1 }")},
	},
	{
		Name: "needs-root", Why: "the kubelet passes the pod's runAsUser to the sandbox", Fails: fails("IMG-NONROOT", "PID-ANY-UID", "POD-HOST-NAMESPACES"),
		Configure: asRoot,
		Edits:     []Edit{atStart("if syscall(sysGetuid, 0, 0, 0, 0) != 0 { return 1 }")},
	},
	{
		Name: "needs-own-uid", Why: "CRI-O runs the sandbox as uid 0, and the kubelet as the pod's runAsUser", Fails: fails("PID-ANY-UID", "POD-HOST-NAMESPACES"),
		Edits: []Edit{atStart("if syscall(sysGetuid, 0, 0, 0, 0) != 65535 { return 1 }")},
	},
	{
		Name: "needs-group-of-its-uid", Why: "OpenShift runs pods as a high uid with group 0", Fails: fails("PID-ANY-UID"),
		Edits: []Edit{atStart("if syscall(sysGetuid, 0, 0, 0, 0) != syscall(sysGetgid, 0, 0, 0, 0) { return 1 }")},
	},
	{
		Name: "reaps-unless-root", Why: "CRI-O runs the sandbox as uid 0", Fails: fails("PID-ANY-UID"),
		Edits: []Edit{{reap, "reap.handler = ignore\nif syscall(sysGetuid, 0, 0, 0, 0) == 0 { reap.handler = 0 }"}},
	},
	{
		Name: "mode-0550", Why: "only root may execute the program: kubernetes#116967", Fails: fails("IMG-ANY-UID", "IMG-NONROOT", "PID-ANY-UID", "PID-VERSION", "POD-HOST-NAMESPACES"),
		Configure: asRoot,
		Files:     []File{{Path: "pause", Program: true, Mode: 0o550}},
	},
	{
		Name: "serves-a-port", Why: "it takes a port from the pod, and from the node in a hostNetwork pod, where another has it",
		Fails: fails("PID-NO-NETWORK", "PID-QUIET", "NS-NET", "POD-HOST-NAMESPACES"),
		Edits: []Edit{beforeHolding(fmt.Sprintf("if listen(%d) != 0 { return 1 }", HostPort))},
	},
	{
		Name: "binds-port", Why: "it takes a port from the pod without listening on it, which no table of the kernel shows",
		Fails: fails("PID-QUIET", "NS-NET"),
		Edits: []Edit{beforeHolding("bind(8085)")},
	},
	{
		Name: "spins-beside-pid-1", Why: "in a hostPID pod it takes a core of the node", Fails: fails("PID-NOT-FIRST"),
		Edits: []Edit{beforeHolding(`
			var tick interval
			tick.nanoseconds = 200000
			for syscall(sysGetpid, 0, 0, 0, 0) != 1 {
				if int(syscall(sysRtSigtimedwait, set, 0, uintptr(unsafe.Pointer(&tick)), sigSetSize)) == sigTerm {
					return exitDone
				}
			}`)},
	},
	{
		Name: "forks-beside-pid-1", Why: "in a hostPID pod its child stays on the node when the pod has ended", Fails: fails("PID-NOT-FIRST"),
		Edits: []Edit{beforeHolding(`
			for syscall(sysGetpid, 0, 0, 0, 0) != 1 {
				child := int(syscall(sysClone, sigChild, 0, 0, 0))
				for child == 0 {
					sleep(1000000)
				}
				break
			}`)},
	},
	{
		Name: "logs-beside-pid-1", Why: "it warns again and again in a hostPID pod, and fills the node's disk", Fails: fails("PID-QUIET"),
		Edits: []Edit{beforeHolding(`
			var tick interval
			tick.nanoseconds = 100000000
			for syscall(sysGetpid, 0, 0, 0, 0) != 1 {
				if int(syscall(sysRtSigtimedwait, set, 0, uintptr(unsafe.Pointer(&tick)), sigSetSize)) == sigTerm {
					return exitDone
				}
				write(stderr, "still not the first\n")
			}`)},
	},
	{
		Name: "insists-on-pid-1", Why: "in a hostPID pod the sandbox is not PID 1", Fails: fails("PID-NOT-FIRST", "POD-HOST-NAMESPACES"),
		Edits: []Edit{{"	for {\n		switch", "if syscall(sysGetpid, 0, 0, 0, 0) != 1 { return 1 }\n	for {\n		switch"}},
	},
	{
		Name: "does-not-warn", Why: "nobody is told why zombies stay in a hostPID pod", Fails: fails("PID-NOT-FIRST-WARNS"),
		Edits: []Edit{{"syscall(sysGetpid, 0, 0, 0, 0) != 1", "false"}},
	},
	{
		Name: "spins", Why: "it polls where it should wait, as under a seccomp profile without exit_group: moby#40205",
		Fails: fails("PID-IDLE", "PID-ASLEEP", "PID-NOT-FIRST"),
		Edits: every(20, `for calls := 0; calls < 5000; calls++ {
				syscall(sysGetpid, 0, 0, 0, 0)
			}`),
	},
	{
		Name: "polls-after-first-orphan", Why: "it waits for the next one in a loop, in every pod that has had one",
		Fails: fails("PID-IDLE", "PID-ASLEEP"),
		Edits: polling(waitForAll+"\ntimeout = uintptr(unsafe.Pointer(&tick))", "spin(1)"),
	},
	{
		Name: "polls-beside-live-orphans", Why: "it looks for their end in a loop, in every pod that has a daemon",
		Fails: fails("PID-IDLE", "PID-ASLEEP"),
		Edits: polling(waitForAll+"\ntimeout = 0\nif "+hasLiveChild+" { timeout = uintptr(unsafe.Pointer(&tick)) }",
			"spin(2)\nif !("+hasLiveChild+") { timeout = 0 }"),
	},
	{
		Name: "ticks", Why: "it wakes up ten times a second, in every pod", Fails: fails("PID-ASLEEP"),
		Edits: every(100, ""),
	},
	{
		Name: "takes-8-mib", Why: "it does not start where pod-level limits are tight", Fails: fails("PID-LIMITS", "PID-FOOTPRINT"),
		Edits: []Edit{atStart("grow(8 << 20)")},
	},
	{
		Name: "takes-8-mib-for-an-orphan", Why: "it gives back what it takes, where it is not killed for it", Fails: fails("PID-LIMITS"),
		Edits: waitingFor("end := syscall(sysBrk, 0, 0, 0, 0)\ngrow(8 << 20)\nsyscall(sysBrk, end, 0, 0, 0)\n" + waitForAll),
	},
	{
		Name: "forks-to-end", Why: "it tidies up by a child, which a pids limit refuses", Fails: fails("PID-LIMITS"),
		Edits: []Edit{{onTerm, onTerm + `for tries := 0; tries < 50; tries++ {
				child := int(syscall(sysClone, sigChild, 0, 0, 0))
				if child == 0 {
					return exitDone
				}
				if child > 0 {
					break
				}
				sleep(100)
			}` + "\n"}},
	},
	{
		Name: "takes-2-mib", Why: "as a program with a runtime of its own does", Fails: fails("PID-FOOTPRINT"),
		Edits: []Edit{atStart("grow(2 << 20)")},
	},
	{
		Name: "talks", Why: "it fills the node's disk with a log that nobody reads", Fails: fails("PID-QUIET", "PID-ASLEEP"),
		Edits: every(100, `write(stdout, "still here\n")`),
	},
	{
		Name: "logs-orphans", Why: "a line for each fills the node's disk", Fails: fails("PID-QUIET"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				write(stdout, "reaped\n")
			}`),
	},
	{
		Name: "holds-descriptor", Why: "it keeps alive what the descriptor refers to", Fails: fails("PID-QUIET"),
		Edits: []Edit{atStart("syscall(sysDup, 0, 0, 0, 0)")},
	},
	{
		Name: "raises-oom-score", Why: "it is killed first where memory is short, and its pod with it", Fails: fails("PID-SETTINGS"),
		Edits: []Edit{atStart(`oom := syscall(sysOpenat, workingDir, uintptr(unsafe.Pointer(unsafe.StringData("/proc/self/oom_score_adj\x00"))), 1, 0)
			write(oom, "500")
			syscall(sysClose, oom, 0, 0, 0)`)},
	},
	{
		Name: "lowers-limit", Why: "limits are the operator's", Fails: fails("PID-SETTINGS"),
		Edits: []Edit{atStart(`var limit [2]uint64
			limit[0], limit[1] = 64, 64
			const descriptors = 7
			syscall(sysPrlimit64, 0, descriptors, uintptr(unsafe.Pointer(&limit)), 0)`)},
	},
	{
		Name: "clears-umask", Why: "as a daemon does, whose files anybody may write to", Fails: fails("PID-SETTINGS"),
		Edits: []Edit{atStart("syscall(sysUmask, 0, 0, 0, 0)")},
	},
	{
		Name: "no-version", Why: "kubeadm upgrade waits in vain for the job that runs the image with -v: kubernetes#81319", Fails: fails("PID-VERSION"),
		Edits: []Edit{{"if asksVersion(argv) {", "if false {"}},
	},
	{
		Name: "version-on-stderr", Why: "scripts read standard output", Fails: fails("PID-VERSION"),
		Edits: []Edit{{"write(stdout,", "write(stderr,"}},
	},
	{
		Name: "clears-umask-on-hup", Why: "it begins anew as a daemon does", Fails: fails("PID-SETTINGS"),
		Edits: taking(1, "syscall(sysUmask, 0, 0, 0, 0)"),
	},
	{
		Name: "deaf-with-arguments", Why: "it serves what they name, and users of podman set commands of their own", Fails: fails("PID-ARGS"),
		Edits: []Edit{{onTerm, onTerm + "if *(*uintptr)(unsafe.Add(argv, unsafe.Sizeof(argv))) != 0 { continue }\n"}},
	},
	{
		Name: "holds-a-semaphore", Why: "in a pod with hostIPC it is one more on the node", Fails: fails("LIFE-LEAVES-NOTHING"),
		Edits: []Edit{atStart("semaphores := syscall(sysSemget, 0, 1, 0o600, 0)"), {onTerm, onTerm + "syscall(sysSemctl, semaphores, 0, 0, 0)\n"}},
	},
	{
		Name: "refuses-arguments", Why: "users of podman set commands of their own for the infra container", Fails: fails("PID-ARGS"), Sample: true,
		Edits: []Edit{atStart("if *(*uintptr)(unsafe.Add(argv, unsafe.Sizeof(argv))) != 0 { return 2 }")},
	},
}
