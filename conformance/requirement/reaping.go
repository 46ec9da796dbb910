package requirement

var reaping = Group{
	Title:        "Reaping",
	Introduction: "Judged in a shared PID namespace. Before a check may find no zombie, its probe has to find one that it made on purpose. What has ended has to be gone within 5 s: exec probes come every second at the fastest (periodSeconds), and a handful of zombies is what a pids limit bears. Time in which the sandbox waits for a processor does not count; under emulation the limit is 15 s. The sandbox has to run on afterwards.",
	Requirements: []Requirement{
		{
			ID: "REAP-ORPHAN", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "An orphan that ends after it was re-parented MUST NOT stay a zombie.",
			Reason:   "Zombies fill the pod's pids limit and the node's process table.",
			Source:   "kubernetes#50865",
			Judged:   "A probe leaves 50 orphans behind, lets them end, and looks until none is left, three times.",
		},
		{
			ID: "REAP-ZOMBIE", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "A zombie whose parent ends MUST NOT stay one.",
			Reason:   "It is dead already when it is re-parented, and its new parent is sent one signal for many.",
			Source:   "kubernetes#36853",
			Judged:   "A probe's child collects 1, 10 and 500 zombies, and ends.",
		},
		{
			ID: "REAP-BURST", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "Thousands of orphans that end at once MUST NOT leave a zombie.",
			Reason:   "SIGCHLD coalesces: a single wait per signal loses most of them.",
			Source:   "signal(7), standard signals",
			Judged:   "2,000 orphans that wait for the same event.",
		},
		{
			ID: "REAP-STEADY", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "Tens of thousands of orphans one after the other MUST NOT leave a zombie behind, nor cost memory or descriptors.",
			Reason:   "Probes that run a command can leave an orphan every few seconds, for months.",
			Source:   "helm/charts#2989; coreos/bugs#2410",
			Judged:   "20,000 orphans, ten at a time; resident memory may grow by 256 KiB, descriptors not at all.",
		},
		{
			ID: "REAP-SIGNALLED", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "Orphans that a signal ends, that were stopped and continued, that lead a session, and daemons MUST NOT stay zombies.",
			Reason:   "Each reports to its parent in another way.",
			Source:   "wait(2)",
			Judged:   "One orphan of each kind; while one is stopped, the others have to go. Then five each that end by SEGV, ABRT, BUS, ILL, FPE, HUP, PIPE, TERM and real-time signals.",
		},
		{
			ID: "REAP-EXEC", Level: Must, Feature: "reaping", Since: "1.0",
			Sentence: "Orphans of a process that was executed in a container of the pod MUST NOT stay zombies.",
			Reason:   "Exec probes are the commonest source of orphans in pods.",
			Source:   "helm/charts#2989",
			Judged:   "The engine's exec runs a program in an app container that leaves orphans behind.",
		},
		{
			ID: "REAP-HIGH-ID", Level: Must, Feature: "reaping", Since: "1.1",
			Sentence: "Orphans with process ids beyond 32,768 and 65,536 MUST NOT stay zombies.",
			Reason:   "Ids go up to 4,194,304 on 64-bit kernels, and a busy pod reaches them within days.",
			Source:   "proc(5), /proc/sys/kernel/pid_max",
			Judged:   "A probe gives its orphans such ids, where the kernel and the engine let it.",
		},
		{
			ID: "REAP-NOT-STOLEN", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "A container's own process MUST still get its own child's exit status.",
			Reason:   "An init that takes others' children from them breaks every supervisor in the pod.",
			Source:   "wait(2); prctl(2), PR_SET_CHILD_SUBREAPER",
			Judged:   "A probe starts children, lets them live for a while, and has them end with known exit statuses that it waits for.",
		},
	},
}
