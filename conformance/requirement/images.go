package requirement

var images = Group{
	Title: "Image",
	Introduction: "Judged from the image alone, wherever it lies: an OCI layout, a docker or OCI archive, a registry, " +
		"an engine. Only the stop signal takes a sandbox to judge.",
	Requirements: []Requirement{
		{
			ID: "IMG-ENTRYPOINT", Level: Must, Feature: "image", Since: "1.0", Static: true,
			Sentence: "The image's configuration MUST name an exec-form entry point: the absolute path of an executable regular file in its root file system.",
			Reason:   "containerd starts the sandbox with the image's Entrypoint and Cmd and refuses an image that has neither, and there is no shell that would look a program up.",
			Source:   "containerd internal/cri/server/podsandbox/sandbox_run_linux.go (sandboxContainerSpec); kubernetes build/pause/Dockerfile",
			Judged:   "The path is resolved through the layers, symbolic links included.",
		},
		{
			ID: "IMG-ANY-UID", Level: Must, Feature: "image", Since: "1.0", Static: true,
			Sentence: "Any user id MUST be able to execute the entry point, and search its directories.",
			Reason:   "The kubelet passes the pod's runAsUser and runAsGroup to the sandbox.",
			Source:   "kubernetes#116967",
			Judged:   "The modes of the file and of every directory on the way to it, for owner, group and others.",
		},
		{
			ID: "IMG-PLATFORM", Level: Must, Feature: "image", Since: "1.0", Static: true,
			Sentence: "Operating system, architecture and variant MUST agree between the configuration, the index entry and the ELF header of the entry point.",
			Reason:   "Every image of pause 3.1 said amd64, whatever it was for, and engines that compare refused to pull it on other nodes.",
			Source:   "kubernetes#87325; podman#4877",
			Judged:   "The three are compared; an entry point that is not an ELF file fails.",
		},
		{
			ID: "IMG-SELF-CONTAINED", Level: Must, Feature: "image", Since: "1.0", Static: true,
			Sentence: "The entry point MUST be statically linked, or its interpreter and its libraries MUST be in the image.",
			Reason:   "A dynamically linked program does not start in an image that lacks its interpreter or a library.",
			Source:   "openshift/kubernetes#2774",
			Judged:   "PT_INTERP and DT_NEEDED of the ELF file are looked up in the layers.",
		},
		{
			ID: "IMG-STOPSIGNAL", Level: Must, Feature: "image", Since: "1.0",
			Sentence: "StopSignal MUST be unset, or a signal that the sandbox ends on.",
			Reason:   "CRI-O sends the image's StopSignal and waits 10 s for it before it kills: every pod would take that long to stop.",
			Source:   "cri-o internal/oci/container.go (StopSignal)",
			Judged:   "The signal that is set is sent to a sandbox, which has to end before the runtime's grace period is over.",
		},
		{
			ID: "IMG-INDEX", Level: Should, Feature: "multi-platform", Since: "1.0", Static: true,
			Sentence: "The image SHOULD be an index that holds at least linux/amd64 and linux/arm64, and each platform once.",
			Reason:   "One name is configured for all nodes of a cluster.",
			Source:   "kubernetes build/pause/Makefile (ALL_OS_ARCH)",
			Judged:   "The platforms of the index; attestation manifests (unknown/unknown) do not count.",
		},
		{
			ID: "IMG-NONROOT", Level: Should, Feature: "nonroot", Since: "1.0", Static: true,
			Sentence: "User SHOULD be numeric and not 0.",
			Reason:   "Upstream's image has not run as root since 3.5; and a pod that asks for runAsNonRoot is refused an image whose user is root, or a name that cannot be resolved.",
			Source:   "kubernetes#95038; kubernetes#97963",
			Judged:   "The User of the configuration.",
		},
		{
			ID: "IMG-SIZE", Level: Should, Feature: "small-image", Since: "1.0", Static: true,
			Sentence: "The image SHOULD stay within the size budget: 512 KiB compressed and 1 MiB uncompressed unless another is set.",
			Reason:   "Every node pulls it before its first pod can start.",
			Source:   "registry.k8s.io/pause 3.6 to 3.10.2: about 320 kB and 740 kB",
			Judged:   "Manifest, configuration and compressed layers together, and the uncompressed layers; computed from the image, since engines disagree on sizes (moby#53426).",
		},
		{
			ID: "IMG-MINIMAL", Level: Should, Feature: "minimal", Since: "1.0", Static: true,
			Sentence: "The image SHOULD hold no executable but the entry point and its libraries, no setuid or setgid file, no file that others may write, and no device node.",
			Reason:   "What is not there needs no patch and helps no intruder.",
			Source:   "CIS Docker Benchmark 4.3 and 4.8",
			Judged:   "Every entry of the flattened root file system.",
		},
		{
			ID: "IMG-CONFIG-CLEAN", Level: Should, Feature: "clean-config", Since: "1.0", Static: true,
			Sentence: "The configuration SHOULD declare no exposed port, no volume, no shell-form command and no environment variable that looks like a secret.",
			Reason:   "A volume makes the engine create one per pod, and a port or a shell hint at what a sandbox does not have.",
			Source:   "OCI image specification, config.md; CIS Docker Benchmark 4.10",
			Judged:   "ExposedPorts, Volumes, Entrypoint, Cmd and Env of the configuration.",
		},
		{
			ID: "IMG-HARDENED", Level: Should, Feature: "hardened", Since: "1.0", Static: true,
			Sentence: "The entry point SHOULD have no executable stack and no segment that is both writable and executable.",
			Reason:   "Either turns a memory error into code execution, and scanners flag it.",
			Source:   "elf(5), PT_GNU_STACK",
			Judged:   "The program headers of the ELF file.",
		},
	},
}
