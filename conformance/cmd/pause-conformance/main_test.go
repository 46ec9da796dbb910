package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

const native = "linux/" + runtime.GOARCH

// suite is the command as vendors have it, and ours an OCI layout of this
// project's image for amd64 and arm64.
var suite, ours string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "pause-conformance-")
	if err == nil {
		suite, ours = filepath.Join(directory, "suite"), filepath.Join(directory, "image")
		err = errors.Join(buildSuite(), writeImage(ours, "linux/amd64", "linux/arm64"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(directory)
	os.Exit(code)
}

func buildSuite() error {
	build := exec.Command("go", "build", "-o", suite, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if printed, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the suite: %w\n%s", err, printed)
	}
	return nil
}

// writeImage writes this project's image for the platforms as an OCI layout. One
// platform "as" another is built for the one and said to be for the other.
func writeImage(directory string, platforms ...string) error {
	var programs []freestanding.Program
	for _, name := range platforms {
		name, as, lies := strings.Cut(name, " as ")
		platform, err := freestanding.ParsePlatform(name)
		if err != nil {
			return err
		}
		program, err := freestanding.Builder{Version: "1.2.3"}.Build(context.Background(), platform)
		if err != nil {
			return err
		}
		if lies {
			if program.Platform, err = freestanding.ParsePlatform(as); err != nil {
				return err
			}
		}
		programs = append(programs, program)
	}
	index, err := images.Index(images.Release{Version: "1.2.3", Created: time.Unix(0, 0)}, programs)
	if err != nil {
		return err
	}
	_, err = layout.Write(directory, index)
	return err
}

// outcome is the end of a command.
type outcome struct {
	code           int
	stdout, stderr string
}

func judge(t *testing.T, args ...string) outcome {
	t.Helper()
	return run(t, exec.CommandContext(t.Context(), suite, append([]string{"run"}, args...)...))
}

func run(t *testing.T, command *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// errors is standard error without progress.
func (o outcome) errors() string {
	var lines []string
	for line := range strings.Lines(o.stderr) {
		if !strings.HasPrefix(line, "[") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// needsEngine skips the test with the reason where there is no engine.
func needsEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine: -short leaves it out")
	}
	if err := exec.CommandContext(t.Context(), "docker", "version").Run(); err != nil {
		t.Skipf("needs a container engine: docker version: %v", err)
	}
}
