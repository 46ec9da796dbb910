package oci

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/engine/cgroup"
)

func TestCommandIsTheImagesUnlessThePodReplacesIt(t *testing.T) {
	config := v1.Config{Entrypoint: []string{"/pause"}, Cmd: []string{"image"}}
	for name, test := range map[string]struct {
		pod  engine.Pod
		want string
	}{
		"image's":          {engine.Pod{}, "/pause image"},
		"other arguments":  {engine.Pod{Arguments: []string{"-v"}}, "/pause -v"},
		"no arguments":     {engine.Pod{Arguments: []string{}}, "/pause"},
		"other entrypoint": {engine.Pod{Entrypoint: []string{"/other"}}, "/other"},
		"both":             {engine.Pod{Entrypoint: []string{"/other"}, Arguments: []string{"-v"}}, "/other -v"},
	} {
		spec, err := sandboxSpec(test.pod, config, t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(spec.Process.Args, " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if _, err := sandboxSpec(engine.Pod{}, v1.Config{}, t.TempDir(), ""); !errors.As(err, new(*engine.StartError)) {
		t.Errorf("without any command: got %v", err)
	}
}

func TestUserIsLookedUpInTheImage(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	accounts := map[string]string{
		"passwd": "pause:x:70:71::/:/bin/sh\n",
		"group":  "other:x:72:pause\n",
	}
	for name, content := range accounts {
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]specs.User{
		"":            {},
		"1000":        {UID: 1000},
		"1000:0":      {UID: 1000},
		"65535:65535": {UID: 65535, GID: 65535},
		"pause":       {UID: 70, GID: 71, AdditionalGids: []uint32{72}},
		"pause:other": {UID: 70, GID: 72},
	} {
		got, err := findUser(root, name)
		if err != nil || got.UID != want.UID || got.GID != want.GID || !slices.Equal(got.AdditionalGids, want.AdditionalGids) {
			t.Errorf("user %q: %+v, %v, want %+v", name, got, err, want)
		}
	}
	for _, name := range []string{"nobody-here", "4294967296", "-1", "1000:nobody-here"} {
		if got, err := findUser(root, name); err == nil {
			t.Errorf("user %q: %+v", name, got)
		}
	}
}

func TestAccountsOfTheHostAreOutOfReach(t *testing.T) {
	root := t.TempDir()
	if err := os.Symlink("/etc", filepath.Join(root, "etc")); err != nil {
		t.Fatal(err)
	}
	if got, err := findUser(root, "root"); err == nil {
		t.Errorf("the host's root is %+v", got)
	}
}

func TestLimitsThatTheHostCannotApplyAreUnsupported(t *testing.T) {
	none := new(cgroup.Group)
	resources := new(specs.LinuxResources)
	if err := limit(none, resources, engine.Pod{}); err != nil || resources.Pids != nil || resources.Memory != nil || resources.CPU != nil {
		t.Errorf("default limits: %+v, %v", resources, err)
	}
	for _, pod := range []engine.Pod{{PIDsLimit: 1}, {MemoryLimit: 1}} {
		if err := limit(none, resources, pod); !errors.As(err, new(*engine.UnsupportedError)) {
			t.Errorf("%+v: got %v", pod, err)
		}
	}
}

func TestOutputKeepsTheStartOfAFlood(t *testing.T) {
	var o output
	writer, err := o.pipe()
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := writer.WriteString(strings.Repeat("x", 1<<16)); err != nil {
			t.Fatal(err)
		}
	}
	writer.Close()
	o.closed()
	if got := len(o.String()); got != engine.MaxOutput {
		t.Errorf("%d bytes are kept", got)
	}
}

func TestRuntimesErrorIsOneLine(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log.json")
	const content = `{"level":"warning","msg":"not this"}` + "\n" + `{"level":"error","msg":"create failed:\n no such file"}` + "\nnoise\n"
	if err := os.WriteFile(log, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := reason(loggedError(log), errors.New("exit status 1")).Error(); got != "create failed: no such file" {
		t.Errorf("got %q", got)
	}
	if got := reason(loggedError(log+"-missing"), errors.New("exit\nstatus 1")).Error(); got != "exit status 1" {
		t.Errorf("got %q", got)
	}
}

func TestNoSandboxMayOpenMoreFilesThanTheSuite(t *testing.T) {
	var own unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &own); err != nil {
		t.Fatal(err)
	}
	limit := descriptors()
	if limit.Hard > own.Max || limit.Hard > engine.HardDescriptors || limit.Soft > limit.Hard || limit.Soft == 0 {
		t.Errorf("%+v, where the suite has %+v", limit, own)
	}
}
