package requirement

var namespaces = Group{
	Title:        "Namespaces",
	Introduction: "App containers join the sandbox's namespaces, as those of a pod do.",
	Requirements: []Requirement{
		{
			ID: "NS-NET", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "Joined containers MUST be in the sandbox's network namespace: with the same addresses, reaching each other on localhost, and colliding on a port, which a second pod does not; and the sandbox MUST leave every port to them.",
			Reason:   "A pod has one address that all its containers share: that is the network model.",
			Source:   "kubernetes.io/docs/concepts/services-networking",
			Judged:   "Two probes in one pod and one in another; before they listen on a port, each TCP and UDP port can be bound to.",
		},
		{
			ID: "NS-NET-STABLE", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "Network namespace and address MUST stay when every app container has stopped and a new one joins.",
			Reason:   "A restarted container keeps the pod's address.",
			Source:   "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle",
			Judged:   "Two probes one after the other.",
		},
		{
			ID: "NS-IPC", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "System V shared memory and POSIX message queues MUST be seen across joined containers, and not from another pod.",
			Reason:   "Containers of a pod share its IPC namespace.",
			Source:   "ipc_namespaces(7)",
			Judged:   "What one probe makes, the next in the pod reads, and one in another pod does not find.",
		},
		{
			ID: "NS-PID", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "With a shared PID namespace, containers MUST see each other's processes, with the sandbox as PID 1.",
			Reason:   "Debuggers and sidecars ask for shareProcessNamespace to reach the other containers' processes.",
			Source:   "kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace",
			Judged:   "Two probes look for each other.",
		},
		{
			ID: "NS-UTS", Level: Should, Feature: "shared-uts", Since: "1.0",
			Sentence: "The pod's host name SHOULD be shared.",
			Reason:   "Every container of a pod sees the pod's name as its host name.",
			Source:   "uts_namespaces(7)",
			Judged:   "A probe joins the UTS namespace, where the engine can do that.",
		},
		{
			ID: "NS-LIFETIME", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "The namespaces MUST outlive every app container, and end with the sandbox.",
			Reason:   "Holding them is what a sandbox is for.",
			Source:   "namespaces(7)",
			Judged:   "Shared memory that one probe leaves is found by a later one, and no container can join when the sandbox has ended.",
		},
		{
			ID: "NS-RESTART", Level: Must, Feature: "init", Since: "1.0",
			Sentence: "A stopped sandbox MUST start again and serve as before.",
			Reason:   "podman pod restart starts the same infra container again, as an engine does when its node has rebooted.",
			Source:   "docs.podman.io/en/latest/markdown/podman-pod-restart.1.html",
			Judged:   "With a root file system that can be written to, it serves for a while, is ended by KILL and started again, then by TERM and started again; then an orphan and TERM.",
		},
		{
			ID: "NS-DENSITY", Level: Should, Feature: "density", Since: "1.0",
			Sentence: "A hundred sandboxes SHOULD start, hold and stop side by side.",
			Reason:   "The default limit of a node is 110 pods.",
			Source:   "kubernetes.io/docs/setup/best-practices/cluster-large",
			Judged:   "A hundred are started, all found running, and all ended by TERM.",
		},
	},
}
