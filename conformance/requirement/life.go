package requirement

var life = Group{
	Title:        "Life",
	Introduction: "One sandbox is started before all others. It is used as a pod uses one: orphans that exit, crash and are killed, alive and dead when they are re-parented; every signal that it has to survive, each a hundred times, a stop, a program that is executed in the pod. Then it is left alone for ten seconds beside live orphans, of which one is stopped, and looked at last. With --soak it is used again and again for as long as that, and the report says what changed over time. What a run cannot see is a fault that comes after days or by the thousandth signal, memory that is reserved and not used, a process that comes and goes between two looks, and a program that serves only where it sees a probe of the suite.",
	Requirements: []Requirement{
		{
			ID: "LIFE-SERVES", Level: Must, Feature: "init", Since: "1.1",
			Sentence: "A sandbox that has been used MUST still run, and reap and end on SIGTERM as it did at its start.",
			Reason:   "A pod lives for months, and its sandbox must do at the end what it did at the start.",
			Remedy:   "Handle the second of each event as the first: install handlers that stay (sigaction without SA_RESETHAND), and wait in a loop.",
			Follows:  "SIG-TERM; REAP-ORPHAN; SIG-SURVIVES",
			Source:   "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle",
			Judged:   "The sandbox of this chapter, in the end.",
		},
		{
			ID: "LIFE-LEAVES-NOTHING", Level: Must, Feature: "init", Since: "1.1",
			Sentence: "A sandbox that has been used MUST NOT hold more processes, threads, descriptors, shared memory, semaphores, message queues, sockets, files and memory than at its start.",
			Reason:   "What grows with use takes the pod's memory and limits, and what it leaves in the pod's namespaces is in the way of the pod's containers.",
			Remedy:   "Keep nothing for each child or signal: no allocation, no descriptor, no process; and create no object in the pod's namespaces.",
			Source:   "kubernetes.io/docs/concepts/policy/pid-limiting; ipc_namespaces(7)",
			Judged:   "What a probe sees after the sandbox's first second, and in the end; resident memory may grow by 256 KiB, and eight threads may be new, which a language's runtime may start once. Shared memory, semaphores and message queues, which outlive it, may not be there at its start either.",
		},
		{
			ID: "LIFE-PARENT", Level: Should, Feature: "init", Since: "1.1",
			Sentence: "The sandbox SHOULD NOT end when its parent process does.",
			Reason:   "The parent is a process of the runtime, as conmon is, which may crash or be killed where memory is short; the pod's containers then go on.",
			Remedy:   "Do not ask for a signal at the parent's death (PR_SET_PDEATHSIG), and do not end when getppid() changes.",
			Follows:  "SIG-TERM; REAP-ORPHAN",
			Source:   "prctl(2), PR_SET_PDEATHSIG; containers/conmon docs/conmon.8.md",
			Judged:   "The parent is killed; the sandbox goes on, reaps an orphan and ends on SIGTERM. Only an OCI runtime without a daemon and CRI-O can show it: containerd ends a container whose shim has ended.",
		},
	},
}
