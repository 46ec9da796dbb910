package requirement

var signals = Group{
	Title:        "Signals",
	Introduction: "Sent by the runtime from outside the PID namespace, and by a probe from inside. Outcomes are judged, never deliveries: a traced PID 1 is delivered signals that it would otherwise not see.",
	Requirements: []Requirement{
		{
			ID: "SIG-TERM", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "SIGTERM from the runtime MUST end the sandbox within 1 s.",
			Reason:   "Runtimes wait 10 s before they kill, for every pod of a node that shuts down.",
			Source:   "podman#3452",
			Judged:   "The time from the signal to the exit, by the kernel's account where the process can be seen: of an idle sandbox, with 20 live orphans, in a burst of 200 that end, right after one, and with a second SIGTERM. Under emulation the limit is 5 s. Where the suite's own program takes longer than the limit in the same seconds, the machine is too busy to judge.",
		},
		{
			ID: "SIG-TERM-STATUS", Level: Should, Feature: "exit-status", Since: "1.0",
			Sentence: "A sandbox that SIGTERM ends SHOULD exit with 0.",
			Reason:   "Upstream does, and tools count another status as a failure.",
			Source:   "kubernetes build/pause/linux/pause.c",
			Judged:   "The exit status on each occasion of SIG-TERM.",
		},
		{
			ID: "SIG-INT", Level: Should, Feature: "sigint", Since: "1.0",
			Sentence: "SIGINT from the runtime SHOULD end the sandbox within 1 s with exit status 0.",
			Reason:   "Upstream does; it is what Ctrl-C sends to a sandbox that is run by hand.",
			Source:   "kubernetes build/pause/linux/pause.c",
			Judged:   "As SIG-TERM and SIG-TERM-STATUS.",
		},
		{
			ID: "SIG-TERM-INSIDE", Level: Should, Feature: "sigterm-inside", Since: "1.0",
			Sentence: "SIGTERM sent from inside the PID namespace SHOULD end the sandbox.",
			Reason:   "The kernel drops signals from inside that PID 1 neither handles nor blocks; a pod with a shared PID namespace may be ended so.",
			Source:   "pid_namespaces(7)",
			Judged:   "A probe in the namespace sends it.",
		},
		{
			ID: "SIG-SURVIVES", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "Every other signal that can be caught MUST leave the sandbox running, still reaping and still ending on SIGTERM, wherever it is sent from.",
			Reason:   "A program in a shared PID namespace that signals every process must not end the pod; ordinary Go programs die of SIGHUP, SIGQUIT and SIGSTKFLT.",
			Source:   "kill(2), pid -1; pid_namespaces(7)",
			Judged:   "All of 1 to 64 but INT, KILL, TERM and STOP, from the runtime and from a probe in the namespace, one by one, three times. Then an orphan, then TERM.",
		},
		{
			ID: "SIG-STOP-CONT", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "The sandbox MUST survive SIGSTOP and SIGCONT, and the runtime's pause and unpause.",
			Reason:   "Checkpoints, debuggers and node maintenance stop and continue whole pods.",
			Source:   "cgroups(7), freezer; signal(7)",
			Judged:   "Both are done; then it has to end on TERM.",
		},
		{
			ID: "SIG-EARLY", Level: Should, Feature: "early-sigterm", Since: "1.0",
			Sentence: "SIGTERM right after start SHOULD NOT be lost.",
			Reason:   "The kernel drops what PID 1 does not handle yet; a pod that is deleted while it starts would hang for the whole grace period.",
			Source:   "pid_namespaces(7)",
			Judged:   "Several sandboxes are sent SIGTERM as soon as the engine says that they have started; most of them have to end, since nothing can keep what comes before the first instruction. Where a busy machine has not come to that, others are sent it 100 and 300 ms later.",
		},
		{
			ID: "SIG-STORM", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "SIGTERM MUST end the sandbox in a storm of SIGCHLD, SIGUSR1 and real-time signals.",
			Reason:   "Standard signals coalesce and queues fill up; the one that ends the pod must still get through.",
			Source:   "signal(7)",
			Judged:   "One probe sends SIGCHLD, SIGUSR1 and the real-time signals 34, 48 and 64, each once a millisecond as far as the machine keeps up, until the sandbox is gone; it has to stand the storm for a second before SIGTERM comes.",
		},
		{
			ID: "SIG-KILL", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "SIGKILL MUST end the sandbox at once, and with it every process of its PID namespace.",
			Reason:   "It is the runtime's last resort; containerd uses nothing else.",
			Source:   "pid_namespaces(7); containerd internal/cri/server/podsandbox/sandbox_stop.go",
			Judged:   "A probe in the namespace has to end with the sandbox.",
		},
		{
			ID: "SIG-OTHERS", Level: Must, Feature: "init", Since: "1.1",
			Sentence: "The sandbox MUST leave live orphans and all other processes alone: it signals none.",
			Reason:   "What it signals are the pod's own programs, and in a hostPID pod every process of the node: kill(-1) there is the node's end.",
			Source:   "kill(2), pid -1; kubernetes PodSpec.hostPID",
			Judged:   "As root it reaps beside five live orphans, which live on; then it ends on SIGTERM in another sandbox's PID namespace, whose PID 1 and processes live on.",
		},
	},
}
