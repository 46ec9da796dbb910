package mutants

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/requirement"
	"github.com/podsandbox/pause/pause/freestanding"
)

// ErrUnavailable is the error of a program that this machine has not got. The
// message says what to install.
var ErrUnavailable = errors.New("not available here")

// Equivalents are images that differ from ours and fail nothing: whatever a
// sandbox is written like, the suite has to see what it does.
func Equivalents() []Mutant {
	return []Mutant{
		{Name: "ours", Why: "the kernel reaps, and rt_sigtimedwait waits"},
		{
			Name: "wait-loop", Why: "SIGCHLD is taken by rt_sigtimedwait, and a loop of waits reaps",
			Edits: waitingFor(waitForAll),
		},
		{
			Name: "handlers", Why: "C with a signal handler for each, as upstream's",
			Program: handlers,
		},
		{
			Name: "handlers-static-pie", Why: "the same, at an address of the kernel's choice",
			Program: staticPIE,
		},
		{
			Name: "execute-only", Why: "the program can be executed and not read", Files: []File{{Path: "pause", Program: true, Mode: 0o111}},
		},
		{
			Name: "ends-after-800-ms", Why: "the limit is a second", Edits: []Edit{{onTerm, onTerm + "sleep(800)\n"}, {onInt, onInt + "sleep(800)\n"}},
		},
		{
			Name: "not-dumpable", Why: "it lets nobody trace it, and leads a session of its own",
			Edits: []Edit{atStart("syscall(sysPrctl, 4, 0, 0, 0)\nsyscall(sysSetsid, 0, 0, 0, 0)\nsyscall(sysPrctl, 36, 1, 0, 0)")},
		},
		{
			Name: "signalfd", Why: "signals are read from a descriptor", Lacks: []requirement.Feature{"quiet"},
			Edits: append(waitingFor(waitForAll), Edit{hold, `
	descriptor := syscall(sysSignalfd4, everyone, set, sigSetSize, 0)
	for {
		if syscall(sysRead, descriptor, uintptr(argv), 128, 0) != 128 {
			continue
		}
		switch int(*(*int32)(argv)) {
`}),
		},
		{
			Name: "go-runtime", Why: "ordinary Go, with all that the runtime takes",
			Lacks:   []requirement.Feature{"small-image", "idle-wakeups", "tight-limits", "small-footprint", "quiet", "early-sigterm"},
			Program: goRuntime,
		},
		{
			Name: "catatonit", Why: "catatonit -P, podman's pause, from Debian's package",
			Lacks:     []requirement.Feature{"not-pid1-warning", "quiet", "version-flag", "ignores-arguments"},
			Program:   catatonit,
			Configure: configure(func(c *v1.Config) { c.Entrypoint = append(c.Entrypoint, "-P") }),
		},
	}
}

//go:embed testdata/goruntime/main.go testdata/handlers/pause.c
var otherPrograms embed.FS

func handlers(ctx context.Context, platform freestanding.Platform) ([]byte, error) {
	return handlersBy(ctx, platform, "-static")
}

func staticPIE(ctx context.Context, platform freestanding.Platform) ([]byte, error) {
	return handlersBy(ctx, platform, "-static-pie")
}

func handlersBy(ctx context.Context, platform freestanding.Platform, flags ...string) ([]byte, error) {
	if platform.Architecture != runtime.GOARCH {
		return nil, fmt.Errorf("%w: no C compiler for %s", ErrUnavailable, platform)
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		return nil, fmt.Errorf("%w: no gcc; apt-get install gcc libc6-dev", ErrUnavailable)
	}
	return compile(ctx, "testdata/handlers/pause.c", nil, append([]string{"gcc", "-Os", "-s"}, flags...)...)
}

// leaksThreads is handlers with a thread for each SIGCHLD, up to a number that fits into
// little memory.
func leaksThreads(ctx context.Context, platform freestanding.Platform) ([]byte, error) {
	return handlersBy(ctx, platform, "-static", "-DLEAKED_THREADS=20")
}

func goRuntime(ctx context.Context, platform freestanding.Platform) ([]byte, error) {
	target := []string{"GOOS=" + platform.OS, "GOARCH=" + platform.Architecture, "CGO_ENABLED=0"}
	return compile(ctx, "testdata/goruntime/main.go", target, "go", "build", "-trimpath", "-ldflags=-s")
}

// compile runs the command with -o, the program to write and the source as its last
// arguments.
func compile(ctx context.Context, source string, env []string, command ...string) ([]byte, error) {
	work, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	content, err := otherPrograms.ReadFile(source)
	if err != nil {
		return nil, err
	}
	input, program := filepath.Join(work, filepath.Base(source)), filepath.Join(work, "program")
	if err := os.WriteFile(input, content, 0o600); err != nil {
		return nil, err
	}
	compiler := exec.CommandContext(ctx, command[0], append(command[1:], "-o", program, input)...)
	compiler.Env = append(os.Environ(), env...)
	if printed, err := compiler.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", command[0], err, printed)
	}
	return os.ReadFile(program)
}

func catatonit(_ context.Context, platform freestanding.Platform) ([]byte, error) {
	path, err := exec.LookPath("catatonit")
	if err != nil || platform.Architecture != runtime.GOARCH {
		return nil, fmt.Errorf("%w: no catatonit for %s; apt-get install catatonit", ErrUnavailable, platform)
	}
	return os.ReadFile(path)
}
