package mutants

import (
	"archive/tar"
	"debug/elf"
	"math/rand/v2"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func configure(change func(*v1.Config)) func(*v1.ConfigFile) {
	return func(file *v1.ConfigFile) { change(&file.Config) }
}

func asRoot(file *v1.ConfigFile) { file.Config.User = "" }

// unruly is what does not compress.
func unruly(size int) []byte {
	random := rand.NewChaCha8([32]byte{})
	content := make([]byte, size)
	_, _ = random.Read(content)
	return content
}

var imageMutants = []Mutant{
	{
		Name: "shell-form", Why: "its entry point needs a shell, and there is none", Fails: fails("IMG-ENTRYPOINT", "IMG-CONFIG-CLEAN", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"/bin/sh", "-c", "/pause"} }),
	},
	{
		Name: "relative-entry-point", Why: "its entry point is not absolute", Fails: fails("IMG-ENTRYPOINT", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"pause"} }),
	},
	{
		Name: "no-entry-point", Why: "containerd refuses an image that names no command", Fails: fails("IMG-ENTRYPOINT", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = nil }),
	},
	{
		Name: "mode-0700", Why: "others may not execute the program: kubernetes#116967", Fails: fails("IMG-ANY-UID", "PID-STAYS"),
		Files: []File{{Path: "pause", Program: true, Mode: 0o700}},
	},
	{
		Name: "closed-directory", Why: "others may not search the program's directory", Fails: fails("IMG-ANY-UID", "PID-STAYS"),
		Files: []File{
			{Path: "sbin/", Type: tar.TypeDir, Mode: 0o700},
			{Path: "sbin/pause", Program: true, Mode: 0o555},
			{Path: "pause", Program: true, Mode: 0o444},
		},
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"/sbin/pause"} }),
	},
	{
		Name: "architecture-in-config", Why: "every image of pause 3.1 said amd64: kubernetes#87325", Fails: fails("IMG-PLATFORM"),
		Configure: func(file *v1.ConfigFile) { file.Architecture = "ppc64le" }, Static: true,
	},
	{
		Name: "architecture-in-index", Why: "index entry and configuration disagree: podman#4877", Fails: fails("IMG-PLATFORM"),
		Configure: func(file *v1.ConfigFile) { file.Variant = "v3" }, Static: true,
	},
	{
		Name: "foreign-program", Why: "the program is for another processor than the image", Fails: fails("IMG-PLATFORM", "PID-STAYS"),
		Rewrite: forMachine(elf.EM_IA_64), // that no emulator is registered for
	},
	{
		Name: "dynamic", Why: "the program needs an interpreter that the image lacks: openshift/kubernetes#2774", Fails: fails("IMG-SELF-CONTAINED", "PID-STAYS"),
		Rewrite: withInterpreter("/lib64/ld-linux-x86-64.so.2"),
	},
	{
		Name: "stop-signal-not-taken", Why: "CRI-O waits 10 s for each pod to end on SIGQUIT", Fails: fails("IMG-STOPSIGNAL"),
		Configure: configure(func(c *v1.Config) { c.StopSignal = "SIGQUIT" }),
	},
	{
		Name: "index-without-arm64", Why: "arm64 nodes cannot use the name", Fails: fails("IMG-INDEX"), Static: true,
		Reindex: func(entries []mutate.IndexAddendum) []mutate.IndexAddendum { return entries[:1] },
	},
	{
		Name: "platform-twice", Why: "which of the two a node gets is up to its engine", Fails: fails("IMG-INDEX"), Static: true,
		Reindex: func(entries []mutate.IndexAddendum) []mutate.IndexAddendum { return append(entries, entries[1]) },
	},
	{
		Name: "root", Why: "up to 3.4.1, pause ran as root: kubernetes#97963", Fails: fails("IMG-NONROOT"), Static: true,
		Configure: asRoot,
	},
	{
		Name: "named-user", Why: "there is no passwd file to look the name up in, and runAsNonRoot refuses it", Fails: fails("IMG-NONROOT", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.User = "pause" }),
	},
	{
		Name: "oversized", Why: "every node pulls 2 MiB that nobody uses", Fails: fails("IMG-SIZE"), Static: true,
		Files: []File{{Path: "pause.debug", Mode: 0o444, Content: unruly(2 << 20)}},
	},
	{
		Name: "second-executable", Why: "a tool for whoever breaks in", Fails: fails("IMG-MINIMAL"), Static: true,
		Files: []File{{Path: "busybox", Mode: 0o555, Content: []byte("#!/pause\n")}},
	},
	{
		Name: "setuid", Why: "CIS Docker Benchmark 4.8", Fails: fails("IMG-MINIMAL"), Static: true,
		Files: []File{{Path: "su", Mode: 0o4444}},
	},
	{
		Name: "world-writable", Why: "any process of the sandbox may change the file", Fails: fails("IMG-MINIMAL"), Static: true,
		Files: []File{{Path: "etc/hosts", Mode: 0o666}},
	},
	{
		Name: "device-node", Why: "a device of the node, in an image", Fails: fails("IMG-MINIMAL"), Static: true,
		Files: []File{{Path: "dev/mem", Type: tar.TypeChar, Mode: 0o600}},
	},
	{
		Name: "exposed-port", Why: "a sandbox listens on no port", Fails: fails("IMG-CONFIG-CLEAN"), Static: true,
		Configure: configure(func(c *v1.Config) { c.ExposedPorts = map[string]struct{}{"8080/tcp": {}} }),
	},
	{
		Name: "volume", Why: "engines make a volume for each pod", Fails: fails("IMG-CONFIG-CLEAN"), Static: true,
		Configure: configure(func(c *v1.Config) { c.Volumes = map[string]struct{}{"/data": {}} }),
	},
	{
		Name: "secret", Why: "whoever can pull the image can read its environment", Fails: fails("IMG-CONFIG-CLEAN"), Static: true,
		Configure: configure(func(c *v1.Config) { c.Env = []string{"REGISTRY_PASSWORD=correct horse"} }),
	},
	{
		Name: "executable-stack", Why: "a memory error there becomes code execution", Fails: fails("IMG-HARDENED"), Static: true,
		Rewrite: withFlags(elf.PT_GNU_STACK, elf.PF_X),
	},
	{
		Name: "writable-code", Why: "a memory error there becomes code execution", Fails: fails("IMG-HARDENED"), Static: true,
		Rewrite: withFlags(elf.PT_LOAD, elf.PF_W),
	},
}
