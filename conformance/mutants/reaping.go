package mutants

var reapingRequirements = []string{"REAP-ORPHAN", "REAP-ZOMBIE", "REAP-BURST", "REAP-STEADY", "REAP-SIGNALLED", "REAP-EXEC", "REAP-HIGH-ID"}

// besideLiveOrphans are the requirements that want an end beside orphans that do not end.
var besideLiveOrphans = []string{"SIG-TERM", "SIG-TERM-STATUS", "SIG-INT", "SIG-TERM-INSIDE", "SIG-OTHERS"}

var reapingMutants = []Mutant{
	{
		Name: "never-reaps", Why: "as pause 3.0: kubernetes#50865, kubernetes#36853", Fails: fails(reapingRequirements), Sample: true,
		Edits: []Edit{{reap, "reap.handler = 0"}},
	},
	{
		Name: "reaps-its-own-only", Why: "it waits for the children that it has started, and an init has others'",
		Fails: fails(reapingRequirements),
		Edits: waitingFor(`for int(syscall(sysWait4, 0, 0, withoutWaiting, 0)) > 0 {
			}`),
	},
	{
		Name: "waits-once-for-each-signal", Why: "SIGCHLD coalesces, the more the later it is handled", Fails: fails(reapingRequirements, "SIG-SURVIVES", "LIFE-SERVES", "LIFE-LEAVES-NOTHING"),
		Edits: waitingFor("sleep(300)\nsyscall(sysWait4, anyChild, 0, withoutWaiting, 0)"),
	},
	{
		Name: "forgets-ended-groups", Why: "it waits by process group, and that of an exec probe has lost its leader when its orphans end",
		Fails: fails("REAP-EXEC", "LIFE-SERVES", "LIFE-LEAVES-NOTHING"),
		Edits: waitingFor("sleep(300)\nwaitForLedGroups()"),
	},
	{
		Name: "reaps-each-9-s", Why: "a pod with an exec probe each second reaches its pids limit", Fails: fails(reapingRequirements, "PID-ASLEEP"),
		Edits: append([]Edit{{reap, "reap.handler = 0"}}, every(9000, waitForAll)...),
	},
	{
		Name: "reaps-after-an-exit-only", Why: "it looks at why a child has ended, and takes a crash for a stop",
		Fails: fails("REAP-SIGNALLED"),
		Edits: append(waitingFor("if exited := *(*uint32)(unsafe.Add(argv, 8)) == 1; !exited { continue }\n"+waitForAll),
			Edit{"syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)", "syscall(sysRtSigtimedwait, set, uintptr(argv), 0, sigSetSize)"}),
	},
	{
		Name: "waits-for-a-stopped-orphan", Why: "it waits for a stopped child to end, and does nothing else until then",
		Fails: fails("REAP-SIGNALLED", besideLiveOrphans),
		Edits: waitingFor(`for {
				child := syscall(sysWait4, anyChild, uintptr(argv), withoutWaiting|2, 0)
				if int(child) <= 0 {
					break
				}
				if *(*uint32)(argv)&0xff == 0x7f {
					syscall(sysWait4, child, 0, 0, 0)
				}
			}`),
	},
	{
		Name: "waits-for-the-last-orphan", Why: "a wait without WNOHANG takes no signal while an orphan lives", Fails: fails(besideLiveOrphans),
		Edits: waitingFor("for int(syscall(sysWait4, anyChild, 0, 0, 0)) > 0 {\n}"),
	},
	{
		Name: "knows-ids-of-16-bits", Why: "ids go up to 4,194,304 on 64-bit kernels", Fails: fails("REAP-HIGH-ID"),
		Edits: waitingFor(`for id := uintptr(2); id < 1<<16; id++ {
				syscall(sysWait4, id, 0, withoutWaiting, 0)
			}`),
	},
	{
		Name: "ends-with-last-orphan", Why: "it takes no child for the end of the pod", Fails: fails(reapingRequirements, "SIG-TERM", "SIG-TERM-STATUS", "SIG-SURVIVES", "SIG-STORM", "LIFE-SERVES"),
		Edits: waitingFor(waitForAll + "\nif int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) == noChild { return exitDone }"),
	},
	{
		Name: "stops-reaping-at-a-stopped-orphan", Why: "a debugger stops one orphan, and those that have ended by then stay", Fails: fails("REAP-SIGNALLED"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, uintptr(argv), withoutWaiting|2, 0)) > 0 {
				if *(*uint32)(argv)&0xff == 0x7f {
					break
				}
			}`),
	},
	{
		Name: "deaf-after-many-orphans", Why: "a counter of them is full, and the pod of a month takes its whole grace period", Fails: fails("REAP-STEADY"),
		Edits: append(waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				reaped++
			}`),
			counting("reaped"),
			Edit{onTerm, onTerm + "if reaped > 900 { continue }\n"}),
	},
	{
		Name: "leaks-memory", Why: "a page for each orphan is a gigabyte after some weeks of exec probes", Fails: fails("REAP-STEADY", "LIFE-LEAVES-NOTHING"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				grow(page)
			}`),
	},
	{
		Name: "leaks-threads", Why: "one for each orphan, until the pod's pids limit is reached", Fails: fails("LIFE-LEAVES-NOTHING"),
		Program: leaksThreads,
	},
	{
		Name: "leaks-descriptors", Why: "one for each orphan, until there are no more", Fails: fails("REAP-STEADY", "LIFE-LEAVES-NOTHING"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				syscall(sysDup, 0, 0, 0, 0)
			}`),
	},
	{
		Name: "kills-others-children", Why: "it takes every process that it does not know for a leftover",
		Fails:     fails("IMG-NONROOT", "PID-ASLEEP", "REAP-NOT-STOLEN", "SIG-OTHERS"),
		Configure: asRoot,
		Edits: append(every(900, `now := strangers()
			killAll(before & now)
			before = now`), Edit{"var reap sigaction", "var before uint64\n	var reap sigaction"}),
	},
}
