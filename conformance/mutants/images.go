package mutants

import (
	"archive/tar"
	"debug/elf"
	"math/rand/v2"
	"strings"

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

// mayBindPorts is cap_net_bind_service=p as capabilities(7) and the kernel's struct
// vfs_cap_data have it: of version 2, and without the flag that makes execve(2) fail.
const mayBindPorts = "\x00\x00\x00\x02\x00\x04\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

var imageMutants = []Mutant{
	{
		Name: "shell-form", Why: "its entry point needs a shell, and there is none", Fails: fails("IMG-ENTRYPOINT", "IMG-CONFIG-CLEAN", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"/bin/sh", "-c", "/pause"} }),
	},
	{
		Name: "shell-with-options", Why: "a Dockerfile's SHELL instruction puts options before -c", Fails: fails("IMG-ENTRYPOINT", "IMG-CONFIG-CLEAN", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"/bin/bash", "-o", "pipefail", "-c", "/pause"} }),
	},
	{
		Name: "slash-at-the-end", Why: "the kernel takes the entry point for a directory", Fails: fails("IMG-ENTRYPOINT", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.Entrypoint = []string{"/pause/"} }),
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
		Name: "no-platform", Why: "tools that assemble images from layers leave it out: google/go-containerregistry#1839", Fails: fails("IMG-PLATFORM"),
		Configure: func(file *v1.ConfigFile) { file.OS, file.Architecture = "", "" }, Static: true,
	},
	{
		Name: "needs-newer-processor", Why: "it ends on older nodes alone: chainguard-images/images#1658", Fails: fails("IMG-PROCESSOR"), Static: true,
		Rewrite: withBuildSettings("GOAMD64=v3", "GOARM64=v9.0"),
	},
	{
		Name: "misaligned", Why: "the kernel cannot map its segment: upx/upx#254", Fails: fails("IMG-PAGE-SIZE", "PID-STAYS"),
		Rewrite: misalign,
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
		Name: "closed-interpreter", Why: "only root may execute the interpreter", Fails: fails("IMG-SELF-CONTAINED", "PID-STAYS"),
		Rewrite: withInterpreter("/lib/ld.so"), Files: []File{{Path: "lib/ld.so", Program: true, Mode: 0o444}},
	},
	{
		Name: "unknown-group", Why: "there is no group file to look the name up in", Fails: fails("IMG-USER", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.User = "65535:pause" }),
	},
	{
		Name: "working-directory-is-a-file", Why: "runtimes cannot make the directory that they start it in", Fails: fails("IMG-WORKINGDIR", "PID-STAYS"),
		Configure: configure(func(c *v1.Config) { c.WorkingDir = "/pause" }),
	},
	{
		Name: "layer-that-leads-out", Why: "engines refuse an entry that would be made outside of the root", Fails: fails("IMG-UNPACKS"), Static: true,
		Files: []File{{Path: "../../etc/cron.d/pause", Mode: 0o444}},
	},
	{
		Name: "wrong-diff-id", Why: "containerd unpacks no layer but the one that the configuration names: containerd#3682", Fails: fails("IMG-DIFF-IDS"), Static: true,
		Configure: func(file *v1.ConfigFile) { file.RootFS.DiffIDs[0].Hex = strings.Repeat("0", 64) },
	},
	{
		Name: "stop-signal-not-taken", Why: "CRI-O waits 10 s for each pod to end on SIGQUIT", Fails: fails("IMG-STOPSIGNAL", "POD-STOP"),
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
		Name: "named-user", Why: "there is no passwd file to look the name up in, and runAsNonRoot refuses it", Fails: fails("IMG-NONROOT", "IMG-USER", "PID-STAYS"),
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
		Name: "file-capabilities", Why: "where a pod drops the capability, the program does not start: caddyserver/caddy#6940", Fails: fails("IMG-CAPABILITIES"), Static: true,
		Files: []File{{Path: "pause", Program: true, Mode: 0o555, Capabilities: mayBindPorts}},
	},
	{
		Name: "zstd-layer", Why: "containerd reads zstd since 1.5: containerd#4809", Fails: fails("IMG-LAYER-TYPES"), Static: true,
		Files: []File{{Path: "etc/pause.conf", Mode: 0o444}}, Zstd: true,
	},
	{
		Name: "health-check", Why: "Docker runs a second process in the sandbox, and no CRI runtime does", Fails: fails("IMG-CONFIG-CLEAN"), Static: true,
		Configure: configure(func(c *v1.Config) { c.Healthcheck = &v1.HealthConfig{Test: []string{"CMD", "/pause", "-v"}} }),
	},
	{
		Name: "secret-in-label", Why: "labels are what every tool prints", Fails: fails("IMG-NO-SECRETS"), Static: true,
		Configure: configure(func(c *v1.Config) { c.Labels = map[string]string{"com.example.registry-password": "correct horse"} }),
	},
	{
		Name: "private-key", Why: "whoever can pull the image has the key", Fails: fails("IMG-NO-SECRETS"), Static: true,
		Files: []File{{Path: "etc/key.pem", Mode: 0o400, Content: []byte("-----BEGIN " + "PRIVATE KEY-----\nMC4CAQA=\n")}},
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
