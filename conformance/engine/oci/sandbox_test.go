package oci

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/pause/freestanding"
)

func TestSandboxEndsAsItsProgramDoes(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		image := pause(t, e)
		for signal, status := range map[unix.Signal]int{unix.SIGTERM: 0, unix.SIGKILL: 137} {
			s := start(t, image, engine.Pod{})
			if state, err := s.State(t.Context()); err != nil || !state.Running || state.PID <= 1 {
				t.Errorf("state %+v, %v", state, err)
			}
			before := time.Now()
			if err := s.Signal(t.Context(), signal); err != nil {
				t.Fatal(err)
			}
			exit, err := s.Wait(within(t, 5*time.Second))
			if err != nil || exit.Status != status || exit.Time.Before(before) || exit.Time.After(time.Now()) {
				t.Errorf("%s: exit %+v, %v", unix.SignalName(signal), exit, err)
			}
			if state, err := s.State(t.Context()); err != nil || state.Running || state.Exit != exit {
				t.Errorf("state %+v, %v", state, err)
			}
			if err := s.Restart(t.Context()); err != nil {
				t.Fatal(err)
			}
			if state, err := s.State(t.Context()); err != nil || !state.Running {
				t.Errorf("restarted: state %+v, %v", state, err)
			}
			for range 2 {
				if err := s.Remove(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if _, err := os.Stat(s.directory); err == nil {
				t.Errorf("%s is left", s.directory)
			}
		}
	})
}

func TestManySandboxesSideBySide(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		image := pause(t, e)
		const count = 100
		var group sync.WaitGroup
		sandboxes := make([]engine.Sandbox, count)
		begin := time.Now()
		for worker := range 4 {
			group.Go(func() {
				for i := worker; i < count; i += 4 {
					var err error
					if sandboxes[i], err = image.Start(t.Context(), engine.Pod{}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if t.Failed() {
			return
		}
		t.Logf("started in %s", time.Since(begin))
		begin = time.Now()
		for worker := range 4 {
			group.Go(func() {
				for i := worker; i < count; i += 4 {
					if state, err := sandboxes[i].State(t.Context()); err != nil || !state.Running {
						t.Errorf("state %+v, %v", state, err)
					}
					if err := sandboxes[i].Remove(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		t.Logf("removed in %s", time.Since(begin))
	})
}

func TestMissingProgramIsTheImagesFault(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		_, err := pause(t, e).Start(t.Context(), engine.Pod{Entrypoint: []string{"/missing"}})
		if !errors.As(err, new(*engine.StartError)) {
			t.Errorf("got %v", err)
		}
		if text := fmt.Sprint(err); strings.Contains(text, "\n") || !strings.Contains(text, "/missing") {
			t.Error(text)
		}
	})
}

func TestFreezeLetsTheSandboxGoOn(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		s := start(t, pause(t, e), engine.Pod{})
		if err := s.Freeze(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Signal(t.Context(), unix.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if exit, err := s.Wait(within(t, 5*time.Second)); err != nil || exit.Status != 0 {
			t.Errorf("exit %+v, %v", exit, err)
		}
	})
}

func TestJoinedContainerSeesTheSandbox(t *testing.T) {
	onEach(t, func(t *testing.T, e *Engine) {
		s := start(t, pause(t, e), engine.Pod{Hostname: "pod"})
		client := join(t, s)
		first, err := client.Init(t.Context())
		if err != nil || first.ID != 1 || first.Name != "pause" {
			t.Fatalf("PID 1 is %+v, %v", first, err)
		}
		if _, err := client.InitProgram(t.Context()); err != nil {
			t.Error(err)
		}
		name, err := client.Hostname(t.Context())
		if err != nil || name != "pod" {
			t.Errorf("host name %q, %v", name, err)
		}
	})
}

func TestConnectNamesWhatIsMissing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("an OCI runtime is run as root")
	}
	_, err := Connect(t.Context(), Options{Runtime: "no-such-runtime"})
	if text := fmt.Sprint(err); strings.Contains(text, "\n") || !strings.Contains(text, "no-such-runtime") {
		t.Error(text)
	}
}

func TestForeignArchitectureRunsUnderEmulation(t *testing.T) {
	platform := freestanding.Platforms[1]
	if platform.Architecture == runtime.GOARCH {
		platform = freestanding.Platforms[0]
	}
	if _, err := os.Stat("/proc/sys/fs/binfmt_misc/qemu-aarch64"); err != nil {
		t.Skip("needs qemu-aarch64 in binfmt_misc: run make binfmt")
	}
	onEach(t, func(t *testing.T, e *Engine) {
		image, err := e.Load(t.Context(), engine.Source{Reference: "pause", Image: pauseImage(t, platform)})
		if err != nil {
			t.Fatal(err)
		}
		// An emulator that takes a signal before the program has its handler ends itself by
		// that signal, from which the kernel keeps PID 1: it waits for ever.
		for warmUp := 100 * time.Millisecond; warmUp < 10*time.Second; warmUp *= 2 {
			s := remove(t, start(t, image, engine.Pod{}))
			time.Sleep(warmUp)
			if err := s.Signal(t.Context(), unix.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if exit, err := s.Wait(within(t, 5*time.Second)); err == nil {
				if exit.Status != 0 {
					t.Errorf("exit %+v", exit)
				}
				return
			}
		}
		t.Error("it does not end on SIGTERM")
	})
}
