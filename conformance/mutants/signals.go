package mutants

// endingOnTerm are the requirements that want an end within a second of SIGTERM.
var endingOnTerm = []string{
	"SIG-TERM", "SIG-TERM-INSIDE", "SIG-SURVIVES", "SIG-STOP-CONT", "SIG-STORM", "NS-RESTART",
}

var signalMutants = []Mutant{
	{
		Name: "ignores-term", Why: "PID 1 has no default actions: a SIGTERM that it does not handle is dropped, as by sleep(1)",
		Fails: fails(endingOnTerm, "SIG-TERM-STATUS", "SIG-EARLY", "NS-DENSITY"), Foreign: true,
		Edits: []Edit{{endSet, "endSignals = 1<<(sigInt-1)"}},
	},
	{
		Name: "blocks-term", Why: "SIGTERM is blocked and never taken, and the shutdown of the system hangs: podman#3452",
		Fails: fails(endingOnTerm, "SIG-TERM-STATUS", "SIG-EARLY", "NS-DENSITY", "PID-NOT-FIRST"),
		Edits: []Edit{beforeHolding("ends = 1<<(sigInt-1)")},
	},
	{
		Name: "exits-143", Why: "tools count the end of every pod as a failure", Fails: fails("SIG-TERM-STATUS"), Foreign: true,
		Edits: []Edit{{done, "Terminated\\n\")\n			return 128 + sigTerm\n"}},
	},
	{
		Name: "stops-slowly", Why: "it takes 5 s of the node's shutdown for each pod", Fails: fails(endingOnTerm, "PID-NOT-FIRST"),
		Edits: []Edit{{onTerm, onTerm + "sleep(5000)\n"}},
	},
	{
		Name: "ignores-int", Why: "Ctrl-C does not end a sandbox that is run by hand", Fails: fails("SIG-INT"),
		Edits: []Edit{{endSet, "endSignals = 1<<(sigTerm-1)"}},
	},
	{
		Name: "obeys-the-runtime-only", Why: "it drops a SIGTERM whose sender is in its PID namespace, as the kernel does where a PID 1 has no handler",
		Fails: fails("SIG-TERM-INSIDE"),
		Edits: []Edit{
			{"syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)", "syscall(sysRtSigtimedwait, set, uintptr(argv), 0, sigSetSize)"},
			{onTerm, onTerm + "if sender := *(*uint32)(unsafe.Add(argv, 16)); sender != 0 { continue }\n"},
		},
	},
	{
		Name: "ends-on-first-signal", Why: "it takes any signal for the end: pelagos#378",
		Fails: fails(reapingRequirements, "SIG-SURVIVES", "SIG-STOP-CONT", "SIG-STORM", "NS-RESTART"),
		Edits: waitingFor("return exitDone"),
	},
	{
		Name: "dies-on-hup", Why: "a program that signals every process ends the pod", Fails: fails("SIG-SURVIVES"),
		Edits: taking(1, "return 129"),
	},
	{
		Name: "dies-on-usr1", Why: "a program that signals every process ends the pod", Fails: fails("SIG-SURVIVES", "SIG-STORM"),
		Edits: taking(10, "return 138"),
	},
	{
		Name: "dies-on-stkflt", Why: "as Go programs do that handle all signals that Go has a name for", Fails: fails("SIG-SURVIVES"),
		Edits: taking(16, "return 144"),
	},
	{
		Name: "dies-on-real-time-signal", Why: "a signal without a name is a signal", Fails: fails("SIG-SURVIVES"),
		Edits: taking(35, "return 163"),
	},
	{
		Name: "ends-on-cont", Why: "it takes the EINTR of a stop for a failure to wait", Fails: fails("SIG-STOP-CONT"),
		Edits: []Edit{{"case interrupted:", "case 0:"}},
	},
	{
		Name: "deaf-at-start", Why: "a pod that is deleted while it starts hangs for its whole grace period", Fails: fails("SIG-EARLY"),
		Edits: []Edit{atStart("spin(700)")},
	},
	{
		Name: "deaf-in-storm", Why: "it handles signals slower than they come, and by number", Fails: fails("SIG-STORM"),
		Edits: taking(10, "sleep(100)"),
	},
}
