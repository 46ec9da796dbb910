package mutants

// endingOnTerm are the requirements that want an end within a second of SIGTERM.
var endingOnTerm = []string{
	"SIG-TERM", "SIG-TERM-INSIDE", "SIG-SURVIVES", "SIG-STOP-CONT", "SIG-STORM", "NS-RESTART", "POD-STOP",
}

var signalMutants = []Mutant{
	{
		Name: "ignores-term", Why: "PID 1 has no default actions: a SIGTERM that it does not handle is dropped, as by sleep(1)",
		Fails: fails(endingOnTerm, "SIG-TERM-STATUS", "SIG-EARLY", "NS-DENSITY"),
		Edits: []Edit{{endSet, "endSignals = 1<<(sigInt-1)"}},
	},
	{
		Name: "blocks-term", Why: "SIGTERM is blocked and never taken, and the shutdown of the system hangs: podman#3452",
		Fails: fails(endingOnTerm, "SIG-TERM-STATUS", "SIG-EARLY", "NS-DENSITY", "PID-NOT-FIRST"),
		Edits: []Edit{beforeHolding("ends = 1<<(sigInt-1)")},
	},
	{
		Name: "exits-143", Why: "tools count the end of every pod as a failure", Fails: fails("SIG-TERM-STATUS"), Sample: true,
		Edits: []Edit{{done, "Terminated\\n\")\n			return 128 + sigTerm\n"}},
	},
	{
		Name: "stops-slowly", Why: "it takes 5 s of the node's shutdown for each pod", Fails: fails(endingOnTerm, "PID-NOT-FIRST"),
		Edits: []Edit{{onTerm, onTerm + "sleep(5000)\n"}},
	},
	{
		Name: "stops-slowly-on-read-only-root", Why: "it notes its end in a file, and tries for 5 s: every CRI runtime mounts the root read-only",
		Fails: fails("SIG-TERM", "SIG-TERM-INSIDE", "SIG-SURVIVES", "SIG-STOP-CONT", "SIG-STORM", "PID-NOT-FIRST", "POD-STOP"),
		Files: sticky,
		Edits: []Edit{{onTerm, onTerm + `if made := mkdir("/tmp/end\x00"); made != 0 && made != exists { sleep(5000) }` + "\n"}},
	},
	{
		Name: "waits-for-orphans", Why: "it gives the orphans 5 s to end first, and they are killed with it in no time",
		Fails: fails("SIG-TERM", "SIG-TERM-INSIDE", "SIG-OTHERS"),
		Edits: append(waitingFor(waitForAll), Edit{onTerm, onTerm + `for tries := 0; tries < 50 && int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) == 0; tries++ {
				sleep(100)
			}` + "\n"}),
	},
	{
		Name: "fails-with-orphans", Why: "tools count the end of every pod whose programs leave orphans as a failure",
		Fails: fails("SIG-TERM-STATUS"),
		Edits: append(waitingFor(waitForAll), Edit{onTerm, onTerm + `if int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) == 0 { return 1 }` + "\n"}),
	},
	{
		Name: "stops-slowly-after-use", Why: "what it does at its end grows with what it has done", Fails: fails("LIFE-SERVES", "REAP-STEADY"),
		Edits: append(waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				reaped++
			}`),
			counting("reaped"),
			Edit{onTerm, onTerm + "if reaped > 400 { sleep(5000) }\n"}),
	},
	{
		Name: "fails-after-use", Why: "tools count the end of every pod that was used as a failure", Fails: fails("SIG-TERM-STATUS"),
		Edits: append(waitingFor(`for int(syscall(sysWait4, anyChild, 0, withoutWaiting, 0)) > 0 {
				reaped++
			}`),
			counting("reaped"),
			Edit{onTerm, onTerm + "if reaped > 400 { return 1 }\n"}),
	},
	{
		Name: "exits-as-the-last-orphan", Why: "a supervisor does that with its own child's status", Fails: fails("SIG-TERM-STATUS"),
		Edits: append(waitingFor(`for int(syscall(sysWait4, anyChild, uintptr(argv), withoutWaiting, 0)) > 0 {
				last = int(*(*uint32)(argv)>>8&255)
			}`), counting("last"), Edit{done, "Terminated\\n\")\n			return last\n"}),
	},
	{
		Name: "ignores-int", Why: "Ctrl-C does not end a sandbox that is run by hand", Fails: fails("SIG-INT"),
		Edits: []Edit{{endSet, "endSignals = 1<<(sigTerm-1)"}},
	},
	{
		Name: "ignores-int-until-an-orphan-ends", Why: "Ctrl-C does not end a sandbox that has done nothing yet", Fails: fails("SIG-INT"),
		Edits: append(waitingFor("met = 1\n"+waitForAll), counting("met"), Edit{"	case sigInt:\n			write", "	case sigInt:\n			if met == 0 { continue }\n			write"}),
	},
	{
		Name: "ignores-int-beside-orphans", Why: "Ctrl-C does not end a sandbox whose programs have left a daemon", Fails: fails("SIG-INT"),
		Edits: append(waitingFor(waitForAll), Edit{"	case sigInt:\n			write", "	case sigInt:\n			if " + hasLiveChild + " { continue }\n			write"}),
	},
	{
		Name: "obeys-the-runtime-until-an-orphan-ends", Why: "a container that ends its pod early is not heard", Fails: fails("SIG-TERM-INSIDE", "POD-HOST-NAMESPACES"),
		Edits: append(waitingFor("met = 1\n"+waitForAll), counting("met"),
			Edit{"syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)", "syscall(sysRtSigtimedwait, set, uintptr(argv), 0, sigSetSize)"},
			Edit{onTerm, onTerm + "if sender := *(*uint32)(unsafe.Add(argv, 16)); sender != 0 && met == 0 { continue }\n"}),
	},
	{
		Name: "obeys-the-runtime-only", Why: "it drops a SIGTERM whose sender is in its PID namespace, as the kernel does where a PID 1 has no handler",
		Fails: fails("SIG-TERM-INSIDE", "POD-HOST-NAMESPACES"),
		Edits: []Edit{
			{"syscall(sysRtSigtimedwait, set, 0, 0, sigSetSize)", "syscall(sysRtSigtimedwait, set, uintptr(argv), 0, sigSetSize)"},
			{onTerm, onTerm + "if sender := *(*uint32)(unsafe.Add(argv, 16)); sender != 0 { continue }\n"},
		},
	},
	{
		Name: "ends-on-first-signal", Why: "it takes any signal for the end: pelagos#378",
		Fails: fails(reapingRequirements, besideLiveOrphans, "SIG-SURVIVES", "SIG-STORM", "LIFE-SERVES"),
		Edits: waitingFor("return exitDone"),
	},
	{
		Name: "dies-on-hup", Why: "a program that signals every process ends the pod", Fails: fails("SIG-SURVIVES", "LIFE-SERVES"),
		Edits: taking(1, "return 129"),
	},
	{
		Name: "dies-on-usr1", Why: "a program that signals every process ends the pod", Fails: fails("SIG-SURVIVES", "SIG-STORM", "LIFE-SERVES"),
		Edits: taking(10, "return 138"),
	},
	{
		Name: "dies-on-stkflt", Why: "as Go programs do that handle all signals that Go has a name for", Fails: fails("SIG-SURVIVES", "LIFE-SERVES"),
		Edits: taking(16, "return 144"),
	},
	{
		Name: "dies-on-real-time-signal", Why: "a signal without a name is a signal", Fails: fails("SIG-SURVIVES", "LIFE-SERVES"),
		Edits: taking(35, "return 163"),
	},
	{
		Name: "dies-on-third-hup", Why: "it takes the first ones as requests to read its configuration again", Fails: fails("SIG-SURVIVES", "LIFE-SERVES"),
		Edits: append(taking(1, "if hups++; hups == 3 { return 129 }"), counting("hups")),
	},
	{
		Name: "ends-on-second-cont", Why: "a node that is maintained twice loses its pods", Fails: fails("SIG-SURVIVES", "LIFE-SERVES"),
		Edits: append(taking(18, "if conts++; conts == 2 { return 146 }"), counting("conts")),
	},
	{
		Name: "dies-on-50th-hup", Why: "a table of fifty is full", Fails: fails("LIFE-SERVES"),
		Edits: append(taking(1, "if hups++; hups == 50 { return 129 }"), counting("hups")),
	},
	{
		Name: "dies-on-usr1-beside-orphans", Why: "it takes the signal for an orphan's word that it cannot go on", Fails: fails("SIG-SURVIVES"),
		Edits: beingTold(10, "if "+hasLiveChild+" { return 138 }"),
	},
	{
		Name: "leaks-memory-on-hup", Why: "it reads its configuration again, and keeps the old one", Fails: fails("LIFE-LEAVES-NOTHING"),
		Edits: taking(1, "grow(page)"),
	},
	{
		Name: "forwards-hup", Why: "as a supervisor does to its child, but to every process of the pod", Fails: fails("SIG-OTHERS"),
		Edits: taking(1, "syscall(sysKill, everyone, 1, 0, 0)"),
	},
	{
		Name: "kills-orphans-on-hup", Why: "it begins anew, and daemons are orphans", Fails: fails("SIG-OTHERS"),
		Edits: beingTold(1, "killChildren()"),
	},
	{
		Name: "continues-stopped-orphans", Why: "a debugger has stopped the orphan, and wants it so", Fails: fails("SIG-OTHERS"),
		Edits: waitingFor(`for {
				child := syscall(sysWait4, anyChild, uintptr(argv), withoutWaiting|2, 0)
				if int(child) <= 0 {
					break
				}
				if *(*uint32)(argv)&0xff == 0x7f {
					syscall(sysKill, child, 18, 0, 0)
				}
			}`),
	},
	{
		Name: "asks-the-pod-to-end-first", Why: "app containers have a grace period of their own, before the sandbox is stopped", Fails: fails("SIG-OTHERS"),
		Edits: []Edit{{onTerm, onTerm + "if syscall(sysGetpid, 0, 0, 0, 0) == 1 { syscall(sysKill, everyone, sigTerm, 0, 0); sleep(300) }\n"}},
	},
	{
		Name: "kills-orphans", Why: "it takes every orphan for a leftover, and daemons are orphans", Fails: fails("SIG-OTHERS"),
		Edits: waitingFor("killChildren()\n" + waitForAll),
	},
	{
		Name: "ends-the-node", Why: "it ends every process that it may signal at its own end, and in a hostPID pod that is the node's end",
		Fails: fails("SIG-OTHERS"),
		Edits: []Edit{{onTerm, onTerm + "if syscall(sysGetpid, 0, 0, 0, 0) != 1 { syscall(sysKill, everyone, sigKill, 0, 0) }\n"}},
	},
	{
		Name: "ends-on-cont", Why: "it takes the EINTR of a stop for a failure to wait", Fails: fails("SIG-STOP-CONT", "LIFE-SERVES"),
		Edits: []Edit{{"case interrupted:", "case 0:"}},
	},
	{
		Name: "deaf-at-start", Why: "a pod that is deleted while it starts hangs for its whole grace period", Fails: fails("SIG-EARLY"),
		Edits: []Edit{atStart("spin(850)")},
	},
	{
		Name: "deaf-in-storm", Why: "it handles signals slower than they come, and by number", Fails: fails("SIG-STORM"),
		Edits: taking(10, "sleep(100)"),
	},
}
