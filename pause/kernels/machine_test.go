package kernels_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/podsandbox/pause/pause/kernels"
	"github.com/podsandbox/pause/pause/kernels/debian"
	"github.com/podsandbox/pause/pause/kernels/guest"
)

// The test binary is the first process of the machine, and its command too.
func TestMain(m *testing.M) {
	switch {
	case guest.Called():
		guest.Run()
	case len(os.Args) > 1 && os.Args[1] == "command":
		os.Exit(command(os.Args[2]))
	case len(os.Args) > 1 && os.Args[1] == "owner":
		fmt.Println(owner(os.Args[2]))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func command(what string) int {
	switch what {
	case "sleep":
		time.Sleep(time.Hour)
	case "compute":
		for n := uint(0); ; n++ {
		}
	case "root":
		input, _ := io.ReadAll(os.Stdin)
		fmt.Printf("%s uid %d\n", input, os.Getuid())
		fmt.Fprintln(os.Stderr, "an error")
		content, err := os.ReadFile("/input/file")
		if err == nil {
			err = os.MkdirAll("/output/sub", 0o755)
		}
		if err == nil {
			err = os.WriteFile("/output/sub/file", bytes.Repeat(content, 1000), 0o644)
		}
		if err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return 7
}

// machine returns one of this processor, with a kernel that the cache has: tests
// fetch nothing.
func machine(t *testing.T) kernels.Machine {
	t.Helper()
	dir, err := debian.CacheDir()
	if err != nil {
		t.Skip(err)
	}
	for _, target := range debian.Targets {
		if target.Platform != "linux/"+runtime.GOARCH {
			continue
		}
		kernel, err := target.Kernel.Cached(t.Context(), debian.Cache{Dir: dir})
		if err != nil {
			t.Skip(err)
		}
		if _, err := exec.LookPath(kernels.Emulator(target.Platform)); err != nil {
			t.Skip(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		return kernels.Machine{Platform: target.Platform, Kernel: kernel.Image, Init: self, CPUTime: 5 * time.Minute}
	}
	t.Skipf("no machine for linux/%s", runtime.GOARCH)
	return kernels.Machine{}
}

func order(what string) kernels.Command {
	return kernels.Command{Path: guest.Init, Args: []string{"test", "command", what}, Timeout: time.Minute}
}

func TestMachineBringsBackExitCodeOutputAndFiles(t *testing.T) {
	t.Parallel()
	m := machine(t)
	var stdout, stderr bytes.Buffer
	m.Stdout, m.Stderr = &stdout, &stderr
	root := order("root")
	root.Stdin = []byte("input")
	root.Reports = []string{"/output", "/nothing"}
	result, err := m.Run(t.Context(), []kernels.File{{Name: "/input/file", Mode: 0o400, Content: []byte("content ")}}, root)
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != 7 || stdout.String() != "input uid 0\n" || stderr.String() != "an error\n" {
		t.Errorf("exit code %d, printed %q and %q", result.Status, stdout.String(), stderr.String())
	}
	if got := string(result.Reports["/output/sub/file"]); len(result.Reports) != 1 || got != strings.Repeat("content ", 1000) {
		t.Errorf("%d files, one of %d bytes", len(result.Reports), len(got))
	}
	if result.Kernel == "" || result.PageSize < 4096 || result.CPUTime <= 0 {
		t.Errorf("kernel %q, pages of %d bytes, %s", result.Kernel, result.PageSize, result.CPUTime)
	}
}

func TestMachineEndsInTime(t *testing.T) {
	for _, test := range []struct {
		name, command string
		cpuTime       time.Duration
		want          string
	}{
		{"a command that sleeps", "sleep", 0, "is still there after 1m0s by the machine's clock"},
		{"a command that computes", "compute", 5 * time.Second, "of processor time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := machine(t)
			if test.cpuTime > 0 {
				m.CPUTime = test.cpuTime
			}
			_, err := m.Run(t.Context(), nil, order(test.command))
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q in one line", err, test.want)
			}
		})
	}
}

func TestMachineThatDoesNotBootSaysWhy(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "vmlinuz")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*kernels.Machine){
		"no kernel":               func(m *kernels.Machine) { m.Kernel = empty },
		"no init":                 func(m *kernels.Machine) { m.Init = "/nonexistent" },
		"no emulator":             func(m *kernels.Machine) { m.Emulator = []string{"/nonexistent"} },
		"another platform":        func(m *kernels.Machine) { m.Platform = "windows/amd64" },
		"an init of another kind": func(m *kernels.Machine) { m.Init = empty },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := machine(t)
			edit(&m)
			_, err := m.Run(t.Context(), nil, order("root"))
			if err == nil || !strings.HasPrefix(err.Error(), "machine "+m.Platform) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%v", err)
			}
			t.Log(err)
		})
	}
}

// owner runs an emulator that tells its process id in the file, and never ends by itself.
func owner(file string) error {
	m := kernels.Machine{
		Platform: "linux/arm64", Init: "/proc/self/exe",
		Emulator: []string{"sh", "-c", `echo $$ >"$0.new" && mv "$0.new" "$0" && exec sleep 1000`, file},
	}
	_, err := m.Run(context.Background(), nil, order("sleep"))
	return err
}

func TestAMachineEndsWithItsOwnerAndLeavesNoFile(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	file := filepath.Join(t.TempDir(), "pid")
	command := exec.Command("/proc/self/exe", "owner", file)
	command.Env = append(os.Environ(), "TMPDIR="+temporary)
	command.Stdout = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	await(t, "the emulator to start", func() bool {
		text, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		_, err = fmt.Sscan(string(text), &pid)
		return err == nil
	})
	_ = command.Process.Kill()
	_ = command.Wait()
	await(t, "the emulator to end", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(stat), ") Z ")
	})
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited for %s", what)
		}
	}
}
