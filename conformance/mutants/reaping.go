package mutants

var reapingRequirements = []string{"REAP-ORPHAN", "REAP-ZOMBIE", "REAP-BURST", "REAP-STEADY", "REAP-SIGNALLED", "REAP-EXEC"}

// servesAsBefore are the requirements that reap an orphan at their end.
var servesAsBefore = []string{"SIG-SURVIVES", "SIG-STOP-CONT", "NS-RESTART"}

var reapingMutants = []Mutant{
	{
		Name: "never-reaps", Why: "as pause 3.0: kubernetes#50865, kubernetes#36853", Fails: fails(reapingRequirements, servesAsBefore), Foreign: true,
		Edits: []Edit{{reap, "reap.handler = 0"}},
	},
	{
		Name: "reaps-its-own-only", Why: "it waits for the children that it has started, and an init has others'",
		Fails: fails(reapingRequirements, servesAsBefore),
		Edits: waitingFor(`for int(syscall(sysWait4, 0, 0, withoutWaiting, 0)) > 0 {
			}`),
	},
	{
		Name: "waits-once-for-each-signal", Why: "SIGCHLD coalesces, the more the later it is handled", Fails: fails(reapingRequirements),
		Edits: waitingFor("sleep(300)\nsyscall(sysWait4, anyChild, 0, withoutWaiting, 0)"),
	},
	{
		Name: "forgets-ended-groups", Why: "it waits by process group, and that of an exec probe has lost its leader when its orphans end",
		Fails: fails("REAP-EXEC"),
		Edits: waitingFor("sleep(300)\nwaitForLedGroups()"),
	},
	{
		Name: "leaks-memory", Why: "a page for each orphan is a gigabyte after some weeks of exec probes", Fails: fails("REAP-STEADY"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				grow(page)
			}`),
	},
	{
		Name: "leaks-descriptors", Why: "one for each orphan, until there are no more", Fails: fails("REAP-STEADY"),
		Edits: waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				syscall(sysDup, 0, 0, 0, 0)
			}`),
	},
	{
		Name: "kills-others-children", Why: "it takes every process that it does not know for a leftover",
		Fails:     fails("IMG-NONROOT", "PID-ASLEEP", "REAP-NOT-STOLEN"),
		Configure: asRoot,
		Edits: append(every(900, `now := strangers()
			killAll(before & now)
			before = now`), Edit{"var reap sigaction", "var before uint64\n	var reap sigaction"}),
	},
}
