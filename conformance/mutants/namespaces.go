package mutants

// neighbours are the requirements that want containers of the sandbox's own user to live in its
// PID namespace.
var neighbours = []string{"PID-ANY-UID", "PID-NOT-FIRST", "PID-NOT-FIRST-WARNS", "SIG-OTHERS", "NS-IPC"}

const (
	removeSegments = `for id := uintptr(0); id < 16; id++ {
				syscall(sysShmctl, id, 0, 0, 0)
			}`
	rename = `name := *(**[6]byte)(argv)
			name[0], name[1], name[2] = '[', 'i', 'n'`
)

var namespaceMutants = []Mutant{
	{
		Name: "tidies-up-ipc", Why: "it removes the System V segments that nobody is attached to, as RemoveIPC= of systemd-logind",
		Fails:     fails("IMG-NONROOT", "PID-ASLEEP", "NS-IPC", "NS-LIFETIME"),
		Configure: asRoot,
		Edits:     every(100, removeSegments),
	},
	{
		Name: "tidies-up-own-ipc", Why: "it removes what its user has made, and with runAsUser that is the pod's", Fails: fails("PID-ASLEEP", "NS-IPC"),
		Edits: every(100, removeSegments),
	},
	{
		Name: "tidies-up-ipc-after-orphans", Why: "it takes the pod's segments for those of the orphan", Fails: fails("NS-IPC"),
		Edits: waitingFor(waitForAll + "\n" + removeSegments),
	},
	{
		Name: "renames-itself-after-an-orphan", Why: "tools find a pod's sandbox by its command line", Fails: fails("NS-PID"),
		Edits: waitingFor(waitForAll + "\n" + rename),
	},
	{
		Name: "stops-slowly-with-network", Why: "it gives up its addresses first, and a pod's has some",
		Fails: fails("PID-NO-NETWORK", "NS-NET", "POD-HOST-NAMESPACES"),
		Edits: []Edit{{onTerm, onTerm + "if interfaces() > 1 { sleep(5000) }\n"}},
	},
	{
		Name: "kills-the-pod", Why: "it ends every process that it may, and with runAsUser these are the pod's own",
		Fails: fails("PID-IDLE", "PID-ASLEEP", neighbours),
		Edits: every(1, "syscall(sysKill, everyone, sigKill, 0, 0)"),
	},
	{
		Name: "stops-the-pod", Why: "it stops every process that it may, and with runAsUser these are the pod's own",
		Fails: fails("PID-IDLE", "PID-ASLEEP", neighbours),
		Edits: every(1, "syscall(sysKill, everyone, 19, 0, 0)"), OnlyOCI: true,
	},
	{
		Name: "renames-itself", Why: "tools find a pod's sandbox by its command line, as critest does", Fails: fails("NS-PID"),
		Edits: []Edit{atStart(rename)},
	},
	{
		Name: "ends-with-last-container", Why: "a pod whose containers all restart loses its address and its shared memory",
		Fails: fails("PID-ASLEEP", "NS-NET-STABLE", "NS-LIFETIME"),
		Edits: append(every(120, `switch int(syscall(sysKill, everyone, 0, 0, 0)) {
			case noProcess:
				if met {
					return exitDone
				}
			default:
				met = true
			}`), Edit{"var reap sigaction", "met := false\n	var reap sigaction"}),
	},
	{
		Name: "starts-once", Why: "it takes the lock of its former life for another sandbox's", Fails: fails("NS-RESTART"),
		Files: sticky, NeedsWritableRoot: true,
		Edits: []Edit{atStart(`if mkdir("/tmp/pause\x00") == exists { return 1 }`)},
	},
	{
		Name: "starts-again-after-a-crash-only", Why: "it takes the note of its clean end for an order to stay away, and podman pod restart stops it by SIGTERM",
		Fails: fails("NS-RESTART"),
		Files: sticky, NeedsWritableRoot: true,
		Edits: []Edit{atStart(`if rmdir("/tmp/end\x00") == 0 { return 1 }`), {onTerm, onTerm + `mkdir("/tmp/end\x00")` + "\n"}},
	},
}
